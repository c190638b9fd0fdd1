import { randomComplex, randomReal, relativeDifference } from '@cad/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainLayout, targets, type Target } from '../../src/compile/graph/layout.ts'
import { compileGraph, type CompileOptions } from '../../src/compile/program.ts'
import { lengthOf, Tensor } from '../../src/tensor.ts'
import { evaluate, graphOf } from '../../src/trace.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { anyProgram, functionOf, inputsOf } from '../random-graphs.ts'

const ways: readonly CompileOptions[] = [
  ...targets.map((target: Target) => ({ target })),
  { target: 'js', form: 'loops' },
  { target: 'wasm', form: 'loops' },
]

describe.each(
  ways.map((options) => [`${options.target}${options.form === undefined ? '' : ', loops'}`, options] as const),
)('target %s', (_, options) => {
  it('computes random graphs and their pullbacks as the kernels of the primitives do', () => {
    fc.assert(
      fc.property(anyProgram, (description) => {
        const [f, args] = [functionOf(description), inputsOf(description)]
        const value = f(...args)
        const seed = value.dtype === 'complex128' ? randomComplex(value.shape, 3) : randomReal(value.shape, 3)
        const graph = graphOf(
          (xs) => {
            const { value: y, pullback } = vjp((x: readonly Tensor[]) => f(...x))(xs.slice(0, args.length))
            return [y, ...pullback(xs[args.length])]
          },
          [...args, seed],
        )
        const program = compileGraph(graph, plainLayout(graph), options)
        const outputs = graph.outputs.map((x) => new Float64Array(lengthOf(x)))
        program.run(...[...args, seed].map(({ data }) => data), ...outputs)
        evaluate(graph, [...args, seed]).forEach((expected, i) => {
          const found = new Tensor(expected.shape, expected.dtype, outputs[i])
          // Another order of sums, and constants folded: the graphs keep every value near 1, so some hundred ε.
          expect(relativeDifference(found, expected)).toBeLessThan(1e-12)
        })
      }),
      { numRuns: 40, seed: 7 },
    )
  })
})
