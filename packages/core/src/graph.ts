/**
 * Nodes and how long they live.
 *
 *   grad(f)(x)  opens an input i₁ (serial 1, since 1)          openInputs = {1}
 *     y = g(i₁)          node 2, since 1                        lives while 1 is open
 *     grad(h)(y)  opens i₃ = copy(y): node 3, since 1           y is live, so no new entry: i₃ lives as y does
 *       z = k(i₃, c)     node 4, since 1                        the inner walk stops at serials below 3
 *     … gives ∂h, built from nodes 2 … 4                        still live: the outer walk sees through copy
 *   gives ∂f, and closes 1                                      openInputs = {}
 *   z.since = 1 is closed: z may be read; in `bind` it is its value when nothing is open, else a TracingError
 *
 *   jit(f)      opens inputs without values (`abstractInput`): asking for one is a TracingError
 *   a branch    is a stage: what comes from before it (serial ≤ upTo) is lifted to an input without a value
 *   a rule      is sealed: what was made before it (serial ≤ sealedUpTo) is refused, it must come as an argument
 *
 * One integer a node, `since` (the oldest open input that it depends on), does all of this; there are no tags.
 */
import { TracingError } from './errors.ts'
import type { AnyPrimitive } from './primitive.ts'
import { Tensor, type TensorType } from './tensor.ts'

/** Serial number of the last node; nodes are numbered in the order they are made, so inputs come before their users. */
let lastSerial = 0

/** Serial numbers of the inputs of the transformations that run now. */
const openInputs = new Set<number>()

/** Nodes up to this one may not be used: set while a custom rule runs, which must get everything as an argument. */
let sealedUpTo = 0

/** A branch that is being traced, the innermost one. */
let stage: Stage | undefined

/**
 * A branch that may not run at all: nothing of it is computed while it is traced. Whatever it takes from outside, traced or
 * plain, becomes an input without a value.
 */
interface Stage {
  /** Nodes up to this one are outside. */
  readonly upTo: number
  readonly lifted: Map<Tensor, Traced>
}

/** One application of a primitive. */
export class Node {
  readonly serial: number
  /** Serial number of the oldest open input that this node depends on: the node lives as long as that input is open. */
  readonly since: number
  readonly primitive: AnyPrimitive
  readonly inputs: readonly Tensor[]
  readonly params: unknown
  outputs: readonly Traced[] = []

  constructor(primitive: AnyPrimitive, inputs: readonly Tensor[], params: unknown) {
    this.primitive = primitive
    this.inputs = inputs
    this.params = params
    this.serial = ++lastSerial
    let since = Infinity
    for (const x of inputs) if (x instanceof Traced && x.isLive && x.node.since < since) since = x.node.since
    this.since = since === Infinity ? this.serial : since
  }

  setOutputs(outputs: readonly Traced[]): readonly Traced[] {
    this.outputs = outputs
    return outputs
  }
}

/** A tensor that is an output of a node; it has a value unless it is abstract. */
export class Traced extends Tensor {
  readonly node: Node
  readonly index: number
  readonly value: Tensor | undefined

  constructor(type: TensorType, node: Node, index: number, value: Tensor | undefined) {
    super(type.shape, type.dtype, undefined)
    this.node = node
    this.index = index
    this.value = value
  }

  /** Whether the transformation that it belongs to still runs. */
  get isLive(): boolean {
    return openInputs.has(this.node.since)
  }

  override get isTraced(): boolean {
    return true
  }

  override get data(): Float64Array {
    if (this.value === undefined) throw new TracingError(noValueMessage('Tensor.data, item() or toArray()', this))
    return this.value.data
  }

  protected override get hasValue(): boolean {
    return this.value !== undefined
  }
}

export function noValueMessage(caller: string, x: Tensor): string {
  return (
    `${caller}: asked for the value of a ${x.dtype} tensor of shape [${x.shape.join(', ')}] that is only being traced ` +
    '(inside jit, vmap or a right-hand side, or in a loop or branch). There are three ways out: ' +
    'branch with cond, repeat with scan or whileLoop, choose with where(mask, a, b) instead of `if`; ' +
    'compute the decision outside and pass it in; or call the function without jit or vmap.'
  )
}

/** The identity: what links a fresh input to the tensor that it stands for. */
export const copyP: AnyPrimitive = {
  name: 'copy',
  type: ([x]) => [x],
  kernel: ([x]) => [x.data],
  lower: (_, [x]) => [x],
  batch: ([x]) => [x],
  access: () => ({ kind: 'same' }),
  rule: { form: 'linear', adjoint: (cotangent) => [cotangent] },
}

/** A fresh input node that stands for an admitted `x` in a transformation; an outer transformation still sees `x` through it. */
export function freshInput(x: Tensor): Traced {
  const node = new Node(copyP, [x], undefined)
  if (!x.isTraced) openInputs.add(node.serial)
  return node.setOutputs([new Traced(x, node, 0, valueOf(x))])[0]
}

