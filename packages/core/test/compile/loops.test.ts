import { maxAbs, maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { plainLayout } from '../../src/compile/graph/layout.ts'
import { compileGraph } from '../../src/compile/program.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { lengthOf, Tensor } from '../../src/tensor.ts'
import { type Graph } from '../../src/primitive.ts'
import { evaluate, graphOf } from '../../src/trace.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { points } from '../cases/index.ts'

/** The outputs of a graph by loops over arrays. */
function byLoops(target: 'js' | 'wasm', graph: Graph, args: readonly Tensor[]): Tensor[] {
  const program = compileGraph(graph, plainLayout(graph), { target, form: 'loops' })
  expect([program.target, program.form]).toEqual([target, 'loops'])
  const outputs = graph.outputs.map((x) => new Float64Array(lengthOf(x)))
  program.run(...args.map(({ data }) => data), ...outputs)
  return graph.outputs.map(({ shape, dtype }, i) => new Tensor(shape, dtype, outputs[i]))
}

const seedLike = ({ shape, dtype }: Tensor): Tensor =>
  dtype === 'complex128' ? randomComplex(shape, 5) : randomReal(shape, 5)

describe.each(['js', 'wasm'] as const)('loops over arrays in %s', (target) => {
  it.each(points)('give the value and the derivatives of the eager operation: $name', ({ f, args }) => {
    const values = graphOf((xs) => f(xs), args)
    const expected = evaluate(values, args)
    // The same formulas, summed in another order.
    expect(maxDifference(byLoops(target, values, args), expected)).toBeLessThan(1e-13 * (1 + maxAbs(expected)))
    const n = args.length
    const tangents = args.map(seedLike)
    const pushed = graphOf((xs) => jvp(f)(xs.slice(0, n), xs.slice(n)).tangent, [...args, ...tangents])
    const all = [...args, ...tangents]
    byLoops(target, pushed, all).forEach((x, i) =>
      expect(relativeDifference(x, evaluate(pushed, all)[i])).toBeLessThan(1e-12),
    )
    const seeds = expected.map(seedLike)
    const pulled = graphOf((xs) => vjp(f)(xs.slice(0, n)).pullback(xs.slice(n)), [...args, ...seeds])
    byLoops(target, pulled, [...args, ...seeds]).forEach((x, i) =>
      expect(relativeDifference(x, evaluate(pulled, [...args, ...seeds])[i])).toBeLessThan(1e-12),
    )
  })
})
