import { lengthOf, Tensor, type TensorType } from '../tensor.ts'
import { evaluate } from '../trace.ts'
import { offsetsOf, stepProgram, stepTypes, type ScanBody, type StepTypes } from './scan-body.ts'
import type { CompiledProgram } from '../compile/graph/layout.ts'
import type { Graph } from '../primitive.ts'

/** How often a body runs, and from which end of xs. */
export type Steps = {
  readonly length: number
  readonly reverse: boolean
}

/** The numbers of the last carry and of the stacked ys, for arguments (carry, xs, constants). */
export function runScan(body: ScanBody, args: readonly Tensor[], { length, reverse }: Steps): Float64Array[] {
  const types = stepTypes(body)
  const ys = types.ys.map((type) => new Float64Array(length * lengthOf(type)))
  const order = { first: reverse ? length - 1 : 0, step: reverse ? -1 : 1, length }
  const program = length > 0 ? stepProgram(body) : undefined
  const carry =
    program === undefined
      ? runByKernels(body.f.graph, types, { args, ys, order })
      : runCompiled(program, types, { args, ys, order })
  return [...carry, ...ys]
}

interface ScanRun {
  readonly args: readonly Tensor[]
  readonly ys: readonly Float64Array[]
  readonly order: { readonly first: number; readonly step: number; readonly length: number }
}

/** Two buffers for the carry, exchanged after each step: nothing is allocated in the loop. */
function runCompiled(
  { run }: CompiledProgram,
  types: StepTypes,
  { args, ys, order: { first, step, length } }: ScanRun,
): Float64Array[] {
  const n = types.carry.length
  const m = types.xs.length
  const [widths, heights] = [types.xs.map(lengthOf), types.ys.map(lengthOf)]
  let carry = joined(args.slice(0, n))
  let next: Float64Array = new Float64Array(carry.length)
  const data = args.map((x, i) => (i < n ? carry : x.data))
  const slots: (Float64Array | number)[] = [carry, next]
  for (let k = 0; k < m; k++) slots.push(data[n + k], 0)
  slots.push(...data.slice(n + m))
  const firstY = slots.length
  for (const y of ys) slots.push(y, 0)
  for (let s = 0, i = first; s < length; s++, i += step) {
    slots[0] = carry
    slots[1] = next
    for (let k = 0; k < m; k++) slots[3 + 2 * k] = i * widths[k]
    for (let k = 0; k < ys.length; k++) slots[firstY + 2 * k + 1] = i * heights[k]
    run(...slots)
    const old = carry
    carry = next
    next = old
  }
  return parted(carry, types.carry)
}

function runByKernels(
  graph: Graph,
  types: StepTypes,
  { args, ys, order: { first, step, length } }: ScanRun,
): Float64Array[] {
  const n = types.carry.length
  const m = types.xs.length
  const constants = args.slice(n + m)
  const data = args.slice(n, n + m).map((x) => x.data)
  let carry: readonly Tensor[] = args.slice(0, n)
  for (let s = 0, i = first; s < length; s++, i += step) {
    const x = types.xs.map((type, k) => row(data[k], type, i))
    const outputs = evaluate(graph, [...carry, ...x, ...constants])
    carry = outputs.slice(0, n)
    ys.forEach((y, k) => y.set(outputs[n + k].data, i * lengthOf(types.ys[k])))
  }
  return carry.map((x) => x.data)
}

/** Row i as a view. */
function row(data: Float64Array, type: TensorType, i: number): Tensor {
  const width = lengthOf(type)
  return new Tensor(type.shape, type.dtype, data.subarray(i * width, (i + 1) * width))
}

/** The numbers of tensors, one after the other, in a buffer of their own. */
export function joined(xs: readonly Tensor[]): Float64Array {
  const offsets = offsetsOf(xs)
  const out = new Float64Array(xs.reduce((total, x) => total + lengthOf(x), 0))
  xs.forEach((x, i) => out.set(x.data, offsets[i]))
  return out
}

/** The numbers of each of these tensors in such a buffer, copied. */
export function parted(data: Float64Array, types: readonly TensorType[]): Float64Array[] {
  const offsets = offsetsOf(types)
  return types.map((type, i) => data.slice(offsets[i], offsets[i] + lengthOf(type)))
}
