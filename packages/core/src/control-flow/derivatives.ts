import { jvp } from '../transformations/jvp.ts'
import type { Tensor } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate } from '../trace.ts'
import { vjp } from '../transformations/vjp.ts'

/** Whether a derivative with respect to this argument may be asked for. */
export const isActive = (x: Tensor): boolean => x.isTraced && x.dtype !== 'opaque'

/** The elements that are flagged. */
export const pick = <T>(xs: readonly T[], flags: readonly boolean[]): T[] => xs.filter((_, i) => flags[i])

/** One element for each flag: the next of `chosen` where it is set, else what `other` gives. */
export function spread<T, U>(flags: readonly boolean[], chosen: readonly T[], other: (i: number) => U): (T | U)[] {
  let next = 0
  return flags.map((flag, i) => (flag ? chosen[next++] : other(i)))
}

/** The function of the flagged arguments alone, with the others at their place. */
const restricted =
  (graph: Graph, args: readonly Tensor[], active: readonly boolean[]) =>
  (own: readonly Tensor[]): readonly Tensor[] =>
    evaluate(
      graph,
      spread(active, own, (i) => args[i]),
    )

/** Outputs of a closed graph and their tangents, for tangents of its active inputs. */
export function pushed(
  graph: Graph,
  args: readonly Tensor[],
  active: readonly boolean[],
  tangents: readonly Tensor[],
): { readonly value: readonly Tensor[]; readonly tangent: readonly Tensor[] } {
  return jvp(restricted(graph, args, active))(pick(args, active), tangents)
}

/** Cotangents of the active inputs of a closed graph, for cotangents of all its outputs. */
export function pulled(
  graph: Graph,
  args: readonly Tensor[],
  active: readonly boolean[],
  cotangents: readonly Tensor[],
): readonly Tensor[] {
  return vjp(restricted(graph, args, active))(pick(args, active)).pullback(cotangents)
}
