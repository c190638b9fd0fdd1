import { admit, Node, staged, Traced, valueOf } from './graph.ts'
import type { KernelOutput, Primitive } from './primitive.ts'
import { Opaque, Tensor, toTensor, zerosOfType, type TensorLike, type TensorType } from './tensor.ts'

const toList = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T])

/**
 * Applies a primitive: the only place where tracing intercepts. Without a traced argument the kernel runs now; with one, a
 * node is appended to the graph, which carries its value if all its inputs have one.
 */
export function bindAll<P>(primitive: Primitive<P>, args: readonly TensorLike[], params: P): readonly Tensor[] {
  const inputs: Tensor[] = []
  let [isTraced, hasZero] = [false, false]
  for (const arg of args) {
    const x = admit(toTensor(arg, primitive.name), primitive.name)
    inputs.push(x)
    isTraced ||= x.isTraced
    hasZero ||= x.isStructuralZero
  }
  const types = toList(primitive.type(inputs, params))
  if (hasZero && primitive.vanishes?.(inputs.map((x) => x.isStructuralZero)) === true) return types.map(zerosOfType)
  const open = isTraced ? inputs : staged(inputs)
  return isTraced || open !== inputs
    ? appendNode(primitive, open, params, types)
    : run(primitive, inputs, params, types)
}

/** `bindAll` for a primitive with one result. */
export function bind<P>(primitive: Primitive<P>, args: readonly TensorLike[], params: P): Tensor {
  return bindAll(primitive, args, params)[0]
}

/** Appends a node; with values, if all inputs have them. */
function appendNode<P>(
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

function run<P>(
  primitive: Primitive<P>,
  inputs: readonly Tensor[],
  params: P,
  types: readonly TensorType[],
): readonly Tensor[] {
  const outputs = toList<KernelOutput>(primitive.kernel(inputs, params, types))
  return types.map((type, i) => {
    const output = outputs[i]
    return output instanceof Opaque ? output : new Tensor(type.shape, type.dtype, output)
  })
}

/** The content of an opaque tensor. */
export function contentOf<T>(handle: Tensor): T {
  const value = valueOf(handle)
  if (!(value instanceof Opaque)) throw new Error(`contentOf: expected an opaque handle, got ${String(handle)}.`)
  return value.content as T
}
