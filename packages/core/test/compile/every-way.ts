import type { Tensor } from '@cad/core'
import { plainLayout } from '../../src/compile/graph/layout.ts'
import { compileGraph, type CompileOptions } from '../../src/compile/program.ts'
import type { Graph } from '../../src/primitive.ts'
import { lengthOf } from '../../src/tensor.ts'
import { graphOf } from '../../src/trace.ts'

/** All targets, unrolled and as loops over arrays. */
const ways: readonly CompileOptions[] = [
  { target: 'js' },
  { target: 'wasm' },
  { target: 'js', form: 'loops' },
  { target: 'wasm', form: 'loops' },
  { target: 'interpreter' },
]

/** One compilation of a graph: the numbers of its outputs, for those of its inputs. */
export interface Way {
  readonly name: string
  readonly run: (inputs: readonly Float64Array[]) => Float64Array[]
}

/** A graph compiled in every way. */
export const everyWay = (graph: Graph): Way[] =>
  ways.map((options) => {
    const { run } = compileGraph(graph, plainLayout(graph), options)
    return {
      name: `${options.target}${options.form === undefined ? '' : ', loops'}`,
      run: (inputs) => {
        const outputs = graph.outputs.map((x) => new Float64Array(lengthOf(x)))
        run(...inputs, ...outputs)
        return outputs
      },
    }
  })

/** The numbers that f gives for these tensors, eager and compiled in every way. */
export function inEveryWay(f: (xs: readonly Tensor[]) => readonly Tensor[], args: readonly Tensor[]): number[][] {
  const compiled = everyWay(graphOf(f, args)).map(({ run }) => run(args.map(({ data }) => data)))
  return [f(args).map(({ data }) => data), ...compiled].map((outputs) => outputs.flatMap((data) => [...data]))
}
