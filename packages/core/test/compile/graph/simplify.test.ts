import { randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { planArrays } from '../../../src/compile/loops/array-plan.ts'
import { plainLayout } from '../../../src/compile/graph/layout.ts'
import { compileGraph } from '../../../src/compile/program.ts'
import { simplify } from '../../../src/compile/graph/simplify.ts'
import { add, mul, sub } from '../../../src/ops/arithmetic.ts'
import { complex, conj } from '../../../src/ops/conjugation.ts'
import { cos, exp } from '../../../src/ops/holomorphic.ts'
import { at, slice } from '../../../src/ops/indexing.ts'
import { matmul } from '../../../src/ops/matmul.ts'
import { sum } from '../../../src/ops/reduction.ts'
import { adjoint } from '../../../src/ops/shape.ts'
import { lengthOf, Tensor, tensor } from '../../../src/tensor.ts'
import { type Graph } from '../../../src/primitive.ts'
import { evaluate, graphOf } from '../../../src/trace.ts'
import { vjp } from '../../../src/transformations/vjp.ts'

/** All outputs by loops, in JavaScript and WebAssembly, against the kernels of the primitives. */
function expectSame(graph: Graph, args: readonly Tensor[]): void {
  for (const target of ['js', 'wasm'] as const) expectSameBy(target, graph, args)
}

function expectSameBy(target: 'js' | 'wasm', graph: Graph, args: readonly Tensor[]): void {
  const program = compileGraph(graph, plainLayout(graph), { target, form: 'loops' })
  const outputs = graph.outputs.map((x) => new Float64Array(lengthOf(x)))
  for (let run = 0; run < 2; run++) program.run(...args.map(({ data }) => data), ...outputs) // twice: nothing may be left over
  evaluate(graph, args).forEach((expected, i) => {
    const found = new Tensor(expected.shape, expected.dtype, outputs[i])
    // Sums in another order: some hundred ε.
    expect(relativeDifference(found, expected)).toBeLessThan(1e-13)
  })
}

const names = (graph: Graph): string[] => graph.nodes.map(({ primitive }) => primitive.name)

/** The flip of bit k of the row number: one entry a row. */
function flip(n: number, k: number): Tensor {
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++) data[i * n + (i ^ (1 << k))] = 1
  return tensor(data, { shape: [n, n] })
}

/** Entries in a band, different in each row, none in the last. */
function banded(n: number, isComplex: boolean): Tensor {
  const values = randomComplex([n, n], 7).data
  const data = Float64Array.from({ length: 2 * n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / 2 / n), Math.floor(at / 2) % n]
    return i < n - 1 && Math.abs(i - j) <= 1 ? values[at] : 0
  })
  return isComplex
    ? tensor(data, { shape: [n, n], dtype: 'complex128' })
    : tensor(
        data.filter((_, at) => at % 2 === 0),
        { shape: [n, n] },
      )
}

describe('simplify', () => {
  it('computes equal expressions once, and drops what nothing needs', () => {
    const graph = graphOf(([x]) => [add(exp(mul(x, 2)), exp(mul(x, 2)))], [tensor([1, 2])])
    // The constant 2 is a new tensor at each use; the exponentials of the same node are one.
    const shared = graphOf(
      ([x]) => {
        const y = mul(x, x)
        return [add(exp(y), exp(y))]
      },
      [tensor([1, 2])],
    )
    expect(names(simplify(shared))).toEqual(['mul', 'exp', 'add'])
    expect(names(simplify(graph)).length).toBeLessThanOrEqual(names(graph).length)
  })

  const n = 16
  const y = randomComplex([n], 1)
  const p = randomReal([3], 2)
  const hamiltonian = (t: Tensor, q: Tensor): Tensor =>
    add(
      add(mul(at(q, 0), flip(n, 0)), mul(at(q, 1), flip(n, 2))),
      sub(mul(cos(t), banded(n, false)), mul(at(q, 2), banded(n, true))),
    )
  const field = (t: Tensor, state: Tensor, q: Tensor): Tensor => mul(complex(0, -1), matmul(hamiltonian(t, q), state))

  it('never builds a matrix that is put together from sparse constants', () => {
    const graph = graphOf(([t, state, q]) => [field(t, state, q)], [tensor(0.3), y, p])
    expect(names(simplify(graph))).not.toContain('matmul')
    expectSame(graph, [tensor(0.3), y, p])
  })

  it('nor the outer product of a cotangent, for the derivatives of its factors', () => {
    const graph = graphOf(
      ([t, state, q, w]) => vjp((x: readonly Tensor[]) => field(t, x[0], x[1]))([state, q]).pullback(w),
      [tensor(0.3), y, p, y],
    )
    expect(names(graph)).toContain('matmul')
    expect(names(simplify(graph))).not.toContain('matmul')
    expectSame(graph, [tensor(0.3), y, p, randomComplex([n], 5)])
  })

  it('keeps dense parts as products', () => {
    const dense = randomComplex([n, n], 9)
    const graph = graphOf(
      ([x, state]) => [
        matmul(add(dense, mul(x, flip(n, 1))), state),
        matmul(adjoint(add(dense, mul(x, flip(n, 1)))), state),
      ],
      [tensor(2), y],
    )
    expect(names(simplify(graph)).filter((name) => name === 'matmul').length).toBe(2)
    expectSame(graph, [tensor(2), y])
  })
})

describe('loops', () => {
  it.each([0, 1, 2, 3, 4, 5, 8, 9, 31])('do every element once, for %i elements', (n) => {
    const [x, z] = [randomReal([n], 1), randomComplex([n], 2)]
    const graph = graphOf(([a, b]) => [mul(a, b), sum(mul(a, a)), sum(mul(conj(b), exp(b))), add(a, 1)], [x, z])
    expectSame(graph, [x, z])
  })

  it.each([
    [1, 1],
    [3, 2],
    [4, 4],
    [5, 3],
    [8, 0],
    [9, 17],
  ])('multiply matrices of shape [%i, %i] with vectors, real and complex', (m, k) => {
    for (const A of [randomReal([m, k], 1), randomComplex([m, k], 1)]) {
      for (const b of [randomReal([k], 2), randomComplex([k], 2)])
        expectSame(
          graphOf(([M, v]) => [matmul(M, v), exp(matmul(M, v))], [A, b]),
          [A, b],
        )
    }
  })

  it('read through maps of every kind: shifted, reversed, strided, repeated', () => {
    const z = randomComplex([12], 3)
    const graph = graphOf(
      ([x]) => [
        mul(2, slice(x, { start: 3 })),
        mul(2, slice(x, { step: -1 })),
        mul(2, slice(x, { start: 1, step: 3 })),
        vjp((v: Tensor) => slice(v, { start: 2, end: 7 }))(x).pullback(slice(x, { start: 0, end: 5 })),
      ],
      [z],
    )
    expectSame(graph, [z])
  })

  it('fuse what has the same length: a chain is one loop, whatever it stores', () => {
    const z = randomComplex([64], 4)
    const plan = planArrays(
      graphOf(
        ([x]) => {
          const a = exp(mul(x, x))
          return [add(a, x), sum(conj(a))]
        },
        [z],
      ),
    )
    expect(plan.steps.map((step) => step.kind)).toEqual(['loop'])
  })
})
