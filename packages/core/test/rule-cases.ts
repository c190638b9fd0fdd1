import {
  abs,
  abs2,
  add,
  adjoint,
  arg,
  at,
  broadcastTo,
  complex,
  concat,
  conj,
  cos,
  cosh,
  div,
  dot,
  equal,
  exp,
  greater,
  imag,
  less,
  log,
  matmul,
  mean,
  mul,
  neg,
  norm,
  pow,
  real,
  reciprocal,
  reshape,
  sign,
  sin,
  sinh,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  tan,
  tanh,
  transpose,
  vdot,
  where,
  type Tensor,
} from '@cad/core'
import { randomComplex, randomReal } from '@cad/testing'
import { arrayCases } from './array-cases.ts'
import { elementwiseRuleCases } from './elementwise-rule-cases.ts'

/** A public operation at one point, for everything that must hold of every rule. */
export interface RuleCase {
  readonly name: string
  readonly f: (...args: Tensor[]) => Tensor
  readonly args: readonly Tensor[]
}

type Unary = (z: Tensor) => Tensor
type Binary = (a: Tensor, b: Tensor) => Tensor

const c = (shape: readonly number[], seed: number): Tensor => randomComplex(shape, seed)
const r = (shape: readonly number[], seed: number): Tensor => randomReal(shape, seed)

/** In [½, 3⁄2]: away from the poles, zeros and cuts of every function here. */
const positive = (shape: readonly number[], seed: number): Tensor => add(1, mul(0.5, r(shape, seed)))

/** Real parts in [½, 3⁄2], imaginary ones in [−½, ½]. */
const rightHalf = (shape: readonly number[], seed: number): Tensor => add(1, mul(0.5, c(shape, seed)))

const unary: Record<string, Unary> = {
  neg,
  reciprocal,
  square,
  'pow 0': (z) => pow(z, 0),
  'pow 1': (z) => pow(z, 1),
  'pow 5': (z) => pow(z, 5),
  'pow −2': (z) => pow(z, -2),
  'pow ⅓': (z) => pow(z, 1 / 3),
  'pow 70': (z) => pow(z, 70),
  exp,
  log,
  sqrt,
  sin,
  cos,
  tan,
  sinh,
  cosh,
  tanh,
  conj,
  real,
  imag,
  abs,
  abs2,
  sign,
  arg,
}

const unaryPoints: Record<string, Tensor> = {
  'complex [2, 3]': rightHalf([2, 3], 1),
  'complex scalar': rightHalf([], 2),
  'complex left of the axis [2]': add(rightHalf([2], 3), complex(-2, 1)),
  'real [4]': positive([4], 4),
  'real scalar': positive([], 5),
  'complex with zero imaginary parts [3]': complex(positive([3], 6)),
  'empty [0, 2]': rightHalf([0, 2], 7),
}

const binary: Record<string, Binary> = { add, sub, mul, div, pow }

const binaryPoints: Record<string, readonly [Tensor, Tensor]> = {
  'complex with complex': [rightHalf([2, 2], 1), rightHalf([2, 2], 2)],
  'real with real': [positive([3], 3), positive([3], 4)],
  'real with complex': [positive([3], 5), rightHalf([3], 6)],
  'complex with real': [rightHalf([3], 7), positive([3], 8)],
  'column with row': [rightHalf([2, 1], 9), positive([1, 3], 10)],
  'matrix with vector': [positive([2, 3], 11), rightHalf([3], 12)],
  'scalar with vector': [rightHalf([], 13), rightHalf([3], 14)],
  'empty with row': [rightHalf([0, 2], 15), positive([2], 16)],
}

const product = <T>(functions: Record<string, T>, build: (f: T) => RuleCase[]): RuleCase[] =>
  Object.entries(functions).flatMap(([name, f]) =>
    build(f).map((found) => ({ ...found, name: `${name}, ${found.name}` })),
  )

const mask = greater(r([2, 3], 30), 0)

