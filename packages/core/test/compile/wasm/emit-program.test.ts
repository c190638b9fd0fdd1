import { add, broadcastTo, conj, cos, exp, flip, matmul, mul, norm, roll, sin, sum, take, tensor, vjp } from '@cad/core'
import type { Tensor } from '@cad/core'
import {
  bind,
  compileGraph,
  definePrimitive,
  emitProgram,
  free,
  f64,
  type Graph,
  graphOf,
  guard,
  i32,
  instantiate,
  lengthOf,
  ModuleBuilder,
  Opaque,
  opaqueType,
  type Places,
  type Primitive,
  type Regions,
  residentBytes,
} from '@cad/core/compiler'
import { randomComplex, randomReal } from '@cad/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainLayout } from '../../../src/compile/graph/layout.ts'
import { anyProgram, functionOf, inputsOf } from '../../random-graphs.ts'
import { FencedArrays } from './fenced-arrays.ts'

type Form = 'unrolled' | 'loops'

interface Run {
  readonly form: string
  readonly flops: number
  readonly outputs: readonly Float64Array[]
}

/** Every other output adds to what is there: 1, 2, 3, … */
const accumulates = (output: number): boolean => output % 2 === 1
const before = (x: Tensor): Float64Array => Float64Array.from({ length: lengthOf(x) }, (_, i) => i + 1)

/**
 * Two runs of a graph as a function of a module. A first input that is a real number comes in a local; arrays stand in turn behind an
 * address in a local and at a constant one.
 */
function emitted(graph: Graph, args: readonly Tensor[]): Run {
  const inputs = new FencedArrays(args.map(({ data }) => data))
  const outputs = new FencedArrays(graph.outputs.map(before))
  const regions: Regions = { addresses: [], bytes: 0 }
  const module = new ModuleBuilder()
  const code = module.function('run', [f64, i32, i32])
  const arrayOf = (arrays: FencedArrays, i: number, base: number) =>
    i % 2 === 0 ? { base, offset: arrays.offset(i) } : { offset: arrays.start + arrays.offset(i) }
  const isNumber = args[0].shape.length === 0 && args[0].dtype === 'float64'
  const places: Places = {
    inputs: args.map((_, i) => (i === 0 && isNumber ? { local: 0 } : arrayOf(inputs, i, 1))),
    outputs: graph.outputs.map((_, i) => ({ ...arrayOf(outputs, i, 2), accumulate: accumulates(i) })),
  }
  const program = emitProgram(code, graph, places, { imports: module.imports, regions })!
  expect(regions.bytes > 0).toBe(program.form === 'loops')
  const { run } = instantiate(module.encode())
  for (let turn = 0; turn < 2; turn++) run(args[0].data[0], inputs.start, outputs.start)
  free(regions)
  expect(inputs.take()).toEqual(args.map(({ data }) => data))
  return { ...program, outputs: outputs.take() }
}

/** The same by `compileGraph`. */
function compiled(graph: Graph, args: readonly Tensor[]): Run {
  const layout = plainLayout(graph)
  const outputs = graph.outputs.map(before)
  const { form, flops, run, release } = compileGraph(
    graph,
    { ...layout, outputs: layout.outputs.map((slot, i) => ({ ...slot, accumulate: accumulates(i) })) },
    { target: 'wasm' },
  )
  for (let turn = 0; turn < 2; turn++) run(...args.map(({ data }) => data), ...outputs)
  release?.()
  return { form, flops, outputs }
}

/** The same code for another calling convention, so the same bits. */
function expectAsCompiled(graph: Graph, args: readonly Tensor[], form: Form): void {
  const run = emitted(graph, args)
  expect(run).toEqual(compiled(graph, args))
  expect(run.form).toBe(form)
}

type Field = (t: Tensor, y: Tensor, p: Tensor) => Tensor

