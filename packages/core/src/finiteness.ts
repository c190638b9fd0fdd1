/**
 * What is known, from the operations alone, of the numbers in a tensor at finite arguments. It decides which products of compiled
 * derivatives have to let zero win over infinity: those of nothing but sums and products never do.
 *
 *   overflows   infinite where an exponential is beyond e⁷⁰⁹, at no pole. Overflow of plain products, beyond 1e150, does not count.
 *   unbounded   infinite or NaN at ordinary points: 1/0, log 0, √−1 of a real number
 *   switched    zero by a decision (a comparison, a branch not taken, an element not read), however large its other factor is
 *
 * An operation hands on what its arguments have, and adds its own.
 */
import type { Tensor } from './tensor.ts'

/** A set of the three properties; 0 is a tame number. */
export type Finiteness = number

export const tame: Finiteness = 0
const [overflows, unbounded, switched]: readonly Finiteness[] = [1, 2, 4]

/** What the result of an operation has, given what all its arguments have together. */
export type FinitenessRule<P> = (joined: Finiteness, args: readonly Tensor[], params: P) => Finiteness

/** Infinite or NaN at a pole, or outside of a domain. */
export const unboundedAtPoles = (joined: Finiteness): Finiteness => joined | unbounded

export const byOverflow = (joined: Finiteness): Finiteness => joined | overflows

/** Chooses between its arguments, or jumps. */
export const bySwitching = (joined: Finiteness): Finiteness => joined | switched

/** Ones and zeros, whatever the arguments are. */
export const ofMask = (): Finiteness => switched

/** That there are masks among the arguments says nothing of their values. */
export const withoutSwitches = (joined: Finiteness): Finiteness => joined & ~switched

/** … for real arguments alone: the function is NaN outside of its real domain, and finite for all finite complex numbers. */
export const outsideRealDomain: FinitenessRule<unknown> = (joined, args) =>
  args.every(({ dtype }) => dtype === 'float64') ? joined | unbounded : joined

/** … for complex arguments alone. */
export const ofComplex =
  (rule: (joined: Finiteness) => Finiteness): FinitenessRule<unknown> =>
  (joined, args) =>
    args.some(({ dtype }) => dtype === 'complex128') ? rule(joined) : joined

/**
 * Whether a zero of one factor may meet an infinity of `other`, while what is computed stays finite. An overflown exponential
 * makes the result infinite too, unless something on the way back is switched off or infinite itself.
 */
export const mayMeetInfinity = (factor: Finiteness, other: Finiteness): boolean =>
  (other & unbounded) !== 0 || ((other & overflows) !== 0 && factor !== tame)

/** What of `seeds` matters to the derivative of something that has `own`: that a finite seed is zero only next to an overflow. */
export const relevantTo = (own: Finiteness, seeds: Finiteness): Finiteness =>
  (seeds & (unbounded | overflows)) !== 0 || (own & overflows) !== 0 ? seeds : tame
