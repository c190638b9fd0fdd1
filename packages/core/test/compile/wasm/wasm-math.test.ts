import { describe, expect, it, vi } from 'vitest'
import { plainLayout } from '../../../src/compile/graph/layout.ts'
import { compileGraph } from '../../../src/compile/program.ts'
import { instantiate } from '../../../src/compile/wasm/instantiate.ts'
import { ModuleBuilder } from '../../../src/compile/wasm/module-builder.ts'
import { wasmMath } from '../../../src/compile/wasm/wasm-math.ts'
import { f64 } from '../../../src/compile/wasm/wasm-writer.ts'
import { add, cos as cosOf, mul, sin as sinOf, tensor } from '../../../src/index.ts'
import { graphOf } from '../../../src/trace.ts'

const numbers = new Float64Array(1)
const bits = new BigInt64Array(numbers.buffer)

/** The double that is so many places further from zero. */
function neighbour(x: number, places: number): number {
  numbers[0] = x
  bits[0] += BigInt(places)
  return numbers[0]
}

/** Doubles between a and b, of one sign; Infinity if only one is NaN or the signs differ. */
function placesBetween(a: number, b: number): number {
  if (Object.is(a, b)) return 0
  if (Number.isNaN(a) || Number.isNaN(b) || Math.sign(a) !== Math.sign(b) || 1 / a < 0 !== 1 / b < 0) return Infinity
  numbers[0] = a
  const first = bits[0]
  numbers[0] = b
  return Math.abs(Number(first - bits[0]))
}

/** x and −x, and some doubles on either side. */
const around = (x: number, count: number): number[] =>
  Array.from({ length: 2 * count + 1 }, (_, i) => neighbour(x, i - count)).flatMap((y) => [y, -y])

const range = (count: number, of: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => of(i))

describe.each(['sin', 'cos'] as const)('%s as a WebAssembly function', (name) => {
  const f = wasmMath()[name] as (x: number) => number

  /** Both may be wrong in the last place, in opposite directions where an engine does not compute as fdlibm does. */
  const expectClose = (samples: readonly number[]): void => {
    const far = samples.filter((x) => placesBetween(f(x), Math[name](x)) > 1)
    expect(far).toEqual([])
  }

  it('is that of Math within one unit in the last place', () => {
    const step = 0.7310585786300049 // no multiple of π
    expectClose(range(300_000, (i) => (i - 150_000) * step)) // ±1.1e5
    expectClose(range(200_000, (i) => (i - 100_000) * 1e-4)) // ±10
    expectClose(range(2001, (i) => (i - 1000) * 1e-3 * 1e-8)) // where r³ counts for nothing
  })

  it('is so for tiny and subnormal numbers, for huge ones, and next to powers of two', () => {
    expectClose(range(2098, (i) => 2 ** (i - 1074)).flatMap((x) => around(x, 1)))
    expectClose([1.7976931348623157e308, -1e300, 1e22])
  })

  it('is so at multiples of π/4 and their neighbours', () => {
    expectClose(range(70_000, (i) => ((i + 1) * Math.PI) / 4).flatMap((x) => around(x, 2)))
    expect(f(Math.PI)).toBe(name === 'sin' ? 1.2246467991473532e-16 : -1)
    expect(f(Math.PI / 2)).toBe(name === 'sin' ? 1 : 6.123233995736766e-17)
  })

  it('is so where it changes from one form to another', () => {
    for (const x of [2 ** -27, 0.3, 0.78125, Math.PI / 4, 0.7853984832763672, 1e5]) expectClose(around(x, 300))
  })

  it('keeps the sign of zero, and is NaN for what is no number', () => {
    expect(f(0)).toBe(Math[name](0))
    expect(f(-0)).toBe(Math[name](-0)) // toBe tells −0 from 0
    for (const x of [NaN, Infinity, -Infinity]) expect(f(x)).toBeNaN()
  })

  it('is what a module calls that imports it', () => {
    const ofMath = vi.spyOn(Math, name)
    const module = new ModuleBuilder()
    module
      .function('f', [f64], [f64])
      .get(0)
      .call(module.imports.function(name, [f64], [f64]))
    expect(instantiate(module.encode()).f(1)).toBe(f(1))
    expect(ofMath).not.toHaveBeenCalled()
    ofMath.mockRestore()
  })
})

describe('sine and cosine by one call', () => {
  const { sin, cos, sincos } = wasmMath() as Record<string, (x: number) => unknown>

  it('are the two, to the bit', () => {
    const samples = [
      ...range(40_000, (i) => (i - 20_000) * 0.0731),
      ...range(2000, (i) => ((i + 1) * Math.PI) / 4).flatMap((x) => around(x, 1)),
      0,
      -0,
      5e-324,
      1e-9,
      0.7,
      1e5,
      1e6,
      1e300,
      NaN,
      Infinity,
      -Infinity, // prettier-ignore
    ]
    const wrong = samples.filter((x) => {
      const [s, c] = sincos(x) as [number, number]
      return !Object.is(s, sin(x)) || !Object.is(c, cos(x))
    })
    expect(wrong).toEqual([])
  })

  it('are what compiled code takes where it needs both, in either order', () => {
    for (const outputs of [
      ['sin', 'cos'],
      ['cos', 'sin'],
    ] as const) {
      // prettier-ignore
      const f = { sin: sinOf, cos: cosOf }
      const graph = graphOf(([x]) => [add(mul(f[outputs[0]](x), f[outputs[0]](x)), f[outputs[1]](x))], [tensor([1, 2])])
      const program = compileGraph(graph, plainLayout(graph), { target: 'wasm' })
      const y = new Float64Array(2)
      program.run(Float64Array.of(0.4, -7), y)
      const expected = [0.4, -7].map((x) => Math[outputs[0]](x) ** 2 + Math[outputs[1]](x))
      y.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(4e-16)) // two ulps
    }
  })
})