/** Value and pullback of a field, as a solver of differential equations needs them. */
function valueAndPullback(f: Field, y: Tensor, p: Tensor): { readonly graph: Graph; readonly args: Tensor[] } {
  const seed = y.dtype === 'complex128' ? randomComplex(y.shape, 9) : randomReal(y.shape, 9)
  const args = [tensor(0.3), y, p, seed]
  const graph = graphOf(([t, ...rest]) => {
    const { value, pullback } = vjp(([x, q]: readonly Tensor[]) => f(t, x, q))(rest.slice(0, 2))
    const [yBar, pBar] = pullback(rest[2])
    return [value, pBar, yBar]
  }, args)
  return { graph, args }
}

/** Permuted, shifted and turned states, with constants, a drive, and a sum over all. */
const chain =
  (constants: Tensor): Field =>
  (t, y, p) => {
    const n = y.size
    const permutation = Array.from({ length: n }, (_, i) => (7 * i) % n)
    const neighbours = add(roll(y, 1), mul(take(p, [0]), take(y, permutation)))
    const drive = mul(sin(mul(t, take(p, [1]))), flip(mul(constants, y)))
    const damping = exp(mul(-1, mul(y, conj(y))))
    return add(mul(damping, add(neighbours, drive)), mul(sum(mul(y, constants)), constants))
  }

/** One more output that is too large to be unrolled, so that small arrays go by loops as well. */
const large = (x: Tensor): Tensor => sum(cos(broadcastTo(take(x, [0]), [100_001])))

const [p, constants] = [randomReal([2], 2), (n: number) => randomComplex([n], 3)]

describe('a graph in a function of a module', () => {
  it('is the code of a compiled program, unrolled: a number, complex arrays, constants, sums', () => {
    const { graph, args } = valueAndPullback(chain(constants(5)), randomComplex([5], 1), p)
    expectAsCompiled(graph, args, 'unrolled')
  })

  it.each([256, 255, 254])('is so as loops over %i complex elements', (n) => {
    const { graph, args } = valueAndPullback(chain(constants(n)), randomComplex([n], 1), p)
    expectAsCompiled(graph, args, 'loops')
  })

  it.each([1, 2, 3, 5, 8])('is so as loops over real arrays of %i numbers', (n) => {
    const y = randomReal([n], 1)
    const { graph, args } = valueAndPullback(chain(randomReal([n], 3)), y, p)
    const extended = graphOf(
      ([t, x, q]) => [chain(randomReal([n], 3))(t, x, q), x, large(x)],
      args.slice(0, graph.inputs.length - 1),
    )
    expectAsCompiled(extended, args.slice(0, 3), 'loops')
  })

  it('is so for random graphs and their pullbacks', () => {
    fc.assert(
      fc.property(anyProgram, (description) => {
        fc.pre(description.steps.every(([name]) => name !== 'fft')) // it has no scalar form
        const [f, inputs] = [functionOf(description), inputsOf(description)]
        const value = f(...inputs)
        const seed = value.dtype === 'complex128' ? randomComplex(value.shape, 3) : randomReal(value.shape, 3)
        const graph = graphOf(
          (xs) => {
            const { value: y, pullback } = vjp((x: readonly Tensor[]) => f(...x))(xs.slice(0, inputs.length))
            return [y, ...pullback(xs[inputs.length])]
          },
          [...inputs, seed],
        )
        expectAsCompiled(graph, [...inputs, seed], 'unrolled')
      }),
      { numRuns: 40, seed: 7 },
    )
  })

  it.each(['unrolled', 'loops'] as const)('has outputs that are inputs, constants, or given twice (%s)', (form) => {
    const y = randomComplex([3], 1)
    const graph = graphOf(
      ([x]) => {
        const z = mul(x, conj(x))
        return [x, x, randomReal([3], 4), z, z, randomReal([3], 4), ...(form === 'loops' ? [large(x)] : [])]
      },
      [y],
    )
    expectAsCompiled(graph, [y], form)
  })

  it('multiplies matrix and vector as loops', () => {
    const [A, b] = [randomComplex([130, 131], 1), randomComplex([131, 1], 2)]
    expectAsCompiled(
      graphOf(([M, v]) => [matmul(M, v)], [A, b]),
      [A, b],
      'loops',
    )
  })

  it.each([3, 100_003])('reads inputs that overlap, and adds two outputs into one place (%i numbers)', (n) => {
    const x = randomReal([n + 1], 1)
    const graph = graphOf(([a, b]) => [mul(a, b), mul(2, b)], [randomReal([n], 1), randomReal([n], 1)])
    const arrays = new FencedArrays([x.data, new Float64Array(n)])
    const regions: Regions = { addresses: [], bytes: 0 }
    const module = new ModuleBuilder()
    const code = module.function('run', [i32])
    const output = { base: 0, offset: arrays.offset(1), accumulate: true }
    const inputs = [0, 8].map((ahead) => ({ base: 0, offset: arrays.offset(0) + ahead }))
    emitProgram(code, graph, { inputs, outputs: [output, output] }, { imports: module.imports, regions })
    instantiate(module.encode()).run(arrays.start)
    free(regions)
    const { data } = x
    expect(arrays.take()[1]).toEqual(
      Float64Array.from({ length: n }, (_, i) => data[i] * data[i + 1] + 2 * data[i + 1]),
    )
  })

  it('is called by other functions of the module', () => {
    const n = 6
    const graph = graphOf(([t, y]) => [mul(sin(t), flip(y))], [tensor(0), randomReal([n], 1)])
    const y = randomReal([n], 1).data
    const arrays = new FencedArrays([y, new Float64Array(n)])
    const module = new ModuleBuilder()
    const slope = module.function('slope', [f64, i32, i32])
    const places = { inputs: [{ local: 0 }, { base: 1, offset: 0 }], outputs: [{ base: 2, offset: 0 }] }
    emitProgram(slope, graph, places, { imports: module.imports, regions: { addresses: [], bytes: 0 } })
    // y += h f(t, y), and t + h
    const euler = module.function('euler', [f64, f64, i32, i32], [f64])
    euler.get(0).get(2).get(3).call(slope)
    const at = euler.local(i32)
    euler.countedLoop(at, 8, 8 * n, () => {
      const pushPlace = (start: number) => euler.get(start).get(at).intAdd()
      pushPlace(2)
      pushPlace(2).loadFloat(0)
      pushPlace(3).loadFloat(0).get(1).op('mul').op('add').storeFloat(0)
    })
    euler.get(0).get(1).op('add')
    const [from, to] = [arrays.start + arrays.offset(0), arrays.start + arrays.offset(1)]
    expect(instantiate(module.encode()).euler(0.5, 0.25, from, to)).toBe(0.75)
    const expected = y.map((value, i) => value + Math.sin(0.5) * y[n - 1 - i] * 0.25)
    arrays.take()[0].forEach((value, i) => expect(value).toBeCloseTo(expected[i], 15)) // products in another order
  })
})

