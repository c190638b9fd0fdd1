import {
  concat,
  dot,
  einsum,
  expandDims,
  fft,
  flip,
  gather,
  ifft,
  irfft,
  kron,
  matmul,
  moveaxis,
  outer,
  ravel,
  repeat,
  rfft,
  roll,
  scatter,
  scatterAdd,
  split,
  squeeze,
  swapaxes,
  take,
  takeAlongAxis,
  tile,
  trace,
  transpose,
  vdot,
  type Tensor,
} from '@cad/core'
import { randomComplex, randomReal } from '@cad/testing'

interface ArrayCase {
  readonly name: string
  readonly f: (...args: Tensor[]) => Tensor
  readonly args: readonly Tensor[]
}

const c = (shape: readonly number[], seed: number): Tensor => randomComplex(shape, seed)
const r = (shape: readonly number[], seed: number): Tensor => randomReal(shape, seed)

const products: readonly ArrayCase[] = [
  { name: 'matmul of stacks', f: (A, B) => matmul(A, B), args: [c([2, 2, 3], 1), c([2, 3, 1], 2)] },
  { name: 'matmul of broadcast stacks', f: (A, B) => matmul(A, B), args: [c([2, 1, 1, 2], 3), r([3, 2, 2], 4)] },
  { name: 'matmul, matrix with stack', f: (A, B) => matmul(A, B), args: [r([2, 2], 5), c([2, 2, 2], 6)] },
  { name: 'matmul, stack with matrix', f: (A, B) => matmul(A, B), args: [r([2, 2, 2], 7), r([2, 2], 8)] },
  { name: 'matmul, vector with stack', f: (x, A) => matmul(x, A), args: [c([2], 9), c([2, 2, 3], 10)] },
  { name: 'matmul, stack with vector', f: (A, x) => matmul(A, x), args: [c([2, 2, 3], 11), r([3], 12)] },
  { name: 'matmul, empty stack', f: (A, B) => matmul(A, B), args: [c([0, 2, 2], 13), c([2, 2], 14)] },
  { name: 'matmul, stack over nothing', f: (A, B) => matmul(A, B), args: [c([2, 2, 0], 15), c([2, 0, 2], 16)] },
  { name: 'dot of matrices', f: (A, B) => dot(A, B), args: [c([2, 2], 17), r([2, 2], 18)] },
  { name: 'dot of stacks', f: (A, B) => dot(A, B), args: [c([2, 2], 19), c([2, 2, 2], 20)] },
  { name: 'dot with a number', f: (x, A) => dot(x, A), args: [c([], 21), c([2], 22)] },
  { name: 'vdot of matrices', f: (x, y) => vdot(x, y), args: [r([2, 2], 23), c([4], 24)] },
  { name: 'outer', f: (x, y) => outer(x, y), args: [c([2], 25), c([3], 26)] },
  { name: 'outer, real with complex', f: (x, y) => outer(x, y), args: [r([2, 1], 27), c([2], 28)] },
  { name: 'outer of nothing', f: (x, y) => outer(x, y), args: [c([0], 29), c([2], 30)] },
  { name: 'kron', f: (A, B) => kron(A, B), args: [c([2, 2], 31), c([1, 2], 32)] },
  { name: 'kron, vector with matrix', f: (A, B) => kron(A, B), args: [r([2], 33), c([2, 2], 34)] },
  { name: 'kron of nothing', f: (A, B) => kron(A, B), args: [c([0, 2], 35), c([2], 36)] },
  { name: 'trace', f: (A) => trace(A), args: [c([2, 3], 37)] },
  { name: 'trace of a stack', f: (A) => trace(A, { axis1: 0, axis2: 2, offset: 1 }), args: [r([2, 2, 2], 38)] },
  { name: 'trace of nothing', f: (A) => trace(A, { offset: 2 }), args: [c([2, 2], 39)] },
]

