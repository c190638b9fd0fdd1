/** Applying primitives: now where all is known, as a node where something is traced. */
import { admit, Node, staged, Traced, valueOf } from './graph.ts'
import type { Plain } from './identity.ts'
import type { KernelOutput, Primitive } from './primitive.ts'
import { Opaque, Tensor, toTensor, zerosOfType, type TensorLike, type TensorType } from './tensor.ts'

/**
 * Applies a primitive: the only place where tracing intercepts. Without a traced argument the kernel runs now; with one, a
 * node is appended to the graph, which carries its value if all its inputs have one.
 */
export function bindAll<P extends Plain>(
  primitive: Primitive<P>,
  args: readonly TensorLike[],
  params: P,
): readonly Tensor[] {
  const inputs: Tensor[] = []
  let [isTraced, hasZero] = [false, false]
  for (const arg of args) {
    const x = admit(toTensor(arg, primitive.name), primitive.name)
    inputs.push(x)
    isTraced ||= x.isTraced
    hasZero ||= x.isStructuralZero
  }
  const types = primitive.type(inputs, params)
  if (hasZero && primitive.vanishes !== undefined) {
    const zero = inputs.map((x) => x.isStructuralZero)
    if (primitive.vanishes(zero, params)) return types.map(zerosOfType)
  }
  const open = isTraced ? inputs : staged(inputs)
  return isTraced || open !== inputs
    ? appendNode(primitive, open, params, types)
    : run(primitive, inputs, params, types)
}

/** `bindAll` for a primitive with one result. */
export function bind<P extends Plain>(primitive: Primitive<P>, args: readonly TensorLike[], params: P): Tensor {
  return bindAll(primitive, args, params)[0]
}

/** Appends a node; with values, if all inputs have them. */
function appendNode<P extends Plain>(
  primitive: Primitive<P>,
  inputs: readonly Tensor[],
  params: P,
  types: readonly TensorType[],
): readonly Tensor[] {
  const values: Tensor[] = []
  for (const x of inputs) {
    const value = valueOf(x)
    if (value !== undefined) values.push(value)
  }
  const outputs = values.length === inputs.length ? run(primitive, values, params, types) : undefined
  const node = new Node(primitive, inputs, params)
  return node.setOutputs(types.map((type, index) => new Traced(type, node, index, outputs?.[index])))
}

/** Runs the kernel. A handle remembers what made it, so that a graph that holds it can make it again. */
function run<P extends Plain>(
  primitive: Primitive<P>,
  inputs: readonly Tensor[],
  params: P,
  types: readonly TensorType[],
): readonly Tensor[] {
  const outputs = primitive.kernel(inputs, params, types)
  // Most results are one: a list that grows, or a map over it, would cost more than the tensor.
  const results =
    types.length === 1 ? [resultOf(types[0], outputs[0])] : types.map((type, k) => resultOf(type, outputs[k]))
  for (let index = 0; index < results.length; index++) {
    const x = results[index]
    if (x instanceof Opaque) x.origin ??= { primitive, inputs, params, index }
  }
  return results
}

const resultOf = (type: TensorType, output: KernelOutput): Tensor =>
  output instanceof Opaque ? output : new Tensor(type.shape, type.dtype, output)

/** What is behind a handle: one content for each matrix of the stack that it was made for. */
export function contentsOf<T>(handle: Tensor): readonly T[] {
  const value = valueOf(handle)
  if (!(value instanceof Opaque)) throw new Error(`contentsOf: expected an opaque handle, got ${String(handle)}.`)
  return value.contents as readonly T[]
}
