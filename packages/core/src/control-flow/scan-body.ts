import { typeOf } from '../closed/applicable.ts'
import type { ClosedFunction } from '../closed/closed-function.ts'
import type { CompiledProgram, Layout } from '../compile/graph/layout.ts'
import type { Graph } from '../primitive.ts'
import { lengthOf, type TensorType } from '../tensor.ts'

/** One step of a scan, (carry, x, constants) ↦ (carry, y), as data: it stands in the params of a node. */
export type ScanBody = {
  readonly f: ClosedFunction
  /** Leaves of the carry, and of x. */
  readonly carryCount: number
  readonly xCount: number
}

/** Types of the parts of a step. */
export interface StepTypes {
  readonly carry: readonly TensorType[]
  readonly xs: readonly TensorType[]
  readonly constants: readonly TensorType[]
  readonly ys: readonly TensorType[]
}

export function stepTypes({ f, carryCount, xCount }: ScanBody): StepTypes {
  return { ...split({ carryCount, xCount }, f.inputs), ys: f.outputs.slice(carryCount).map(typeOf) }
}

/** Arguments of a body, or of a scan of it, by their parts. */
export function split<T>(
  { carryCount: n, xCount: m }: Pick<ScanBody, 'carryCount' | 'xCount'>,
  args: readonly T[],
): { readonly carry: readonly T[]; readonly xs: readonly T[]; readonly constants: readonly T[] } {
  return { carry: args.slice(0, n), xs: args.slice(n, n + m), constants: args.slice(n + m) }
}

/** The body that is made of another one, once for each name. */
export function derivedBody(
  body: ScanBody,
  name: string,
  { carryCount, xCount }: Pick<ScanBody, 'carryCount' | 'xCount'>,
  make: () => Graph,
): ScanBody {
  return { f: body.f.derive(`scan ${body.carryCount} ${body.xCount} ${name}`, make), carryCount, xCount }
}

/**
 * (c, d, x₀, i₀, …, k₀, …, y₀, o₀, …): the carry in c, one leaf after the other, the next one to d; x at its start index, y to its
 * own. Undefined if the step runs by the kernels of its primitives: handles and factorizations then live as long as the loop.
 */
export function stepProgram(body: ScanBody): CompiledProgram | undefined {
  const { f } = body
  if (f.isCostly) return undefined
  const program = f.programFor(`step ${body.carryCount} ${body.xCount}`, () => stepLayout(body))
  return program.target === 'interpreter' ? undefined : program
}

function stepLayout(body: ScanBody): Layout {
  const { carry, xs, constants, ys } = stepTypes(body)
  const offsets = offsetsOf(carry)
  const pairs = (list: readonly TensorType[], data: string, start: string): string[] =>
    list.flatMap((_, i) => [`${data}${i}`, `${start}${i}`])
  return {
    parameters: ['c', 'd', ...pairs(xs, 'x', 'i'), ...constants.map((_, i) => `k${i}`), ...pairs(ys, 'y', 'o')],
    inputs: [
      ...offsets.map((offset) => ({ parameter: 'c', offset })),
      ...xs.map((_, i) => ({ parameter: `x${i}`, start: `i${i}` })),
      ...constants.map((_, i) => ({ parameter: `k${i}` })),
    ],
    outputs: [
      ...offsets.map((offset) => ({ parameter: 'd', offset })),
      ...ys.map((_, i) => ({ parameter: `y${i}`, start: `o${i}` })),
    ],
  }
}

/** Where each of these tensors starts when they stand one after the other. */
export function offsetsOf(types: readonly TensorType[]): number[] {
  let next = 0
  return types.map((type) => {
    const offset = next
    next += lengthOf(type)
    return offset
  })
}
