import {
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atanh,
  ceil,
  clip,
  complex,
  cumsum,
  diag,
  expm1,
  floor,
  full,
  greaterEqual,
  isFinite,
  isNaN,
  lessEqual,
  log1p,
  max,
  maximum,
  min,
  minimum,
  mul,
  norm,
  notEqual,
  polar,
  prod,
  round,
  sinc,
  tensor,
  type Tensor,
} from '@cad/core'
import { randomComplex, randomReal } from '@cad/testing'
import type { RuleCase } from './rule-cases.ts'

const c = (shape: readonly number[], seed: number): Tensor => randomComplex(shape, seed)
const r = (shape: readonly number[], seed: number): Tensor => randomReal(shape, seed)

/** In [−½, ½]: inside the domain of every function here but acosh. */
const inside = (shape: readonly number[], seed: number): Tensor => mul(0.5, r(shape, seed))

/** Off the cuts and at least ½ from the branch points ±1, ±i and 0, on each side of the axes. */
const complexPoint = tensor([complex(0.6, 0.9), complex(-1.5, 0.7), complex(1.4, -0.6), complex(-0.4, -0.2)])

/** Far from the origin, where other formulas are used. */
const far = tensor([complex(3e9, -4e9), complex(-2e9, 1e9)])

const domains: Record<string, { f: (z: Tensor) => Tensor; real: Tensor }> = {
  expm1: { f: expm1, real: r([3], 1) },
  log1p: { f: log1p, real: inside([3], 2) },
  sinc: { f: sinc, real: r([3], 3) },
  asin: { f: asin, real: inside([3], 4) },
  acos: { f: acos, real: inside([3], 5) },
  atan: { f: atan, real: r([3], 6) },
  asinh: { f: asinh, real: r([3], 7) },
  acosh: { f: acosh, real: add(2, inside([3], 8)) },
  atanh: { f: atanh, real: inside([3], 9) },
}

const holomorphic: readonly RuleCase[] = Object.entries(domains).flatMap(([name, { f, real }]) => [
  { name: `${name}, complex`, f, args: [complexPoint] },
  { name: `${name}, complex scalar`, f, args: [tensor(complex(0.3, -0.8))] },
  { name: `${name}, real`, f, args: [real] },
  { name: `${name}, empty [0, 2]`, f, args: [c([0, 2], 1)] },
  // The others overflow, or are so flat far out that differences see their rounding.
  ...(!/log1p|asin|acos|asinh|acosh/.test(name)
    ? []
    : [{ name: `${name}, far out`, f: (z: Tensor) => f(mul(1e9, z)), args: [mul(1e-9, far)] }]),
])

/** Well separated, so that differences meet no tie. */
const spread = tensor([
  [3, -1, 2.5],
  [0.5, 4, -2],
])

const ordered: readonly RuleCase[] = [
  { name: 'maximum', f: (a, b) => maximum(a, b), args: [spread, tensor([1, 1, -3])] },
  { name: 'minimum', f: (a, b) => minimum(a, b), args: [spread, tensor([[1], [3]])] },
  { name: 'clip', f: (x, low, high) => clip(x, low, high), args: [spread, tensor([-0.2, -0.1, 0]), tensor(2)] },
  { name: 'floor', f: (x) => add(x, floor(x)), args: [r([3], 10)] },
  { name: 'ceil', f: (x) => add(x, ceil(x)), args: [r([3], 11)] },
  { name: 'round', f: (x) => add(x, round(x)), args: [r([3], 12)] },
  { name: 'lessEqual', f: (a, b) => add(a, lessEqual(a, b)), args: [r([3], 13), r([3], 14)] },
  { name: 'greaterEqual', f: (a, b) => add(a, greaterEqual(a, b)), args: [r([3], 15), r([3], 16)] },
  { name: 'notEqual', f: (a, b) => add(a, notEqual(a, b)), args: [c([3], 17), c([3], 18)] },
  { name: 'isFinite', f: (a) => add(a, isFinite(a)), args: [c([3], 19)] },
  { name: 'isNaN', f: (a) => add(a, isNaN(a)), args: [r([3], 20)] },
  { name: 'max of all', f: (x) => max(x), args: [spread] },
  { name: 'max of rows', f: (x) => max(x, { axis: 1 }), args: [spread] },
  { name: 'min of columns, kept', f: (x) => min(x, { axis: 0, keepdims: true }), args: [spread] },
  { name: 'max of nothing in rows', f: (x) => max(x, { axis: 1 }), args: [r([0, 2], 21)] },
]

const withZeros = tensor([
  [complex(0), complex(0.4, -1.1)],
  [complex(0.8, 0.3), complex(0)],
  [complex(-0.7, 0.2), complex(0)],
])

const reductions: readonly RuleCase[] = [
  { name: 'prod of all, complex', f: (x) => prod(x), args: [c([2, 3], 22)] },
  { name: 'prod of columns with zeros', f: (x) => prod(x, { axis: 0 }), args: [withZeros] },
  { name: 'prod over two axes, kept', f: (x) => prod(x, { axis: [0, 2], keepdims: true }), args: [r([2, 2, 3], 23)] },
  { name: 'prod of nothing', f: (x) => prod(x, { axis: 0 }), args: [c([0, 2], 24)] },
  { name: 'cumsum of all', f: (x) => cumsum(x), args: [c([2, 3], 25)] },
  { name: 'cumsum along rows', f: (x) => cumsum(x, { axis: 1 }), args: [r([2, 3], 26)] },
  { name: 'cumsum along a middle axis', f: (x) => cumsum(x, { axis: -2 }), args: [c([2, 3, 2], 27)] },
  { name: 'cumsum of nothing', f: (x) => cumsum(x, { axis: 0 }), args: [c([0, 2], 28)] },
  ...[1, 1.5, 2, 3, 4, 7.5, Infinity].flatMap((ord) => [
    { name: `norm of order ${ord}, complex`, f: (x: Tensor) => norm(x, { ord }), args: [c([2, 2], 29)] },
    { name: `norm of order ${ord}, rows of real`, f: (x: Tensor) => norm(x, { ord, axis: 1 }), args: [spread] },
  ]),
]

const creation: readonly RuleCase[] = [
  { name: 'polar', f: (x, y) => polar(x, y), args: [r([2, 3], 30), r([3], 31)] },
  { name: 'diag of a vector', f: (x) => diag(x), args: [c([3], 32)] },
  { name: 'diag of a vector, above', f: (x) => diag(x, { offset: 1 }), args: [r([2], 33)] },
  { name: 'diag of a matrix, below', f: (x) => diag(x, { offset: -1 }), args: [c([3, 4], 34)] },
  { name: 'full', f: (x) => full([2, 3], x), args: [c([], 35)] },
  { name: 'full, complex of real', f: (x) => full([2, 3], x, { dtype: 'complex128' }), args: [r([3], 36)] },
]

export const elementwiseRuleCases: readonly RuleCase[] = [...holomorphic, ...ordered, ...reductions, ...creation]
