import { add, mul } from '@cad/core'
import { evaluate, graphOf, type Graph } from '@cad/core/compiler'

/**
 * Frozen fractions of a span are the solve of y'(s) = T f(t0 + T s, y, p) over 0 ≤ s ≤ 1, in which t0 and T = t1 − t0 are two
 * parameters among others. So times need no rules of their own: this graph takes (s, …y, …p, t0, T, …constants).
 */
export function normalised(graph: Graph, constantCount: number): Graph {
  const { inputs } = graph
  const constantsAt = inputs.length - constantCount
  const time = inputs[0]
  return graphOf(
    ([s, ...rest]) => {
      const given = rest.slice(0, constantsAt - 1)
      const [t0, T, ...constants] = rest.slice(constantsAt - 1)
      return evaluate(graph, [add(t0, mul(T, s)), ...given, ...constants]).map((slope) => mul(T, slope))
    },
    [...inputs.slice(0, constantsAt), time, time, ...inputs.slice(constantsAt)],
  )
}
