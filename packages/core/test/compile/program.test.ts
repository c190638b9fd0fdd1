import { randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { targets, type Layout } from '../../src/compile/graph/layout.ts'
import { compileGraph } from '../../src/compile/program.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { conj } from '../../src/ops/conjugation.ts'
import { norm } from '../../src/ops/norm.ts'
import { tensor, toTensor, type Tensor } from '../../src/tensor.ts'
import { closeOver, evaluate, graphOf } from '../../src/trace.ts'

const compiled = (x: Tensor, y: Tensor): Tensor => add(mul(x, conj(y)), 1)
const [x, y] = [randomComplex([2], 1), toTensor(2)]

const layout: Layout = {
  parameters: ['state', 'start', 'gain', 'out', 'to'],
  inputs: [
    { parameter: 'state', start: 'start', offset: 1 },
    { parameter: 'gain', scalar: true },
  ],
  outputs: [{ parameter: 'out', start: 'to', offset: 2 }],
}

describe.each(targets)('a program for the target %s', (target) => {
  const f = compiled
  const graph = graphOf(([a, b]) => [f(a, b)], [x, y])
  const state = Float64Array.of(9, 9, 9, ...x.data, 9)

  it('reads and writes where its layout says, and nowhere else', () => {
    const program = compileGraph(graph, layout, { target })
    expect(program.target).toBe(target)
    const out = new Float64Array(8).fill(7)
    program.run(state, 2, 2, out, 1)
    expect(relativeDifference(tensor(out.slice(3, 7), { dtype: 'complex128' }), f(x, y))).toBeLessThan(1e-15)
    expect([...out.slice(0, 3), out[7]]).toEqual([7, 7, 7, 7])
  })

  it('adds to its output where asked to', () => {
    const program = compileGraph(
      graph,
      { ...layout, outputs: [{ ...layout.outputs[0], accumulate: true }] },
      { target },
    )
    const out = new Float64Array(8).fill(7)
    program.run(state, 2, 2, out, 1)
    const expected = add(f(x, y), { re: 7, im: 7 })
    expect(relativeDifference(tensor(out.slice(3, 7), { dtype: 'complex128' }), expected)).toBeLessThan(1e-15)
  })
})

describe('a program', () => {
  it('names the primitive for which it runs by kernels', () => {
    const graph = graphOf(([a]) => [norm(a)], [x])
    const program = compileGraph(graph, {
      parameters: ['x', 'y'],
      inputs: [{ parameter: 'x' }],
      outputs: [{ parameter: 'y' }],
    })
    expect(program.reason).toBe('norm has no scalar form')
  })

  it('folds captured constants and drops zeros', () => {
    const graph = graphOf(([a]) => [mul(add(a, 0), mul(2, 3))], [toTensor(1)])
    const program = compileGraph(graph, {
      parameters: ['x', 'y'],
      inputs: [{ parameter: 'x' }],
      outputs: [{ parameter: 'y' }],
    })
    expect(program.source).toContain('y[0]=((6)*x[0])'.replace('(6)', '6'))
    expect(program.flops).toBe(1)
  })
})

describe('a traced graph', () => {
  it('is its function when evaluated, and differentiable', () => {
    const graph = graphOf(([a, b]) => [compiled(a, b), a], [x, y])
    const [first, second] = evaluate(graph, [x, y])
    expect(relativeDifference(first, compiled(x, y))).toBe(0)
    expect(second).toBe(x)
  })

  it('closed over has no captured tensors', () => {
    const graph = graphOf(([a]) => [mul(a, 3)], [y])
    expect(graph.captured).toEqual([])
    expect(closeOver(graph)).toBe(graph)
    graphOf(
      ([p]) => {
        const inner = graphOf(([a]) => [mul(a, p)], [y])
        expect(inner.captured).toEqual([p])
        const closed = closeOver(inner)
        expect([closed.captured.length, closed.inputs.length]).toEqual([0, 2])
        return [p]
      },
      [y],
    )
  })
})
