import type { Adjoint, Method, StepController } from '@cad/ode'
import { ExplicitMethod } from '../../src/methods/explicit-method.ts'
import type { Scheme } from '../../src/methods/tableau.ts'

/** The coefficients of an explicit method. */
export function schemeOf(method: Method): Scheme {
  if (method instanceof ExplicitMethod) return method.scheme
  throw new Error(`schemeOf: ${method.name} is not an explicit method.`)
}

/** A method for the steps. Its orders are checked by order conditions, by convergence, and for the interpolant as well. */
export interface MethodCase {
  readonly name: string
  readonly kind: 'method'
  readonly method: Method
  /** Of the interpolant inside a step. */
  readonly denseOrder: number
  /** Numbers of steps between which its order shows: the leading error rules, and is well above rounding. */
  readonly steps?: readonly [coarse: number, fine: number]
}

/** A way to differentiate a solve backwards. */
export interface AdjointCase {
  readonly name: string
  readonly kind: 'adjoint'
  readonly adjoint: Adjoint
  /** Whether it is the derivative of the numbers that were computed, to rounding, or one of the exact solution. */
  readonly isExact: boolean
}

/** A way to choose the steps, by some of its settings. */
export interface ControllerCase {
  readonly name: string
  readonly kind: 'controller'
  readonly controllers: Readonly<Record<string, StepController>>
}
