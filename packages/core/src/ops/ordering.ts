import type { Scalar, ScalarProgram } from '../scalar/scalar-program.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { bySwitching } from '../finiteness.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { add, mul } from './arithmetic.ts'
import { equal, greater, less, lessEqual, noOrder, where } from './comparison.ts'
import { realOnly } from './types.ts'

const maximumP = definePrimitive('maximum', {
  type: realOnly('maximum', noOrder),
  formula: (s, [a, b]) => ({ re: s.call2('max', a.re, b.re), im: s.zero }),
  partials: ([a, b]) => [{ dz: share(greater(a, b), a, b) }, { dz: share(less(a, b), a, b) }],
  finiteness: bySwitching,
})

/** The derivative of one side: 1 where it is chosen, ½ where both are equal. */
const share = (isChosen: Tensor, a: Tensor, b: Tensor): Tensor => add(isChosen, mul(0.5, equal(a, b)))

/**
 * The larger of a and b, elementwise, with broadcasting; NaN if one is. Where they are equal, each has derivative ½.
 *
 * @throws DtypeError for complex arguments.
 */
export const maximum = (a: TensorLike, b: TensorLike): Tensor => bind(maximumP, [a, b], undefined)

const minimumP = definePrimitive('minimum', {
  type: realOnly('minimum', noOrder),
  formula: (s, [a, b]) => ({ re: s.call2('min', a.re, b.re), im: s.zero }),
  partials: ([a, b]) => [{ dz: share(less(a, b), a, b) }, { dz: share(greater(a, b), a, b) }],
  finiteness: bySwitching,
})

/**
 * The smaller of a and b, elementwise, with broadcasting; NaN if one is. Where they are equal, each has derivative ½.
 *
 * @throws DtypeError for complex arguments.
 */
export const minimum = (a: TensorLike, b: TensorLike): Tensor => bind(minimumP, [a, b], undefined)

const clipP = definePrimitive('clip', {
  type: realOnly('clip', `${noOrder} To limit a modulus, multiply by minimum(1, r / abs(z)).`),
  formula: (s, [x, low, high]) => ({
    re: s.call2('min', high.re, s.call2('max', low.re, x.re)),
    im: s.zero,
  }),
  // The upper bound wins where the two are crossed.
  partials: ([x, low, high]) => {
    const isAbove = less(high, where(less(x, low), low, x))
    const isBelow = mul(less(x, low), lessEqual(low, high))
    return [{ dz: mul(lessEqual(low, x), lessEqual(x, high)) }, { dz: isBelow }, { dz: isAbove }]
  },
  finiteness: bySwitching,
})

/**
 * x limited to [low, high], elementwise, with broadcasting: min(high, max(low, x)). On a bound the derivative belongs to x, so that
 * a step back inside is seen; outside it belongs to the bound.
 *
 * @throws DtypeError for complex arguments.
 */
export function clip(x: TensorLike, low: TensorLike = -Infinity, high: TensorLike = Infinity): Tensor {
  return bind(clipP, [x, low, high], undefined)
}

const noInteger = 'Complex numbers have no order: round real and imag apart.'

const floorP = definePrimitive('floor', {
  type: realOnly('floor', noInteger),
  formula: (s, [x]) => ({ re: s.call('floor', x.re), im: s.zero }),
  partials: () => ({}),
  finiteness: bySwitching,
})

/** The largest integer ≤ x; its derivative is 0, on the jumps too. Real tensors only. */
export const floor = (x: TensorLike): Tensor => bind(floorP, [x], undefined)

const ceilP = definePrimitive('ceil', {
  type: realOnly('ceil', noInteger),
  formula: (s, [x]) => ({ re: s.neg(s.call('floor', s.neg(x.re))), im: s.zero }),
  partials: () => ({}),
  finiteness: bySwitching,
})

/** The smallest integer ≥ x; its derivative is 0, on the jumps too. Real tensors only. */
export const ceil = (x: TensorLike): Tensor => bind(ceilP, [x], undefined)

const roundP = definePrimitive('round', {
  type: realOnly('round', noInteger),
  formula: (s, [x]) => ({ re: roundToEven(s, x.re), im: s.zero }),
  partials: () => ({}),
  finiteness: bySwitching,
})

function roundToEven(s: ScalarProgram, x: Scalar): Scalar {
  const half = s.constant(0.5)
  const below = s.call('floor', x)
  const above = s.add(below, s.one)
  const fraction = s.sub(x, below) // exact; NaN at ±Infinity, which is even
  const isEven = s.equal(s.mul(s.constant(2), s.call('floor', s.mul(half, below))), below)
  return s.select(
    s.less(fraction, half),
    below,
    s.select(s.less(half, fraction), above, s.select(isEven, below, above)),
  )
}

/** The nearest integer, halves to the even one as in NumPy; its derivative is 0, on the jumps too. Real tensors only. */
export const round = (x: TensorLike): Tensor => bind(roundP, [x], undefined)