const handleP: Primitive = definePrimitive('handle', {
  type: () => opaqueType(),
  kernel: ([x]) => new Opaque([x]),
  jvp: () => [undefined],
  vjp: () => [undefined],
})

describe('a graph that needs the host', () => {
  const x = randomReal([3], 1)
  const handle = bind(handleP, [x], undefined)
  it.each([
    ['a kernel', graphOf(([a]) => [norm(a)], [x])],
    ['a kernel among loops', graphOf(([a]) => [add(norm(a), large(a))], [x])],
    ['a guard', graphOf(([a]) => [guard(mul(2, a), [a], () => {}, undefined)], [x])],
    ['a guard among loops', graphOf(([a]) => [guard(large(a), [a], () => {}, undefined)], [x])],
    ['an opaque output', graphOf(([a]) => [bind(handleP, [a], undefined)], [x])],
    ['an opaque input', graphOf(([, a]) => [mul(2, a)], [handle, x])],
  ])('is refused, and nothing is written: %s', (_, graph) => {
    const held = residentBytes()
    const module = new ModuleBuilder()
    const code = module.function('run', [])
    const empty = module.encode()
    const places = { inputs: [{ offset: 64 }, { offset: 64 }], outputs: [{ offset: 128 }] }
    const regions: Regions = { addresses: [], bytes: 0 }
    expect(emitProgram(code, graph, places, { imports: module.imports, regions })).toBeUndefined()
    expect(module.encode()).toEqual(empty)
    expect(residentBytes()).toBe(held)
  })
})
