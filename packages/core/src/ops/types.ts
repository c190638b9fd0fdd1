import { DtypeError, ShapeError } from '../errors.ts'
import { sameShape, showShape, type Dtype, type Shape, type TensorType } from '../tensor.ts'

/** Complex as soon as one of them is. */
export function joinDtypes(caller: string, args: readonly TensorType[]): 'float64' | 'complex128' {
  let joined: 'float64' | 'complex128' = 'float64'
  for (const { dtype } of args) {
    if (dtype === 'complex128') joined = 'complex128'
    else if (dtype === 'opaque') requireNumbers(caller, args)
  }
  return joined
}

export function requireNumbers(caller: string, args: readonly TensorType[]): void {
  if (args.some(({ dtype }) => dtype === 'opaque')) {
    throw new DtypeError(
      `${caller}: expected real or complex tensors, got an opaque handle. Handles go only to the function they are made for.`,
    )
  }
}

/** The common shape after NumPy's broadcasting. */
export function broadcastShapes(caller: string, shapes: readonly Shape[]): Shape {
  return shapes.every((shape) => sameShape(shape, shapes[0])) ? shapes[0] : mixedShapes(caller, shapes)
}

function mixedShapes(caller: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    let length = 1
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1
      if (own !== 1 && length !== 1 && own !== length) {
        throw new ShapeError(
          `${caller}: shapes ${shapes.map(showShape).join(' and ')} do not broadcast (${length} against ${own} along axis ${axis}). ` +
            'Lengths must be equal or 1; reshape one of them.',
        )
      }
      if (own !== 1) length = own
    }
    return length
  })
}

/** Type rules of elementwise operations: shapes broadcast, and the dtype is … */
const elementwiseType =
  (dtypeOf: (caller: string, args: readonly TensorType[]) => Dtype) =>
  (caller: string) =>
  (args: readonly TensorType[]): TensorType => ({
    shape: broadcastShapes(
      caller,
      args.map(({ shape }) => shape),
    ),
    dtype: dtypeOf(caller, args),
  })

/** … complex as soon as one argument is; */
export const joined: (caller: string) => (args: readonly TensorType[]) => TensorType = elementwiseType(joinDtypes)

/** … always real; */
export const toReal: (caller: string) => (args: readonly TensorType[]) => TensorType = elementwiseType(
  (caller, args) => {
    requireNumbers(caller, args)
    return 'float64'
  },
)

/** … always complex; */
export const toComplex: (caller: string) => (args: readonly TensorType[]) => TensorType = elementwiseType(
  (caller, args) => {
    requireNumbers(caller, args)
    return 'complex128'
  },
)

/** … real, and complex arguments are refused, for the reason given. */
export const realOnly = (caller: string, reason: string): ((args: readonly TensorType[]) => TensorType) =>
  elementwiseType((name, args) => {
    if (joinDtypes(name, args) === 'complex128')
      throw new DtypeError(`${name}: expected real tensors, got a complex one. ${reason}`)
    return 'float64'
  })(caller)
