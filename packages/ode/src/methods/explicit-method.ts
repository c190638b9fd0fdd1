import { ArgumentError } from '@cad/core'
import { describeValue, Interning, keyOf } from '@cad/core/compiler'
import type { Field, Kind } from '../field.ts'
import { explicitStepper } from '../steps/explicit-stepper.ts'
import { checkedScheme } from './checked-scheme.ts'
import type { Method } from './method.ts'
import type { Stepper } from './stepper.ts'
import { orderOfEstimate, type ButcherTableau, type Scheme } from './tableau.ts'

/** An explicit Runge–Kutta method. Its tableau is checked when it is first used, so that one that nobody uses costs nothing. */
export class ExplicitMethod implements Method {
  readonly interned: symbol = Symbol('explicit method')
  readonly name: string
  readonly order: number
  readonly errorOrder: number | undefined
  readonly kinds: readonly Kind[] = ['general', 'linear', 'split', 'partitioned']
  readonly #tableau: ButcherTableau
  #scheme: Scheme | undefined
  readonly #steppers = new WeakMap<Field, Stepper>()

  constructor(tableau: ButcherTableau) {
    this.name = tableau.name
    this.order = tableau.order
    this.errorOrder = orderOfEstimate(tableau)
    this.#tableau = tableau
  }

  /** @throws ArgumentError if the coefficients do not fit each other or the stated orders. */
  get scheme(): Scheme {
    return (this.#scheme ??= checkedScheme(this.#tableau))
  }

  readonly prepare = (field: Field): Stepper => {
    let stepper = this.#steppers.get(field)
    if (stepper === undefined) this.#steppers.set(field, (stepper = explicitStepper(this.scheme, field)))
    return stepper
  }
}

const methods = new Interning<ExplicitMethod>()

/**
 * A method of one's own for `solveIvp`. Before its first step the coefficients are checked: numbers, lengths, row sums, the order
 * conditions of y₁ and of the error estimate up to order 6, and the ends of the interpolant.
 *
 * @param tableau as printed; a first-same-as-last stage is found or added, and without `dense` the interpolant is cubic Hermite.
 * @throws (from the solve) ArgumentError that names the condition which does not hold, and by how much.
 * @see Butcher, Numerical Methods for Ordinary Differential Equations, chapter 3.
 */
export function explicitMethod(tableau: ButcherTableau): Method {
  if (typeof tableau !== 'object' || tableau === null) {
    throw new ArgumentError(
      `explicitMethod: expected a tableau { name, order, c, a, b, … }, got ${describeValue(tableau)}.`,
    )
  }
  const own = copied(tableau) // what is done to it later changes no method
  return methods.find(keyOf(own), () => new ExplicitMethod(own))
}

function copied({
  name,
  order,
  c,
  a,
  b,
  e,
  errorOrder,
  eLow,
  lowErrorOrder,
  dense,
  extra,
}: ButcherTableau): ButcherTableau {
  return {
    name,
    order,
    c: list(c),
    a: list(a),
    b: list(b),
    ...(e !== undefined && { e: list(e) }),
    ...(errorOrder !== undefined && { errorOrder }),
    ...(eLow !== undefined && { eLow: list(eLow) }),
    ...(lowErrorOrder !== undefined && { lowErrorOrder }),
    ...(dense !== undefined && { dense: list(dense) }),
    ...(extra !== undefined && { extra: { c: list(extra?.c), a: list(extra?.a) } }),
  }
}

/** A copy of lists in lists; anything else as it is, to be refused by its name. */
const list = <T>(x: T): T => (Array.isArray(x) ? (x.map(list) as T) : x)