const others: readonly RuleCase[] = [
  { name: 'complex(x, y)', f: (x, y) => complex(x, y), args: [r([2, 3], 1), r([3], 2)] },
  { name: 'complex(x)', f: (x) => complex(x), args: [r([2], 3)] },
  { name: 'where, complex and real', f: (a, b) => where(mask, a, b), args: [c([2, 3], 4), r([3], 5)] },
  { name: 'where, scalar branches', f: (a, b) => where(mask, a, b), args: [c([], 6), c([], 7)] },
  { name: 'less', f: (a, b) => add(a, less(a, b)), args: [r([3], 8), r([3], 9)] },
  { name: 'equal', f: (a, b) => add(a, equal(a, b)), args: [c([3], 10), c([3], 11)] },
  { name: 'sum of all', f: (x) => sum(x), args: [c([2, 3], 12)] },
  { name: 'sum over rows', f: (x) => sum(x, { axis: 0 }), args: [c([2, 3], 13)] },
  { name: 'sum over two axes, kept', f: (x) => sum(x, { axis: [0, -1], keepdims: true }), args: [r([2, 3, 2], 14)] },
  { name: 'sum of nothing', f: (x) => sum(x, { axis: 0 }), args: [c([0, 2], 15)] },
  { name: 'mean of all', f: (x) => mean(x), args: [c([2, 3], 16)] },
  { name: 'mean over columns', f: (x) => mean(x, { axis: 1 }), args: [r([2, 3], 17)] },
  { name: 'norm of all, complex', f: (x) => norm(x), args: [c([2, 3], 18)] },
  { name: 'norm of all, real', f: (x) => norm(x), args: [r([4], 19)] },
  { name: 'norm of rows', f: (x) => norm(x, { axis: 1 }), args: [c([2, 3], 20)] },
  { name: 'norm of a middle axis, kept', f: (x) => norm(x, { axis: 1, keepdims: true }), args: [c([2, 2, 2], 21)] },
  { name: 'reshape', f: (x) => reshape(x, [3, -1]), args: [c([2, 3], 22)] },
  { name: 'transpose', f: (x) => transpose(x), args: [c([2, 3], 23)] },
  { name: 'transpose with axes', f: (x) => transpose(x, [1, 2, 0]), args: [r([2, 3, 2], 24)] },
  { name: 'adjoint', f: (x) => adjoint(x), args: [c([2, 3], 25)] },
  { name: 'adjoint of a stack', f: (x) => adjoint(x), args: [c([2, 2, 3], 26)] },
  { name: 'broadcastTo', f: (x) => broadcastTo(x, [2, 3]), args: [c([2, 1], 27)] },
  { name: 'at, a row', f: (x) => at(x, -1), args: [c([2, 3], 28)] },
  { name: 'at, an element', f: (x) => at(x, 1, 0), args: [r([2, 3], 29)] },
  { name: 'slice', f: (x) => slice(x, { start: 1 }, { step: -2 }), args: [c([3, 4], 31)] },
  { name: 'slice of nothing', f: (x) => slice(x, { start: 2, end: 2 }), args: [c([3], 32)] },
  { name: 'stack', f: (a, b) => stack([a, b, a]), args: [c([2], 33), r([2], 34)] },
  { name: 'stack along the last axis', f: (a, b) => stack([a, b], { axis: -1 }), args: [c([2, 3], 35), c([2, 3], 36)] },
  { name: 'concat', f: (a, b) => concat([a, b]), args: [r([2, 3], 37), c([1, 3], 38)] },
  { name: 'concat along columns', f: (a, b) => concat([a, b], { axis: 1 }), args: [c([2, 1], 39), r([2, 3], 40)] },
  { name: 'matmul, complex', f: (A, B) => matmul(A, B), args: [c([2, 3], 41), c([3, 2], 42)] },
  { name: 'matmul, real with complex', f: (A, B) => matmul(A, B), args: [r([2, 3], 43), c([3, 1], 44)] },
  { name: 'matmul, real', f: (A, B) => matmul(A, B), args: [r([2, 2], 45), r([2, 3], 46)] },
  { name: 'matmul, matrix with vector', f: (A, x) => matmul(A, x), args: [c([2, 3], 47), c([3], 48)] },
  { name: 'matmul, vector with matrix', f: (x, A) => matmul(x, A), args: [r([2], 49), c([2, 3], 50)] },
  { name: 'matmul, vector with vector', f: (x, y) => matmul(x, y), args: [c([3], 51), c([3], 52)] },
  { name: 'matmul over nothing', f: (A, B) => matmul(A, B), args: [c([2, 0], 53), c([0, 2], 54)] },
  { name: 'vdot', f: (x, y) => vdot(x, y), args: [c([3], 55), c([3], 56)] },
  { name: 'dot', f: (x, y) => dot(x, y), args: [c([4], 57), r([4], 58)] },
]

export const ruleCases: readonly RuleCase[] = [
  ...product(unary, (f) => Object.entries(unaryPoints).map(([name, z]) => ({ name, f, args: [z] }))),
  ...product(binary, (f) => Object.entries(binaryPoints).map(([name, args]) => ({ name, f, args }))),
  ...others,
  ...arrayCases,
  ...elementwiseRuleCases,
]
