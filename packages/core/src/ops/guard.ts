import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { byIdentity, type ByIdentity, type Plain } from '../identity.ts'
import type { Primitive } from '../primitive.ts'
import { lengthOf, sizeOf, Tensor, type TensorType } from '../tensor.ts'
import { broadcastTo } from './shape.ts'

/** Throws if the numbers of the tensors are not what they must be; a function of a module, made once. */
export type Check<C extends Plain> = (checked: readonly Tensor[], context: C) => void

type GuardParams = {
  readonly check: ByIdentity<Check<Plain>>
  readonly context: Plain
  /** Leading axes of all arguments: examples, of which the check sees one at a time. */
  readonly examples: readonly number[]
}

const guardP: Primitive<GuardParams> = definePrimitive<GuardParams>('guard', {
  type: ([x]) => x,
  kernel: ([x, ...checked], params) => {
    checkEach(params, checked)
    return x.data
  },
  // Straight-line code cannot throw: the check sees its numbers after the run.
  lower: (s, [x, ...checked], { args: [, ...types], params }) => {
    const values = checked.flatMap((pairs, k) =>
      types[k].dtype === 'complex128' ? pairs.flatMap(({ re, im }) => [re, im]) : pairs.map(({ re }) => re),
    )
    s.check(values, (numbers) => checkEach(params, tensorsFrom(numbers, types)))
    return x
  },
  jvp: (_, [xDot]) => xDot,
  vjp: (args, _, [cotangent]) => [cotangent, ...args.slice(1).map(() => undefined)],
  batch: (args, { batched, size, params }) => {
    const along = args.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape])))
    return bind(guardP, along, { ...params, examples: [size, ...params.examples] })
  },
})

function checkEach({ check, context, examples }: GuardParams, checked: readonly Tensor[]): void {
  if (examples.length === 0) return check.value(checked, context)
  const types = checked.map(({ shape, dtype }) => ({ shape: shape.slice(examples.length), dtype }))
  for (let i = 0; i < sizeOf(examples); i++) {
    const one = types.map((type, k) => {
      const length = lengthOf(type)
      return new Tensor(type.shape, type.dtype, checked[k].data.subarray(i * length, (i + 1) * length))
    })
    check.value(one, context)
  }
}

/** Tensors of these types from their numbers, one after the other. */
function tensorsFrom(numbers: Float64Array, types: readonly TensorType[]): Tensor[] {
  let start = 0
  return types.map((type) => new Tensor(type.shape, type.dtype, numbers.slice(start, (start += lengthOf(type)))))
}

/**
 * x itself, once `check` has seen the numbers of `checked` and not thrown: the way in which a computation refuses also where
 * it is only traced. The derivative is that of x. It stands on the data path: it is looked at as long as the value that it guards
 * is needed.
 *
 * @param check a function of a module, not a closure: a new one each time would be compiled each time. What it must know comes
 *   as `context`.
 */
export const guard = <C extends Plain>(x: Tensor, checked: readonly Tensor[], check: Check<C>, context: C): Tensor =>
  bind(guardP, [x, ...checked], { check: byIdentity(check as unknown as Check<Plain>), context, examples: [] })