const sums: readonly (readonly [subscripts: string, ...args: Tensor[]])[] = [
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

const shapes: readonly ArrayCase[] = [
  { name: 'transpose, negative axes', f: (x) => transpose(x, [-1, 0, 1]), args: [c([2, 1, 3], 1)] },
  { name: 'ravel', f: (x) => ravel(x), args: [c([2, 2], 2)] },
  { name: 'squeeze', f: (x) => squeeze(x), args: [c([1, 2, 1], 3)] },
  { name: 'squeeze of an axis', f: (x) => squeeze(x, { axis: -1 }), args: [r([1, 2, 1], 4)] },
  { name: 'expandDims', f: (x) => expandDims(x, [0, -1]), args: [c([2], 5)] },
  { name: 'moveaxis', f: (x) => moveaxis(x, 0, -1), args: [c([2, 1, 3], 6)] },
  { name: 'swapaxes', f: (x) => swapaxes(x, 0, -1), args: [r([2, 1, 3], 7)] },
  { name: 'flip', f: (x) => flip(x), args: [c([2, 2], 8)] },
  { name: 'flip of an axis', f: (x) => flip(x, { axis: -1 }), args: [r([2, 3], 9)] },
  { name: 'roll', f: (x) => roll(x, 2), args: [c([2, 2], 10)] },
  { name: 'roll along axes', f: (x) => roll(x, [1, -1], { axis: [1, 0] }), args: [r([2, 3], 11)] },
  { name: 'roll of nothing', f: (x) => roll(x, 1, { axis: 0 }), args: [c([0, 2], 12)] },
  { name: 'tile', f: (x) => tile(x, [2, 1, 2]), args: [c([2, 1], 13)] },
  { name: 'tile to nothing', f: (x) => tile(x, 0), args: [c([2], 14)] },
  { name: 'repeat', f: (x) => repeat(x, 2), args: [r([2, 2], 15)] },
  { name: 'repeat, counts', f: (x) => repeat(x, [0, 2, 1], { axis: 1 }), args: [c([2, 3], 16)] },
  { name: 'split', f: (x) => concat(split(x, 2, { axis: 1 })), args: [c([2, 4], 17)] },
  { name: 'split, one part of nothing', f: (x) => split(x, [1, 1])[1], args: [c([2], 18)] },
]

const indexing: readonly ArrayCase[] = [
  { name: 'take', f: (x) => take(x, [3, 0, 0]), args: [c([2, 2], 1)] },
  { name: 'take along an axis', f: (x) => take(x, [[-1], [0]], { axis: 1 }), args: [r([2, 3], 2)] },
  { name: 'take of nothing', f: (x) => take(x, []), args: [c([2], 3)] },
  { name: 'takeAlongAxis', f: (x) => takeAlongAxis(x, [[0, 0, 1]], { axis: -1 }), args: [c([2, 2], 4)] },
  { name: 'takeAlongAxis 0', f: (x) => takeAlongAxis(x, [[1, -1]], { axis: 0 }), args: [r([2, 2], 5)] },
  { name: 'gather', f: (x) => gather(x, [1, 1, 0], [0, 0, -1]), args: [c([2, 2], 6)] },
  { name: 'gather of rows', f: (x) => gather(x, [[1], [1]]), args: [r([2, 2], 7)] },
  { name: 'gather of nothing', f: (x) => gather(x, [], []), args: [c([2, 2], 8)] },
  { name: 'scatter', f: (x, v) => scatter(x, [[0, 2, 0]], v), args: [c([3], 9), c([3], 10)] },
  { name: 'scatter, complex into real', f: (x, v) => scatter(x, [[1]], v), args: [r([2, 2], 11), c([2], 12)] },
  {
    name: 'scatter, one number',
    f: (x, v) => scatter(x, [[0, 1], 1], v),
    args: [c([2, 2], 13), r([], 14)],
  },
  { name: 'scatter of nothing', f: (x, v) => scatter(x, [[]], v), args: [c([2, 2], 15), c([0, 2], 16)] },
  { name: 'scatterAdd', f: (x, v) => scatterAdd(x, [[0, 2, 0]], v), args: [c([3], 17), c([3], 18)] },
  { name: 'scatterAdd, broadcast', f: (x, v) => scatterAdd(x, [[1, 1]], v), args: [r([2, 2], 19), c([2], 20)] },
]

const transforms: readonly ArrayCase[] = [
  { name: 'fft', f: (x) => fft(x), args: [c([6], 1)] },
  { name: 'fft of real', f: (x) => fft(x), args: [r([2, 5], 2)] },
  { name: 'fft of a prime length', f: (x) => fft(x), args: [c([37], 3)] },
  { name: 'fft along the first axis, cut', f: (x) => fft(x, { axis: 0, n: 2 }), args: [c([3, 2], 4)] },
  { name: 'fft, filled up', f: (x) => fft(x, { n: 5 }), args: [r([3], 5)] },
  { name: 'fft of no rows', f: (x) => fft(x), args: [c([0, 4], 6)] },
  { name: 'ifft', f: (x) => ifft(x), args: [c([2, 3], 7)] },
  { name: 'ifft of real', f: (x) => ifft(x, { axis: 0 }), args: [r([4, 2], 8)] },
  { name: 'rfft', f: (x) => rfft(x), args: [r([6], 9)] },
  { name: 'rfft, odd', f: (x) => rfft(x, { axis: 0 }), args: [r([5, 2], 10)] },
  { name: 'rfft, cut', f: (x) => rfft(x, { n: 3 }), args: [r([4], 11)] },
  { name: 'irfft', f: (x) => irfft(x), args: [c([4], 12)] },
  { name: 'irfft, odd', f: (x) => irfft(x, { n: 5, axis: 0 }), args: [c([3, 2], 13)] },
  { name: 'irfft of real, filled up', f: (x) => irfft(x, { n: 8 }), args: [r([3], 14)] },
  { name: 'irfft to one', f: (x) => irfft(x, { n: 1 }), args: [c([3], 15)] },
]

/** Products, shape, indexing and transforms, each at one point: real, complex, mixed, broadcast, empty, along several axes. */
export const arrayCases: readonly ArrayCase[] = [
  ...products,
  ...sums.map(([subscripts, ...args]) => ({
    name: `einsum ${subscripts}, ${args.map(({ shape }) => `[${shape.join()}]`).join(' ')}${args.some(({ size }) => size === 0) ? ', empty' : ''}`,
    f: (...xs: Tensor[]) => einsum(subscripts, ...xs),
    args,
  })),
  ...shapes,
  ...indexing,
  ...transforms,
]