/** A fresh input without a value, for tracing a function once for all values. */
export function abstractInput(type: TensorType): Traced {
  const node = new Node(copyP, [], undefined)
  openInputs.add(node.serial)
  return node.setOutputs([new Traced(type, node, 0, undefined)])[0]
}

/** Ends the life of inputs, and so of every node that depends on nothing older. */
export function closeInputs(inputs: readonly Traced[]): void {
  for (const { node } of inputs) openInputs.delete(node.serial)
}

/** The value of a tensor; undefined if it is abstract. */
export function valueOf(x: Tensor): Tensor | undefined {
  return x instanceof Traced ? x.value : x
}

/** `x` as a result that leaves its transformation: itself if it depends on an outer one, else its plain value. */
export function settle(x: Tensor): Tensor {
  return x instanceof Traced && !x.isLive ? (x.value ?? x) : x
}

/**
 * `x` as an argument of an operation. A traced tensor of a finished transformation is its value when nothing is open, and
 * refused otherwise: as a constant it would silently lose its derivative.
 */
export function admit(x: Tensor, caller: string): Tensor {
  if (!(x instanceof Traced)) return x
  if (!x.isLive) {
    if (x.value === undefined) throw new TracingError(noValueMessage(caller, x))
    if (openInputs.size === 0) return x.value
    throw new TracingError(
      `${caller}: got a tensor that was traced by a transformation that has ended (grad, jvp or vjp), inside another one. ` +
        'Its derivative would silently be zero. Compute it anew inside the function, or mark it as a constant with stopGradient(x).',
    )
  }
  if (x.node.serial <= sealedUpTo) {
    throw new TracingError(
      `${caller}: a custom rule uses a traced tensor that is not one of its arguments. ` +
        'Its gradient would silently be zero: pass it as an argument of the function.',
    )
  }
  return stage !== undefined && x.node.serial <= stage.upTo ? lift(stage, x) : x
}

function lift({ lifted }: Stage, x: Tensor): Traced {
  let input = lifted.get(x)
  if (input === undefined) lifted.set(x, (input = abstractInput(x)))
  return input
}

/** Admitted arguments of something that would be computed now: inside a branch they lose their values, so that it is not. */
export function staged(xs: readonly Tensor[]): readonly Tensor[] {
  const current = stage
  return current === undefined || xs.length === 0 ? xs : xs.map((x) => (x instanceof Traced ? x : lift(current, x)))
}

/** What a branch gave, what it took from outside, and the inputs that stand for that in its nodes. */
export interface Staging<T> {
  readonly result: T
  readonly outer: readonly Tensor[]
  readonly inputs: readonly Traced[]
}

/** Runs `body` as a branch: nothing of it is computed, and what it takes from outside becomes inputs. */
export function inStage<T>(body: () => T): Staging<T> {
  const outerStage = stage
  const lifted = new Map<Tensor, Traced>()
  stage = { upTo: lastSerial, lifted }
  try {
    return { result: body(), outer: [...lifted.keys()], inputs: [...lifted.values()] }
  } finally {
    stage = outerStage
    closeInputs([...lifted.values()])
  }
}

/** Runs `body` such that it may use its own arguments alone: traced tensors made before now are refused. */
export function sealed<T>(inputs: readonly Tensor[], body: (inputs: readonly Tensor[]) => T): T {
  const outer = sealedUpTo
  const outerStage = stage
  const seal = lastSerial
  const own = inputs.map((x) => {
    if (!(x instanceof Traced) || !x.isLive) return settle(x)
    const node = new Node(copyP, [x], undefined)
    return node.setOutputs([new Traced(x, node, 0, x.value)])[0]
  })
  sealedUpTo = seal
  stage = undefined // there is nothing outside: its constants may be computed
  try {
    return body(own)
  } finally {
    sealedUpTo = outer
    stage = outerStage
  }
}

/**
 * The nodes between `inputs` and `outputs` that depend on an input, in the order they were made. The walk stops at nodes
 * older than the inputs, so its cost does not grow with an outer history.
 */
export function nodesBetween(inputs: readonly Traced[], outputs: readonly Tensor[]): Node[] {
  if (inputs.length === 0) return []
  const first = inputs.reduce((least, { node }) => Math.min(least, node.serial), Infinity)
  const starts = new Set(inputs.map(({ node }) => node))
  const reached = new Set<Node>()
  const pending: Node[] = []
  const visit = (x: Tensor): void => {
    if (!(x instanceof Traced) || x.node.serial < first || reached.has(x.node)) return
    reached.add(x.node)
    pending.push(x.node)
  }
  outputs.forEach(visit)
  while (pending.length > 0) {
    const node = pending.pop()!
    if (!starts.has(node)) node.inputs.forEach(visit)
  }
  const dependent = new Set<Node>(starts)
  const order = [...reached].sort((a, b) => a.serial - b.serial)
  return order.filter((node) => {
    if (starts.has(node)) return false
    const depends = node.inputs.some((x) => x instanceof Traced && dependent.has(x.node))
    if (depends) dependent.add(node)
    return depends
  })
}
