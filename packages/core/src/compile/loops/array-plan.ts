import type { Application } from '../../primitive.ts'
import { lengthOf, sizeOf, type Tensor } from '../../tensor.ts'
import type { Graph } from '../../primitive.ts'
import { broadcastMap } from '../../scalar/broadcast-map.ts'

/** Steps of a graph over arrays, in order; see `planArrays`. */
export type Step = LoopStep | KernelStep

/** One loop over `count` elements; everything of the same length that depends on nothing later is fused into it. */
export interface LoopStep {
  readonly kind: 'loop'
  readonly count: number
  readonly members: Member[]
}

/** What happens to element i in a loop. */
export type Member =
  | { readonly kind: 'elementwise'; readonly node: Application }
  | { readonly kind: 'gather'; readonly node: Application; readonly map: Int32Array }
  /** Adds up `node`'s argument into the elements `map[i]` of its output. */
  | { readonly kind: 'reduce'; readonly node: Application; readonly map: Int32Array }

/** One primitive run by its own kernel. */
export interface KernelStep {
  readonly kind: 'kernel'
  readonly node: Application
}

export interface ArrayPlan {
  readonly steps: readonly Step[]
  /** The tensors that need memory, with the start of each in the workspace, in doubles; constants among them. */
  readonly places: ReadonlyMap<Tensor, number>
  /** Doubles of the whole workspace. */
  readonly size: number
  /** The tensor whose memory a tensor shares: the argument of reshapes and copies. */
  readonly rootOf: (x: Tensor) => Tensor
}

/** Where a computed tensor comes from: the step, and whether other members of that loop may use it element by element. */
interface Origin {
  readonly step: number
  readonly isElement: boolean
}

/**
 * Turns a graph into a few loops and kernel calls. Each elementwise node goes into the earliest loop of its length at which its
 * arguments are known; a gathered or reduced argument, or that of a kernel, must be in memory before. Only what leaves its loop
 * gets memory.
 */
export function planArrays(graph: Graph): ArrayPlan {
  const planner = new Planner(graph)
  graph.nodes.forEach((node) => planner.add(node))
  return planner.finish()
}

class Planner {
  readonly #graph: Graph
  readonly #steps: Step[] = []
  readonly #roots = new Map<Tensor, Tensor>()
  readonly #origins = new Map<Tensor, Origin>()
  readonly #stored = new Set<Tensor>()

  constructor(graph: Graph) {
    this.#graph = graph
    for (const x of graph.inputs) this.#stored.add(x)
  }

  add(node: Application): void {
    const { primitive, outputs, params } = node
    // Handles move by the kernels: they have no place in memory.
    const access = outputs[0].dtype === 'opaque' ? undefined : primitive.access?.(params)
    if (access?.kind === 'same') this.#roots.set(outputs[0], this.#rootOf(node.inputs[0]))
    else if (primitive.formula !== undefined) this.#addElementwise(node)
    else if (access?.kind === 'gather') this.#addGather(node, access.map)
    else if (access?.kind === 'scatterAdd') this.#addScatter(node, access.map)
    else this.#addKernel(node)
  }

  finish(): ArrayPlan {
    const rootOf = (x: Tensor): Tensor => this.#rootOf(x)
    for (const output of this.#graph.outputs) this.#stored.add(rootOf(output))
    const places = new Map<Tensor, number>()
    let size = 0
    for (const x of this.#stored) {
      if (x.dtype === 'opaque') continue
      places.set(x, size)
      size += lengthOf(x) + (lengthOf(x) & 1)
    }
    return { steps: this.#steps, places, size, rootOf }
  }

  #rootOf(x: Tensor): Tensor {
    return this.#roots.get(x) ?? x
  }

  #addElementwise(node: Application): void {
    const count = sizeOf(node.outputs[0].shape)
    let ready = 0
    for (const x of node.inputs.map((input) => this.#rootOf(input))) {
      const origin = this.#origins.get(x)
      const isAligned = origin?.isElement === true && sizeOf(x.shape) === count
      if (isAligned) ready = Math.max(ready, origin.step)
      else ready = Math.max(ready, this.#inMemory(x))
    }
    const step = this.#join(ready, count, { kind: 'elementwise', node })
    for (const x of node.inputs) this.#carry(this.#rootOf(x), step)
  }

  #addGather(node: Application, map: Int32Array): void {
    this.#join(this.#inMemory(this.#rootOf(node.inputs[0])), map.length, { kind: 'gather', node, map })
  }

  #addScatter(node: Application, map: Int32Array): void {
    const inverse = inverseOf(map, sizeOf(node.outputs[0].shape))
    if (inverse !== undefined) return this.#addGather(node, inverse)
    const x = this.#rootOf(node.inputs[0])
    const origin = this.#origins.get(x)
    const ready = origin?.isElement === true && sizeOf(x.shape) === map.length ? origin.step : this.#inMemory(x)
    this.#carry(x, this.#join(ready, map.length, { kind: 'reduce', node, map }))
    this.#stored.add(node.outputs[0])
  }

  #addKernel(node: Application): void {
    for (const x of node.inputs) this.#inMemory(this.#rootOf(x))
    this.#steps.push({ kind: 'kernel', node })
    for (const output of node.outputs) {
      this.#origins.set(output, { step: this.#steps.length - 1, isElement: false })
      this.#stored.add(output)
    }
  }

  /** Has x stored; the first step that can read it from memory. */
  #inMemory(x: Tensor): number {
    this.#stored.add(x)
    const origin = this.#origins.get(x)
    return origin === undefined ? 0 : origin.step + 1
  }

  /** Has x stored if a later step than its own uses it. */
  #carry(x: Tensor, step: number): void {
    const origin = this.#origins.get(x)
    if (origin !== undefined && origin.step !== step) this.#stored.add(x)
  }

  /** Adds a member to the first fitting loop from `ready` on; the number of that step. */
  #join(ready: number, count: number, member: Member): number {
    let step = ready
    const fits = (candidate: Step): boolean => candidate.kind === 'loop' && candidate.count === count
    while (step < this.#steps.length && !fits(this.#steps[step])) step++
    if (step === this.#steps.length) this.#steps.push({ kind: 'loop', count, members: [] })
    ;(this.#steps[step] as LoopStep).members.push(member)
    this.#origins.set(member.node.outputs[0], { step, isElement: member.kind !== 'reduce' })
    return step
  }
}

/** For a scatter that puts at most one element everywhere: where the element at each place comes from, −1 for none. */
function inverseOf(map: Int32Array, size: number): Int32Array | undefined {
  const inverse = new Int32Array(size).fill(-1)
  for (let i = 0; i < map.length; i++) {
    if (map[i] < 0) continue
    if (inverse[map[i]] >= 0) return undefined
    inverse[map[i]] = i
  }
  return inverse
}

/** How a loop of `count` elements reads a stored tensor for an elementwise result of shape `shape`. */
export function readingOf(x: Tensor, shape: readonly number[], count: number): Int32Array | 'element' | 'once' {
  const size = sizeOf(x.shape)
  if (size === 1) return 'once'
  return size === count ? 'element' : broadcastMap(x.shape, shape)
}
