import { add, complex, mul, tensor, type Tensor, type TensorLike } from '@cad/core'
import { randomComplex, randomReal, type Operation, type Variant } from '@cad/testing'
import type { CoreCase, Section } from './core-case.ts'

type Shape = readonly number[]
type Points = Readonly<Record<string, readonly TensorLike[]>>

export const c = (shape: Shape, seed: number): Tensor => randomComplex(shape, seed)
export const r = (shape: Shape, seed: number): Tensor => randomReal(shape, seed)

/** In [½, 3⁄2]: away from the poles, zeros and cuts of most functions. */
export const positive = (shape: Shape, seed: number): Tensor => add(1, mul(0.5, r(shape, seed)))

/** Real parts in [½, 3⁄2], imaginary ones in [−½, ½]. */
export const rightHalf = (shape: Shape, seed: number): Tensor => add(1, mul(0.5, c(shape, seed)))

/** In [−½, ½]. */
export const inside = (shape: Shape, seed: number): Tensor => mul(0.5, r(shape, seed))

export const unaryPoints: Points = {
  'complex [2, 3]': [rightHalf([2, 3], 1)],
  'complex scalar': [rightHalf([], 2)],
  'complex left of the axis [2]': [add(rightHalf([2], 3), complex(-2, 1))],
  'real [4]': [positive([4], 4)],
  'real scalar': [positive([], 5)],
  'complex with zero imaginary parts [3]': [complex(positive([3], 6))],
  'empty [0, 2]': [rightHalf([0, 2], 7)],
}

export const binaryPoints: Points = {
  'complex with complex': [rightHalf([2, 2], 1), rightHalf([2, 2], 2)],
  'real with real': [positive([3], 3), positive([3], 4)],
  'real with complex': [positive([3], 5), rightHalf([3], 6)],
  'complex with real': [rightHalf([3], 7), positive([3], 8)],
  'column with row': [rightHalf([2, 1], 9), positive([1, 3], 10)],
  'matrix with vector': [positive([2, 3], 11), rightHalf([3], 12)],
  'scalar with vector': [rightHalf([], 13), rightHalf([3], 14)],
  'empty with row': [rightHalf([0, 2], 15), positive([2], 16)],
}

/** Off the cuts and at least ½ from the branch points ±1, ±i and 0, on each side of the axes. */
const aroundBranchPoints = tensor([complex(0.6, 0.9), complex(-1.5, 0.7), complex(1.4, -0.6), complex(-0.4, -0.2)])

/** Far from the origin, where other formulas are used. */
const far = tensor([complex(3e9, -4e9), complex(-2e9, 1e9)])

/** The points of a function with branch points, and a real one inside its domain. */
export const inversePoints = (realPoint: Tensor): Points => ({
  complex: [aroundBranchPoints],
  'complex scalar': [tensor(complex(0.3, -0.8))],
  real: [realPoint],
  'empty [0, 2]': [c([0, 2], 1)],
})

/** A point of f a billion times as far out. */
export const farOut = (f: Operation): Readonly<Record<string, Variant>> => ({
  'far out': { f: (z) => f(mul(1e9, z)), args: [mul(1e-9, far)] },
})

/** The same points for another function made of the operation. */
export const each = (label: string, f: Operation, points: Points): Readonly<Record<string, Variant>> =>
  Object.fromEntries(Object.entries(points).map(([name, args]) => [`${label}, ${name}`, { f, args }]))

/** At these points the rows of the docs show derivatives: off the axes, and not too round. */
export const z: Tensor = complex(0.7, -0.4)
export const u: Tensor = complex(-1.3, 0.6)
export const vector: Tensor = tensor([complex(0.7, -0.4), complex(-1.3, 0.6), complex(0.2, 1.1)])
export const otherVector: Tensor = tensor([complex(-0.5, 0.9), complex(1.4, 0.3), complex(0.8, -0.7)])
export const matrix: Tensor = tensor([
  [complex(0.7, -0.4), complex(-1.3, 0.6), complex(0.2, 1.1)],
  [complex(0.4, 0.8), complex(1.2, -0.1), complex(-0.6, 0.5)],
])

type Unary = (z: TensorLike) => Tensor

/** An elementwise function of one complex number, and what is special about it. */
export const unary = (name: string, f: Unary, about: Omit<Section, 'f'> = {}): CoreCase => ({
  name,
  f,
  row: { args: [z] },
  variants: unaryPoints,
  sections: { [name]: { f, ...about } },
})

/** An elementwise function of two complex numbers. */
export const binary = (
  name: string,
  f: (a: TensorLike, b: TensorLike) => Tensor,
  sections: Readonly<Record<string, Unary>>,
): CoreCase => ({
  name,
  f,
  row: { args: [z, u] },
  variants: binaryPoints,
  sections: Object.fromEntries(Object.entries(sections).map(([label, section]) => [label, { f: section }])),
})
