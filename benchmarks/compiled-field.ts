/** Right-hand sides and their VJPs compiled for flat arrays, with the calling convention that the solvers use. */
import { vjp, type Tensor, type TensorType } from '@cad/core'
import { compileGraph, lengthOf, graphOf, type CompiledProgram, type Slot, type Target } from '@cad/core/compiler'
import { arena, kernelMemory } from '@cad/kernels'
import type { Model } from './models/model.ts'

/** The numbers of one call. */
export interface FieldData {
  readonly t: number
  readonly y: Float64Array
  readonly p: Float64Array
  /** A cotangent of the result. */
  readonly w: Float64Array
}

export interface CompiledField {
  /** (t, y, yo, p, out, oo): out = f(t, y, p) */
  readonly value: CompiledProgram
  /** (t, y, yo, p, w, wo, out, oo, g): out = f_y⋆ w and g += f_p⋆ w */
  readonly vjp: CompiledProgram
}

/** Numbers in the state and in the parameters of a model. */
export const sizesOf = ({ state, p }: Model): { readonly n: number; readonly m: number } => ({
  n: lengthOf(state),
  m: p.length,
})

const inputs: readonly Slot[] = [{ parameter: 't', scalar: true }, { parameter: 'y', start: 'yo' }, { parameter: 'p' }]
const out: Slot = { parameter: 'out', start: 'oo' }

/** The right-hand side and its VJP as programs; of one target, or each of the one that its size asks for. */
export function compileField({ f, state, p }: Model, target?: Target): CompiledField {
  const options = target === undefined ? {} : { target }
  const types: TensorType[] = [{ shape: [], dtype: 'float64' }, state, { shape: [p.length], dtype: 'float64' }]
  const pulledBack = ([t, y, p, w]: readonly Tensor[]): readonly Tensor[] =>
    vjp(([y, p]: readonly Tensor[]) => f(t, y, p))([y, p]).pullback(w)
  return {
    value: compileGraph(
      graphOf(([t, y, p]) => [f(t, y, p)], types),
      { parameters: ['t', 'y', 'yo', 'p', 'out', 'oo'], inputs, outputs: [out] },
      options,
    ),
    vjp: compileGraph(
      graphOf(pulledBack, [...types, state]),
      {
        parameters: ['t', 'y', 'yo', 'p', 'w', 'wo', 'out', 'oo', 'g'],
        inputs: [...inputs, { parameter: 'w', start: 'wo' }],
        outputs: [out, { parameter: 'g', accumulate: true }],
      },
      options,
    ),
  }
}

/** What programs of target 'wasm' have besides `run`: the code itself, on numbers that lie in the kernel memory. */
interface InPlace {
  /** Unrolled code: arrays are addresses. */
  readonly runAt?: (...args: number[]) => void
  /** Loops: everything stands where the last `run` put it. */
  readonly body?: () => void
}

/** A function of t and what follows it in the calls that are timed. */
export interface Call {
  readonly f: (t: number, ...args: never[]) => void
  readonly args: readonly (number | Float64Array)[]
}

/**
 * A call of a program without copies between the arrays of the host and the kernel memory: as a program calls another one that
 * works in that memory. Undefined for JavaScript, which has no other form.
 *
 * @param args as for `run`.
 */
export function inPlace(program: CompiledProgram, args: readonly (Float64Array | number)[]): Call | undefined {
  if (program.target !== 'wasm') return undefined
  const { runAt, body } = program as CompiledProgram & InPlace
  if (runAt !== undefined) return { f: runAt, args: args.map((x) => (typeof x === 'number' ? x : place(x))) }
  if (body === undefined) return undefined
  program.run(...args)
  return { f: body, args: args.slice(0, 1) }
}

function place(numbers: Float64Array): number {
  const address = arena.reserve(numbers.byteLength)
  kernelMemory.float64().set(numbers, address / 8)
  return address
}
