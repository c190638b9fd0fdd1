import {
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atanh,
  cos,
  cosh,
  exp,
  expm1,
  log,
  log1p,
  sin,
  sinc,
  sinh,
  sqrt,
  tan,
  tanh,
  type Complex,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import type { CoreCase, Pair, Section } from './core-case.ts'
import { farOut, inside, inversePoints, r, unary } from './points.ts'

const exponential = (oscillatesIn: 're' | 'im'): Pick<Section, 'extremes'> => ({
  extremes: { atInfinity: { oscillatesIn } },
})

const algebraic = { extremes: { atInfinity: {} } }

const i: Complex = { re: 0, im: 1 }
const real = (x: number): Complex => ({ re: x, im: 0 })
const onUnitDisk = (x: number): boolean => Math.abs(x) <= 1
const beyondOne: readonly Pair[] = [
  [2, 0],
  [-2, 0],
]
const beyondI: readonly Pair[] = [
  [0, 2],
  [0, -2],
]

const elementary: readonly CoreCase[] = [
  { ...unary('exp', exp, { limits: [Infinity, 0], ...exponential('im') }), reference: { exp } },
  {
    ...unary('log', log, {
      realWhere: (x) => x >= 0,
      slopeAtZero: 'infinite',
      cuts: [[-2, 0]],
      singular: [{ at: real(0), value: [-Infinity, 0] }],
      ...algebraic,
    }),
    reference: { log },
  },
  {
    ...unary('sqrt', sqrt, {
      realWhere: (x) => x >= 0,
      slopeAtZero: 'infinite',
      cuts: [[-2, 0]],
      singular: [{ at: real(0), value: [0, 0] }],
      ...algebraic,
    }),
    reference: { sqrt },
  },
  { ...unary('sin', sin, exponential('re')), reference: { sin } },
  { ...unary('cos', cos, exponential('re')), reference: { cos } },
  { ...unary('tan', tan, exponential('re')), reference: { tan } },
  { ...unary('sinh', sinh, exponential('im')), reference: { sinh } },
  { ...unary('cosh', cosh, exponential('im')), reference: { cosh } },
  { ...unary('tanh', tanh, { limits: [1, -1], ...exponential('im') }), reference: { tanh } },
]

type Unary = (z: TensorLike) => Tensor

/** A function with branch points, at points between them. */
const branched = (name: string, f: Unary, realPoint: Tensor, about: Omit<Section, 'f'>): CoreCase => ({
  ...unary(name, f, about),
  variants: inversePoints(realPoint),
  reference: { [name]: f },
})

/** The same, and far out, where its values neither overflow nor are so flat that differences see their rounding. */
const branchedAndFar = (name: string, f: Unary, realPoint: Tensor, about: Omit<Section, 'f'>): CoreCase => ({
  ...branched(name, f, realPoint, about),
  variants: { ...inversePoints(realPoint), ...farOut(f) },
})

const besideOthers: readonly CoreCase[] = [
  branched('expm1', expm1, r([3], 1), { ofReal: Math.expm1, limits: [Infinity, -1], extremes: {} }),
  branchedAndFar('log1p', log1p, inside([3], 2), {
    ofReal: Math.log1p,
    realWhere: (x) => x >= -1,
    cuts: [[-2, 0]],
    singular: [{ at: real(-1), value: [-Infinity, 0] }],
    extremes: {},
  }),
  branched('sinc', sinc, r([3], 3), { extremes: {} }),
]

const inverse: readonly CoreCase[] = [
  branchedAndFar('asin', asin, inside([3], 4), {
    ofReal: Math.asin,
    realWhere: onUnitDisk,
    cuts: beyondOne,
    singular: [{ at: real(1), value: [Math.PI / 2, 0] }],
    ...algebraic,
  }),
  branchedAndFar('acos', acos, inside([3], 5), {
    ofReal: Math.acos,
    realWhere: onUnitDisk,
    cuts: beyondOne,
    singular: [{ at: real(-1), value: [Math.PI, 0] }],
    ...algebraic,
  }),
  branched('atan', atan, r([3], 6), {
    ofReal: Math.atan,
    limits: [Math.PI / 2, -Math.PI / 2],
    cuts: beyondI,
    singular: [
      { at: i, value: [0, Infinity] },
      { at: { re: 0, im: -1 }, value: [0, -Infinity] },
    ],
    ...algebraic,
  }),
  branchedAndFar('asinh', asinh, r([3], 7), {
    ofReal: Math.asinh,
    limits: [Infinity, -Infinity],
    cuts: beyondI,
    singular: [{ at: i, value: [0, Math.PI / 2] }],
    ...algebraic,
  }),
  branchedAndFar('acosh', acosh, add(2, inside([3], 8)), {
    realWhere: (x) => x >= 1,
    cuts: [
      [-2, 0],
      [0.5, 0],
    ],
    singular: [{ at: real(1), value: [0, 0] }],
    ...algebraic,
  }),
  branched('atanh', atanh, inside([3], 9), {
    ofReal: Math.atanh,
    realWhere: onUnitDisk,
    cuts: beyondOne,
    singular: [
      { at: real(1), value: [Infinity, 0] },
      { at: real(-1), value: [-Infinity, 0] },
    ],
    ...algebraic,
  }),
]

/** Holomorphic functions of one number. */
export const holomorphic: readonly CoreCase[] = [...elementary, ...besideOthers, ...inverse]
