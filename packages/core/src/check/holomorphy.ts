import { RuleError } from '../errors.ts'
import type { Subject } from './subject.ts'
import { combine, complexPart, size, tiny, turned, type Values } from './values.ts'

/**
 * Whether f is holomorphic where its arguments are complex; undefined without a complex argument. Scaling by i must go through
 * jvp and vjp alike if f_z̄ = 0, and must not if f_z̄ ≠ 0: both maps have to agree on which it is.
 *
 * @throws RuleError if they do not, or if `asserted` and f_z̄ ≠ 0.
 */
export function checkHolomorphy(subject: Subject, asserted: boolean): boolean | undefined {
  const { point, value, directions, seeds, push, pull, what, tolerance } = subject
  if (!point.some(({ dtype }) => dtype === 'complex128')) return undefined
  const pushed = conjugatePart(push, directions)
  const pulled = conjugatePart(pull, seeds)
  if (
    value.some(({ dtype }) => dtype === 'complex128') &&
    pushed.turnable !== undefined &&
    pulled.turnable !== undefined
  ) {
    requireAgreement(what, [pushed.turnable, pulled.turnable], tolerance)
  }
  if (asserted && !(pushed.all <= tolerance)) {
    throw new RuleError(
      `checkRule: ${what}Cauchy–Riemann fails: |f_z̄| / (|f_z| + |f_z̄|) = ${pushed.all.toExponential(2)}, expected at most ${tolerance.toExponential(0)} ` +
        'for a function declared holomorphic.',
    )
  }
  return pushed.all <= tolerance
}

function requireAgreement(what: string, [ofJvp, ofVjp]: readonly [number, number], tolerance: number): void {
  const isLinear = (part: number): boolean => part <= tolerance
  // Between the tolerance and a hundred times it, rounding may decide.
  if (isLinear(ofJvp) === isLinear(ofVjp) || !(Math.max(ofJvp, ofVjp) > 100 * tolerance)) return
  const [yes, no] = isLinear(ofJvp) ? ['jvp', 'vjp'] : ['vjp', 'jvp']
  throw new RuleError(
    `checkRule: ${what}complex factors pass through the ${yes} but not through the ${no}: ` +
      `f_z̄ has weight ${ofJvp.toExponential(2)} in the jvp and ${ofVjp.toExponential(2)} in the vjp. Both must vanish, or neither.`,
  )
}

interface ConjugatePart {
  /** Of all results: a real one has no complex-linear derivative. */
  readonly all: number
  /** Of the complex results alone; undefined if they vanish. */
  readonly turnable: number | undefined
}

/** Weight of the conjugate-linear half ½(m(x) + i m(ix)) of a real-linear map, on the complex tensors. */
function conjugatePart(map: (xs: Values) => Values, xs: Values): ConjugatePart {
  const [along1, alongI] = [map(xs.map(complexPart)), map(xs.map(turned))]
  const isComplex = along1.map(({ dtype }) => dtype === 'complex128')
  const half = (sign: 1 | -1): Values =>
    along1.flatMap((x, k) => (isComplex[k] ? [combine(0.5, x, 0.5 * sign, turned(alongI[k]))] : []))
  const [linear, conjugate] = [size(half(-1)), size(half(1))]
  // For a real result both halves are as large as each other.
  const ofReals = size([...along1, ...alongI].filter(({ dtype }) => dtype !== 'complex128')) / 2
  const weight = (part: number, other: number): number => part / (tiny + part + other)
  return {
    all: weight(Math.hypot(conjugate, ofReals), Math.hypot(linear, ofReals)),
    turnable: linear + conjugate > 0 ? weight(conjugate, linear) : undefined,
  }
}
