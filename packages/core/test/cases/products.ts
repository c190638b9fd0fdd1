import { adjoint, dot, einsum, kron, matmul, outer, tensor, trace, vdot, complex, type Tensor } from '@cad/core'
import type { Operation, Variant } from '@cad/testing'
import type { CoreCase } from './core-case.ts'
import { c, matrix, otherVector, r, vector } from './points.ts'

const square = tensor([
  [complex(0.7, -0.4), complex(-1.3, 0.6)],
  [complex(0.4, 0.8), complex(1.2, -0.1)],
])

/** The same sums of products, at most 37 of them, in another order. */
const bounds = { because: 'sums of at most 37 products', compiled: 1e-14 }

const einsums: readonly (readonly [subscripts: string, ...args: Tensor[]])[] = [
  ['ij,jk->ik', c([2, 3], 1), c([3, 2], 2)],
  ['ij,jk', r([2, 2], 3), c([2, 2], 4)],
  ['ii->i', c([3, 3], 5)],
  ['iji->j', c([2, 2, 2], 6)],
  ['ij->', r([2, 3], 7)],
  ['i,i', c([3], 8), c([3], 9)],
  ['i,j->ji', c([2], 10), r([3], 11)],
  ['bij,bjk->bik', c([2, 2, 2], 12), c([2, 2, 1], 13)],
  ['bi,bi->b', c([2, 2], 14), c([2, 2], 15)],
  ['ij,jk,kl,li', c([2, 2], 16), r([2, 2], 17), c([2, 2], 18), c([2, 2], 19)],
  ['ab,c,bca->ca', c([2, 2], 20), c([2], 21), c([2, 2, 2], 22)],
  [',i->i', c([], 23), c([2], 24)],
  ['ij,j->i', c([0, 2], 25), c([2], 26)],
  ['ij,j->i', c([2, 0], 27), c([0], 28)],
]

const einsumOf =
  (subscripts: string): Operation =>
  (...args) =>
    einsum(subscripts, ...args)

const einsumVariant = ([subscripts, ...args]: (typeof einsums)[number]): [string, Variant] => [
  `${subscripts}, ${args.map(({ shape }) => `[${shape.join()}]`).join(' ')}`,
  { f: einsumOf(subscripts), args },
]

const sumsInReference = [
  'ij,jk->ik',
  'ii',
  'iji->j',
  'ij,ik',
  'bij,bjk->bik',
  'bi,bi->b',
  'i,j,k->kji',
  'ij,kj,lk->li',
  'iaj,ja,b->ib',
]

const matmulCase: CoreCase = {
  name: 'matmul',
  f: matmul,
  row: { args: [matrix, adjoint(matrix)] },
  bounds,
  variants: {
    complex: [c([2, 3], 41), c([3, 2], 42)],
    'real with complex': [r([2, 3], 43), c([3, 1], 44)],
    real: [r([2, 2], 45), r([2, 3], 46)],
    'matrix with vector': [c([2, 3], 47), c([3], 48)],
    'vector with matrix': [r([2], 49), c([2, 3], 50)],
    'vector with vector': [c([3], 51), c([3], 52)],
    'over nothing': [c([2, 0], 53), c([0, 2], 54)],
    stacks: [c([2, 2, 3], 1), c([2, 3, 1], 2)],
    'broadcast stacks': [c([2, 1, 1, 2], 3), r([3, 2, 2], 4)],
    'matrix with stack': [r([2, 2], 5), c([2, 2, 2], 6)],
    'stack with matrix': [r([2, 2, 2], 7), r([2, 2], 8)],
    'vector with stack': [c([2], 9), c([2, 2, 3], 10)],
    'stack with vector': [c([2, 2, 3], 11), r([3], 12)],
    'empty stack': [c([0, 2, 2], 13), c([2, 2], 14)],
    'stack over nothing': [c([2, 2, 0], 15), c([2, 0, 2], 16)],
  },
  arrayReference: { matmul, 'matmul, stacks': matmul, 'matmul, stack and matrix': matmul },
}

/** Products of vectors and matrices. */
export const products: readonly CoreCase[] = [
  matmulCase,
  {
    name: 'einsum',
    f: einsumOf('ij,jk->ik'),
    row: { args: [matrix, adjoint(matrix)], names: ['A', 'B'] },
    bounds,
    variants: Object.fromEntries(einsums.map(einsumVariant)),
    arrayReference: Object.fromEntries(sumsInReference.map((sum) => [`einsum, ${sum}`, einsumOf(sum)])),
  },
  {
    name: 'dot',
    f: dot,
    row: { args: [vector, otherVector] },
    bounds,
    variants: {
      vectors: [c([4], 57), r([4], 58)],
      matrices: [c([2, 2], 17), r([2, 2], 18)],
      stacks: [c([2, 2], 19), c([2, 2, 2], 20)],
      'with a number': [c([], 21), c([2], 22)],
    },
    arrayReference: { 'dot, vectors': dot, 'dot, stacks': dot },
  },
  {
    name: 'vdot',
    f: vdot,
    row: { args: [vector, otherVector] },
    bounds,
    variants: { vectors: [c([3], 55), c([3], 56)], matrices: [r([2, 2], 23), c([4], 24)] },
    arrayReference: { vdot, 'vdot, matrices': vdot },
  },
  {
    name: 'outer',
    f: outer,
    row: { args: [vector, otherVector] },
    bounds,
    variants: {
      complex: [c([2], 25), c([3], 26)],
      'real with complex': [r([2, 1], 27), c([2], 28)],
      'of nothing': [c([0], 29), c([2], 30)],
    },
    arrayReference: { outer, 'outer, flattened': outer },
  },
  {
    name: 'kron',
    f: kron,
    row: { args: [vector, otherVector] },
    bounds,
    variants: {
      matrices: [c([2, 2], 31), c([1, 2], 32)],
      'vector with matrix': [r([2], 33), c([2, 2], 34)],
      'of nothing': [c([0, 2], 35), c([2], 36)],
    },
    arrayReference: { kron, 'kron, ranks': kron },
  },
  {
    name: 'trace',
    f: (A) => trace(A),
    row: { args: [square] },
    bounds,
    variants: {
      'of a matrix': [c([2, 3], 37)],
      'of a stack': { f: (A) => trace(A, { axis1: 0, axis2: 2, offset: 1 }), args: [r([2, 2, 2], 38)] },
      'of nothing': { f: (A) => trace(A, { offset: 2 }), args: [c([2, 2], 39)] },
    },
    arrayReference: { trace: (A) => trace(A), 'trace, offset': (A) => trace(A, { offset: -1 }) },
  },
]
