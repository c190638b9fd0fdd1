/** What every error of `@cad/*` extends: its message says which function, what it expected, what it got, what to do. */
export class CadError extends Error {
  constructor(message: string) {
    super(message)
    this.name = new.target.name
  }
}

/** A shape that does not fit the operation. */
export class ShapeError extends CadError {}

/** A dtype, or a kind of value, that does not fit the operation. */
export class DtypeError extends CadError {}

/** An argument whose value is outside what the function accepts. */
export class ArgumentError extends CadError {}

/** An argument that must be finite and is not: a wrong call, or a computation before it that overflowed. */
export class NotFiniteError extends ArgumentError {}

/**
 * A computation that breaks off at these numbers and may succeed at others: an integration, a singular matrix, a loop without end. A
 * search takes it at a trial point as it takes NaN.
 */
export class NumericalError extends CadError {}

/** A value was asked of a traced tensor that has none, or a traced tensor was used after its transformation had ended. */
export class TracingError extends CadError {}

/** A derivative that does not exist, or that this operation does not offer. */
export class DerivativeError extends CadError {}

/** A rule that failed `checkRule`, or that returned something other than a cotangent or tangent of its arguments. */
export class RuleError extends CadError {}

/** A loop that took more steps than it may. */
export class StepLimitError extends NumericalError {
  readonly steps: number

  constructor(message: string, steps: number) {
    super(message)
    this.steps = steps
  }
}
