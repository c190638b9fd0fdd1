/** Whether ∂f/∂z̄ = 0 can be seen from the operations that a function is made of. */
import type { Application, Graph } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { graphOf } from '../trace.ts'

/**
 * Whether the outputs of a closed graph are holomorphic in the flagged inputs, the others fixed, by structure: elementwise
 * operations have no ∂w/∂z̄, others move elements or say so in their record. Real values that depend on complex ones are not
 * holomorphic; neither is what depends on a flagged real input. What is not known counts as no.
 */
export function isHolomorphic(graph: Graph, flags: readonly boolean[]): boolean {
  const moving = new Set<Tensor>(graph.inputs.filter((_, i) => flags[i]))
  if ([...moving].some(({ dtype }) => dtype !== 'complex128')) return false
  for (const node of graph.nodes) {
    const active = node.inputs.map((x) => moving.has(x))
    if (!active.includes(true)) continue
    if (!isHolomorphicNode(node, active)) return false
    node.outputs.forEach((x) => moving.add(x))
  }
  return true
}

function isHolomorphicNode(node: Application, active: readonly boolean[]): boolean {
  const { primitive, params, outputs } = node
  if (outputs.some(({ dtype }) => dtype !== 'complex128')) return false
  if (primitive.holomorphic !== undefined) return primitive.holomorphic
  if (primitive.rule.form === 'elementwise') return hasNoConjugatePartial(node, active)
  // Moving and adding up elements is complex-linear.
  if (primitive.access?.(params) !== undefined) return true
  const inner = primitive.inner?.(params)
  return inner !== undefined && inner.inputs.length === active.length && isHolomorphic(inner, active)
}

/** Writes the partials down without values, to see which of them there are. */
function hasNoConjugatePartial(
  { primitive, inputs, outputs, params }: Application,
  active: readonly boolean[],
): boolean {
  const { rule } = primitive
  if (rule.form !== 'elementwise') return false
  let isFree = true
  graphOf(
    (own) => {
      const partials = rule.partials(own.slice(0, -1), own[own.length - 1], params)
      isFree = partials.every(({ dzbar }, i) => !active[i] || dzbar === undefined)
      return []
    },
    [...inputs, outputs[0]],
  )
  return isFree
}
