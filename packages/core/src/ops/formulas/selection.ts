import type { Scalar, ScalarProgram } from '../../scalar/scalar-program.ts'

/** The largest finite number. */
export const largest: number = Number.MAX_VALUE

/** 1 where both are 1. */
export const and = (s: ScalarProgram, a: Scalar, b: Scalar): Scalar => s.mul(a, b)

/** 1 where one of two conditions that may hold together is 1. */
export const or = (s: ScalarProgram, a: Scalar, b: Scalar): Scalar => s.select(a, s.one, b)

export const not = (s: ScalarProgram, a: Scalar): Scalar => s.sub(s.one, a)

/** 1 unless x is NaN. */
export const isNumber = (s: ScalarProgram, x: Scalar): Scalar => s.equal(x, x)

/** x within [−bound, bound]; NaN stays. */
export const clamp = (s: ScalarProgram, x: Scalar, bound: number): Scalar =>
  s.call2('max', s.constant(-bound), s.call2('min', s.constant(bound), x))

/** 1 where x < 0 or x is −0. */
export function isNegative(s: ScalarProgram, x: Scalar): Scalar {
  const signed = s.select(s.equal(x, s.zero), s.div(s.one, x), x)
  return s.less(signed, s.zero)
}

/** magnitude ≥ 0 with the sign of x, where −0 is negative: what chooses the side of a branch cut. */
export const withSignOf = (s: ScalarProgram, x: Scalar, magnitude: Scalar): Scalar =>
  s.select(isNegative(s, x), s.neg(magnitude), magnitude)
