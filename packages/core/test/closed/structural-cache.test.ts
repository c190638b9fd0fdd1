import { describe, expect, it, vi } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import * as programs from '../../src/compile/program.ts'
import { StructuralCache } from '../../src/closed/structural-cache.ts'
import { customRule } from '../../src/closed/custom-rule.ts'
import { grad } from '../../src/transformations/grad.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { abs2, complex, conj } from '../../src/ops/conjugation.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { slice } from '../../src/ops/indexing.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { type Graph } from '../../src/primitive.ts'
import { graphOf } from '../../src/trace.ts'

const x = tensor([complex(1, 2), complex(3, -1)])
const graphWith = (k: number): Graph => graphOf(([z]) => [mul(exp(z), k)], [x])

type Made = { readonly name: string; readonly release: () => void }
const noRelease = (): void => {}

describe('StructuralCache', () => {
  it('makes one thing for graphs that compute the same, and one more when their constants differ', () => {
    const cache = new StructuralCache<Made>(8)
    const make = vi.fn<(graph: Graph) => Made>((graph) => ({
      name: `${graph.inputs.length} inputs`,
      release: noRelease,
    }))
    const found = [2, 2, 3, 4, 5, 2].map((k) => cache.find(graphWith(k), make))
    expect(make).toHaveBeenCalledTimes(2)
    expect(found.map(({ value }) => value.name)).toEqual([
      '1 inputs',
      '1 inputs',
      '2 inputs',
      '2 inputs',
      '2 inputs',
      '1 inputs',
    ])
    expect(found.map(({ constants }) => constants.map((constant) => constant.item()))).toEqual([
      [],
      [],
      [3],
      [4],
      [5],
      [],
    ])
  })

  it('tells other operations, shapes, dtypes and maps apart', () => {
    const cache = new StructuralCache<Made>(8)
    const make = vi.fn<() => Made>(() => ({ name: '', release: noRelease }))
    const graphs = [
      graphOf(([z]) => [mul(z, z)], [x]),
      graphOf(([z]) => [add(z, z)], [x]),
      graphOf(([z]) => [mul(z, z)], [tensor([1, 2])]),
      graphOf(([z]) => [mul(z, z)], [tensor([complex(1)])]),
      graphOf(([z]) => [slice(z, { start: 1 })], [x]),
      graphOf(([z]) => [slice(z, { end: 1 })], [x]),
    ]
    for (const graph of graphs) cache.find(graph, make)
    expect(make).toHaveBeenCalledTimes(graphs.length)
    cache.find(
      graphOf(([z]) => [slice(z, { end: 1 })], [x]),
      make,
    )
    expect(make).toHaveBeenCalledTimes(graphs.length)
  })

  it('drops what was not found for the longest beyond its limit, and releases it', () => {
    const cache = new StructuralCache<Made>(2)
    const release = vi.fn<() => void>()
    const make = vi.fn<() => Made>(() => ({ name: '', release }))
    const powers = [1, 2, 3].map((n) =>
      graphOf(([z]) => [Array.from({ length: n }).reduce<Tensor>((y) => mul(y, z), z)], [x]),
    )
    for (const graph of powers) cache.find(graph, make)
    expect(release).toHaveBeenCalledTimes(1)
    cache.find(powers[1], make)
    expect(make).toHaveBeenCalledTimes(3)
    cache.find(powers[0], make) // in the place of powers[2]
    cache.find(powers[1], make)
    expect(make).toHaveBeenCalledTimes(4)
    cache.find(powers[2], make)
    expect(make).toHaveBeenCalledTimes(5)
  })
})

describe('jit of a new closure', () => {
  it('with the same graph compiles nothing, with its gradient neither; with other constants once more', () => {
    const compile = vi.spyOn(programs, 'compileGraph')
    const loss = (k: number) => jit((z: Tensor) => sum(abs2(mul(exp(mul(z, complex(0, k))), 0.25))))
    for (let i = 0; i < 5; i++) grad(loss(2))(x)
    const first = compile.mock.calls.length
    for (let i = 0; i < 5; i++) grad(loss(2))(x)
    expect(compile.mock.calls.length).toBe(first)
    for (let i = 0; i < 5; i++) grad(loss(3 + i))(x)
    expect(compile.mock.calls.length).toBe(2 * first)
    compile.mockRestore()
  })

  it('finds functions with rules of their own again, if the rules are the same', () => {
    const compile = vi.spyOn(programs, 'compileGraph')
    const own = customRule((z: Tensor) => mul(conj(z), 3), {
      jvp: (_args, [dz]) => mul(conj(dz), 3),
      vjp: (_args, _value, bar) => [mul(conj(bar), 3)],
    })
    const run = (): Tensor => jit((z: Tensor) => sum(abs2(own(z))))(x)
    run()
    const first = compile.mock.calls.length
    run()
    expect(compile.mock.calls.length).toBe(first)
    compile.mockRestore()
  })
})

describe('explain', () => {
  it('shows graph, target, flops, code and compile time', () => {
    const f = jit((z: Tensor) => mul(exp(z), complex(0, 2)))
    expect(f.explain()).toMatch(/call the function once/)
    f(x)
    const text = f.explain()
    expect(text).toMatch(/function\(input0: complex128 \[2\]\)/)
    expect(text).toMatch(
      /%0: complex128 \[2\] = exp\(input0\)\n {2}%1: complex128 \[2\] = mul\(%0, \(0, 2\)\)\n {2}return %1/,
    )
    expect(text).toMatch(/target: js, unrolled\nflops: \d+, code: \d+ characters, compile time: [\d.]+ ms/)
    expect(text).toContain('Math.exp(')
  })

  it('says why arrays stay whole, and what the target is', () => {
    const wide = jit((z: Tensor) => sum(mul(exp(z), z)))
    wide(tensor(new Float64Array(200_000)))
    expect(wide.explain()).toMatch(
      /target: wasm, loops \(\d+ elements are too many to unroll\)\nflops: \d+, code: \d+ bytes/,
    )
    const slow = jit((z: Tensor) => exp(z), { target: 'interpreter' })
    slow(x)
    expect(slow.explain()).toMatch(/target: interpreter, kernels \(the interpreter was asked for\)/)
  })
})
