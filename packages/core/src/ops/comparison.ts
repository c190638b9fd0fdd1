import type { Scalar } from '../scalar/scalar-program.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { bySwitching, ofMask } from '../finiteness.ts'
import { zerosOfType, type Tensor, type TensorLike } from '../tensor.ts'
import { and, isNumber, not, or } from './formulas/selection.ts'
import { sumTo } from './gather.ts'
import { broadcastShapes, joinDtypes, realOnly, toReal } from './types.ts'

/** Why complex arguments are refused where numbers are compared. */
export const noOrder = 'Complex numbers have no order: compare abs, real or imag.'

const lessP = definePrimitive('less', {
  type: realOnly('less', noOrder),
  formula: (s, [a, b]) => ({ re: s.less(a.re, b.re), im: s.zero }),
  partials: () => [{}, {}],
  finiteness: ofMask,
})

/** 1 where a < b, else 0 (also next to NaN); real tensors only. */
export const less = (a: TensorLike, b: TensorLike): Tensor => bind(lessP, [a, b], undefined)

/** 1 where a > b, else 0; real tensors only. */
export const greater = (a: TensorLike, b: TensorLike): Tensor => bind(lessP, [b, a], undefined)

const lessEqualP = definePrimitive('lessEqual', {
  type: realOnly('lessEqual', noOrder),
  formula: (s, [a, b]) => ({ re: or(s, s.less(a.re, b.re), s.equal(a.re, b.re)), im: s.zero }),
  partials: () => [{}, {}],
  finiteness: ofMask,
})

/** 1 where a ≤ b, else 0; real tensors only. */
export const lessEqual = (a: TensorLike, b: TensorLike): Tensor => bind(lessEqualP, [a, b], undefined)

/** 1 where a ≥ b, else 0; real tensors only. */
export const greaterEqual = (a: TensorLike, b: TensorLike): Tensor => bind(lessEqualP, [b, a], undefined)

const equalP = definePrimitive('equal', {
  type: toReal('equal'),
  formula: (s, [a, b]) => ({ re: s.mul(s.equal(a.re, b.re), s.equal(a.im, b.im)), im: s.zero }),
  partials: () => [{}, {}],
  finiteness: ofMask,
})

/** 1 where a = b, else 0. */
export const equal = (a: TensorLike, b: TensorLike): Tensor => bind(equalP, [a, b], undefined)

const notEqualP = definePrimitive('notEqual', {
  type: toReal('notEqual'),
  formula: (s, [a, b]) => ({ re: not(s, and(s, s.equal(a.re, b.re), s.equal(a.im, b.im))), im: s.zero }),
  partials: () => [{}, {}],
  finiteness: ofMask,
})

/** 1 where a ≠ b, else 0; NaN differs from everything. */
export const notEqual = (a: TensorLike, b: TensorLike): Tensor => bind(notEqualP, [a, b], undefined)

const isFiniteP = definePrimitive('isFinite', {
  type: toReal('isFinite'),
  formula: (s, [z]) => {
    const isBounded = (x: Scalar): Scalar => s.less(s.call('abs', x), s.constant(Infinity))
    return { re: and(s, isBounded(z.re), isBounded(z.im)), im: s.zero }
  },
  partials: () => ({}),
  finiteness: ofMask,
})

/** 1 where both parts are finite, else 0. */
export const isFinite = (z: TensorLike): Tensor => bind(isFiniteP, [z], undefined)

const isNaNP = definePrimitive('isNaN', {
  type: toReal('isNaN'),
  formula: (s, [z]) => ({ re: not(s, and(s, isNumber(s, z.re), isNumber(s, z.im))), im: s.zero }),
  partials: () => ({}),
  finiteness: ofMask,
})

/** 1 where a part is NaN, else 0. */
export const isNaN = (z: TensorLike): Tensor => bind(isNaNP, [z], undefined)

const whereP = definePrimitive('where', {
  holomorphic: true,
  type: ([mask, a, b]) => {
    realOnly('where', 'The mask holds zeros and ones.')([mask])
    return {
      shape: broadcastShapes('where', [mask.shape, a.shape, b.shape]),
      dtype: joinDtypes('where', [a, b]),
    }
  },
  formula: (s, [mask, a, b]) => ({ re: s.select(mask.re, a.re, b.re), im: s.select(mask.re, a.im, b.im) }),
  // Selection, not multiplication by 0 and 1: an infinite tangent on the side not chosen must not leak in as NaN.
  jvp: ([mask], [, aDot, bDot]) => where(mask, aDot, bDot),
  vjp: ([mask, a, b], _, [cotangent]) => [
    undefined,
    () => sumTo(where(mask, cotangent, zerosOfType(cotangent)), a.shape),
    () => sumTo(where(mask, zerosOfType(cotangent), cotangent), b.shape),
  ],
  vanishes: ([, a, b]) => a && b,
  finiteness: bySwitching,
})

/** a where the mask is not 0, else b; elementwise, with broadcasting. The derivative of the mask is 0. */
export const where = (mask: TensorLike, a: TensorLike, b: TensorLike): Tensor => bind(whereP, [mask, a, b], undefined)
