/** The memory that a program over arrays works in, and its kernel calls. */
import { contentsOf } from '../../bind.ts'
import { lengthOf, Opaque, Tensor } from '../../tensor.ts'
import type { Graph } from '../../primitive.ts'
import type { ArrayPlan, KernelStep } from './array-plan.ts'
import type { CompiledProgram, Holder, Layout, Slot } from '../graph/layout.ts'

/** The memory of one program over arrays: `data()[start + places]`, in doubles. Read `data` anew for each run: memory may move. */
export interface Workspace {
  readonly data: () => Float64Array
  readonly start: number
}

/** Puts the constants of a plan where its steps expect them. */
export function placeConstants({ places }: ArrayPlan, { data, start }: Workspace): void {
  for (const [x, at] of places) if (!x.isTraced) data().set(x.data, start + at)
}

/** Runs kernel steps on a workspace. Handles stand beside it, for the length of one run. */
export class KernelRunner {
  readonly #plan: ArrayPlan
  readonly #workspace: Workspace
  readonly #handles = new Map<Tensor, Opaque>()

  constructor(plan: ArrayPlan, workspace: Workspace) {
    this.#plan = plan
    this.#workspace = workspace
  }

  run({ node }: KernelStep): void {
    const inputs = node.inputs.map((x) => this.#valueOf(x))
    const { primitive, outputs, params } = node
    const results = primitive.kernel(inputs, params, outputs)
    outputs.forEach((output, i) => {
      const result = results[i]
      if (result instanceof Opaque) this.#handles.set(output, result)
      else this.#workspace.data().set(result, this.#start(output))
    })
  }

  /** Hands in what an opaque input stands for. */
  setHandle(x: Tensor, handle: Opaque): void {
    this.#handles.set(x, handle)
  }

  handleOf(x: Tensor): Opaque {
    return this.#valueOf(x) as Opaque
  }

  forget(): void {
    this.#handles.clear()
  }

  #valueOf(x: Tensor): Tensor {
    if (!x.isTraced) return x
    if (x.dtype === 'opaque') return this.#handles.get(x) ?? new Opaque(contentsOf(x), x.shape)
    const start = this.#start(this.#plan.rootOf(x))
    return new Tensor(x.shape, x.dtype, this.#workspace.data().slice(start, start + lengthOf(x)))
  }

  #start(x: Tensor): number {
    return this.#workspace.start + this.#plan.places.get(x)!
  }
}

/** The calling convention of a layout around a program that works in a workspace: arguments in, `body`, outputs out. */
export function throughWorkspace(
  { graph, plan, layout }: { readonly graph: Graph; readonly plan: ArrayPlan; readonly layout: Layout },
  { data, start }: Workspace,
  runner: KernelRunner,
  body: () => void,
): (args: Parameters<CompiledProgram['run']>) => void {
  const indexOf = (slot: Slot): number => layout.parameters.indexOf(slot.parameter)
  const startsOf = (slot: Slot): number => (slot.start === undefined ? -1 : layout.parameters.indexOf(slot.start))
  const place = (x: Tensor): number => start + plan.places.get(plan.rootOf(x))!
  const opaque = (tensors: readonly Tensor[], slots: readonly Slot[]) =>
    tensors.flatMap((x, i) => (x.dtype === 'opaque' ? [{ x, index: indexOf(slots[i]) }] : []))
  const [handlesIn, handlesOut] = [opaque(graph.inputs, layout.inputs), opaque(graph.outputs, layout.outputs)]
  const ports = (tensors: readonly Tensor[], slots: readonly Slot[]) =>
    tensors.flatMap((x, i) => {
      if (x.dtype === 'opaque') return []
      const slot = slots[i]
      const [index, startIndex] = [indexOf(slot), startsOf(slot)]
      return [{ index, startIndex, offset: slot.offset ?? 0, at: place(x), length: lengthOf(x), slot }]
    })
  const inputs = ports(graph.inputs, layout.inputs)
  const outputs = ports(graph.outputs, layout.outputs)
  const hasHandles = handlesIn.length + handlesOut.length > 0 || plan.steps.some((step) => step.kind === 'kernel')
  const withHandles = (args: Parameters<CompiledProgram['run']>): void => {
    for (const { x, index } of handlesIn) runner.setHandle(x, (args[index] as Holder)[0])
    try {
      body()
      for (const { x, index } of handlesOut) (args[index] as Holder)[0] = runner.handleOf(x)
    } finally {
      runner.forget()
    }
  }
  return (args) => {
    const memory = data()
    for (const { index, startIndex, offset, at, length } of inputs) {
      const source = args[index] as Float64Array | number
      if (typeof source === 'number') memory[at] = source
      else {
        const from = offset + (startIndex < 0 ? 0 : (args[startIndex] as number))
        if (from === 0 && source.length === length) memory.set(source, at)
        else memory.set(source.subarray(from, from + length), at)
      }
    }
    if (hasHandles) withHandles(args)
    else body()
    const results = data()
    for (const { index, startIndex, offset, at, length, slot } of outputs) {
      const target = args[index] as Float64Array
      const to = offset + (startIndex < 0 ? 0 : (args[startIndex] as number))
      if (slot.accumulate === true) for (let i = 0; i < length; i++) target[to + i] += results[at + i]
      else target.set(results.subarray(at, at + length), to)
    }
  }
}
