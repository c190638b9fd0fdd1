import { lowerGraph } from './compile/lower.ts'
import { RuleError } from './errors.ts'
import { admit, sealed, staged, valueOf } from './graph.ts'
import { bindAll, definePrimitive, type Primitive } from './primitive.ts'
import type { Tensor } from './tensor.ts'
import { sameShape, showType, toTensor, type TensorLike, type TensorType } from './tensor.ts'
import { evaluate, trace, type Graph } from './trace.ts'

/** Both derivative rules of a function, written with public functions, so that they can be differentiated again. */
export interface Rules {
  /** The tangent of the value. A missing tangent comes as zeros. */
  readonly jvp: (args: readonly Tensor[], tangents: readonly Tensor[], value: Tensor) => TensorLike
  /** The cotangents of the arguments, one each, under Re⟨a, b⟩; undefined for an argument without one. */
  readonly vjp: (args: readonly Tensor[], value: Tensor, cotangent: Tensor) => readonly (TensorLike | undefined)[]
}

interface CustomParams {
  readonly rules: Rules
  readonly type: TensorType
  readonly value?: Tensor
  readonly graph?: Graph
}

const customP: Primitive<CustomParams> = definePrimitive<CustomParams>('custom', {
  type: (_, { type }) => ({ shape: type.shape, dtype: type.dtype }),
  kernel: (args, { value, graph }) => (value ?? evaluate(graph!, args)[0]).data,
  lower: (s, args, { params: { graph } }) => lowerGraph(s, graph!, args),
  inner: ({ graph }) => graph,
  jvp: (args, tangents, [value], { rules, type }) =>
    sealed([...args, ...tangents, value], (own) => {
      const n = args.length
      return requireFit(
        'jvp',
        'tangent of the value',
        result(rules.jvp(own.slice(0, n), own.slice(n, 2 * n), own[2 * n])),
        type,
      )
    }),
  vjp: (args, [value], [cotangent], { rules }) =>
    sealed([...args, value, cotangent], (own) => {
      const n = args.length
      const bars = rules.vjp(own.slice(0, n), own[n], own[n + 1])
      if (!Array.isArray(bars) || bars.length !== n) {
        throw new RuleError(
          `customRule: vjp must give a list of ${n} cotangents, one for each argument, got ${Array.isArray(bars) ? `${bars.length}` : typeof bars}.`,
        )
      }
      return bars.map((bar: TensorLike | undefined, i) =>
        bar === undefined ? undefined : requireFit('vjp', `cotangent of argument ${i}`, result(bar), args[i]),
      )
    }),
})

/** What the function or a rule gave, which may be a captured tensor that no operation has seen yet. */
const result = (x: TensorLike): Tensor => admit(toTensor(x, 'customRule'), 'customRule')

function requireFit(rule: string, what: string, found: Tensor, type: TensorType): Tensor {
  if (sameShape(found.shape, type.shape)) return found
  throw new RuleError(
    `customRule: ${rule} gave a ${what} of type ${showType(found)}, expected ${showType(type)}. Its shape must be that of what it belongs to.`,
  )
}

/**
 * f with derivative rules of its own, instead of those of what happens inside it; carries forward and reverse mode together.
 * f takes tensors and gives one tensor.
 *
 * @throws TracingError if f or a rule uses a traced tensor that is not an argument: its gradient would silently be zero.
 */
export function customRule<A extends readonly TensorLike[]>(
  f: (...args: A) => TensorLike,
  rules: Rules,
): (...args: A) => Tensor {
  const apply = (inputs: readonly Tensor[]): Tensor => result(f(...(inputs as unknown as A)))
  return (...args) => {
    const inputs = staged(args.map((x) => result(x)))
    const values = inputs.map(valueOf)
    if (values.every((x) => x !== undefined)) {
      const value = sealed(values, apply)
      return bindAll(customP, inputs, { rules, type: value, value })[0]
    }
    const graph = sealed(inputs, () => trace((own) => [apply(own)], inputs))
    return bindAll(customP, inputs, { rules, type: graph.outputs[0], graph })[0]
  }
}
