import { lengthOf, type Opaque, type TensorType } from '../../tensor.ts'
import type { Graph } from '../../primitive.ts'

/**
 * Where the numbers of one input or output stand: `parameter[start + offset …]`, or the parameter itself, a plain number. A handle
 * stands in a `Holder`.
 */
export interface Slot {
  readonly parameter: string
  /** Name of the parameter that holds the start index; left out where the data start at 0. */
  readonly start?: string
  readonly offset?: number
  /** The parameter is a number, not an array. */
  readonly scalar?: boolean
  /** Outputs only: add to what is there. */
  readonly accumulate?: boolean
}

/** The calling convention of a compiled graph: parameter names in order, and where its inputs and outputs stand. */
export interface Layout {
  readonly parameters: readonly string[]
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
}

/** Every input and output in an array of its own, x0, x1, … and y0, y1, … */
export function plainLayout({ inputs, outputs }: Graph): Layout {
  const names = (prefix: string, list: readonly unknown[]): string[] => list.map((_, i) => `${prefix}${i}`)
  const [x, y] = [names('x', inputs), names('y', outputs)]
  return {
    parameters: [...x, ...y],
    inputs: x.map((parameter) => ({ parameter })),
    outputs: y.map((parameter) => ({ parameter })),
  }
}

export const targets = ['js', 'wasm', 'interpreter'] as const
export type Target = (typeof targets)[number]

/** A place for one handle, element 0. */
export type Holder = Opaque[]

/** Flat arrays, start indices and numbers, and places of handles. */
export type ProgramArgument = Float64Array | number | Holder

/** A compiled graph: a function of its arguments in the order of `Layout.parameters`. */
export interface CompiledProgram {
  readonly run: (...args: ProgramArgument[]) => void
  readonly target: Target
  /** `unrolled` scalar code, `loops` over arrays, or the `kernels` of the primitives one by one. */
  readonly form: 'unrolled' | 'loops' | 'kernels'
  /** Why it is not compiled further, where it is not. */
  readonly reason?: string
  /** Arithmetic operations and function calls of one run; 0 where they are not counted. */
  readonly flops: number
  /** Size of the generated code: characters of JavaScript or bytes of WebAssembly. */
  readonly codeSize: number
  /** Generated JavaScript, for reading. */
  readonly source: string
  /** Milliseconds to lower, generate and build. */
  readonly compileTime: number
  /** Gives back the memory that it keeps between runs; the next run takes it anew. */
  readonly release?: () => void
}

/** What one parameter that is an array is to a program. */
export interface ArrayParameter {
  readonly index: number
  /** Numbers from its start that are read or written. */
  readonly extent: number
  readonly isRead: boolean
  readonly isWritten: boolean
  /** Index of the parameter that holds the start, if there is one. */
  readonly startIndex: number | undefined
}

/** The parameters of a layout that are arrays, with what the program needs of them. */
export function arrayParameters(
  layout: Layout,
  types: { readonly inputs: readonly TensorType[]; readonly outputs: readonly TensorType[] },
): ArrayParameter[] {
  const indexOf = (name: string): number => layout.parameters.indexOf(name)
  const found = new Map<string, ArrayParameter>()
  const note = (slot: Slot, type: TensorType, isOutput: boolean): void => {
    if (slot.scalar === true || type.dtype === 'opaque') return
    const before = found.get(slot.parameter)
    found.set(slot.parameter, {
      index: indexOf(slot.parameter),
      extent: Math.max(before?.extent ?? 0, (slot.offset ?? 0) + lengthOf(type)),
      // An output behind an offset is copied in as well: what lies before it must come back unchanged.
      isRead: (before?.isRead ?? false) || !isOutput || slot.accumulate === true || (slot.offset ?? 0) > 0,
      isWritten: (before?.isWritten ?? false) || isOutput,
      startIndex: slot.start === undefined ? undefined : indexOf(slot.start),
    })
  }
  layout.inputs.forEach((slot, i) => note(slot, types.inputs[i], false))
  layout.outputs.forEach((slot, i) => note(slot, types.outputs[i], true))
  return [...found.values()]
}
