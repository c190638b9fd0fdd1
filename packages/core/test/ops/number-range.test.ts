import * as core from '@cad/core'
import { describe, expect, it } from 'vitest'
import { compileGraph, type CompileOptions } from '../../src/compile/program.ts'
import { plainLayout } from '../../src/compile/graph/layout.ts'
import { graphOf } from '../../src/trace.ts'
import { sections } from '../cases/index.ts'

// Every elementwise operation and its derivatives over the whole range of numbers, on both axes: compiled code gives what eager
// operations give. Where those overflow, it overflows too, in some part or other.

const sizes = [
  5e-324, 1e-320, 2 ** -1022, 1e-300, 1e-160, 1e-20, 1e-3, 0.5, 1, 2, 30, 300, 354.5, 700, 709.5, 710.3, 711, 746, 800,
  1500, 1e9, 1e16, 1e150, 1e160, 1e300, 1e308, Number.MAX_VALUE,
]
const axis = [0, ...sizes, ...sizes.map((x) => -x)]

const ways: readonly CompileOptions[] = [
  { target: 'js' },
  { target: 'wasm' },
  { target: 'js', form: 'loops' },
  { target: 'wasm', form: 'loops' },
]

/** Complex functions of several operations, eager and compiled with all their roundings: some ten ulp of the modulus. */
const rounding = 4e-15
const smallestNormal = 2 ** -1022

function differ(found: readonly number[], expected: readonly number[]): boolean {
  if (!expected.every(Number.isFinite)) return found.every(Number.isFinite)
  const defect = Math.max(...found.map((x, i) => Math.abs(x - expected[i])))
  return !(defect < smallestNormal || defect <= rounding * Math.hypot(...expected))
}

type Unary = (z: core.Tensor) => core.Tensor

/** Value, tangents along 1 and i, and cotangents for 1 and i. */
function withDerivatives(f: Unary, z: core.Tensor): core.Tensor[] {
  const seeds = z.dtype === 'complex128' ? [core.complex(1), core.complex(0, 1)] : [core.tensor(1)]
  const { value, pullback } = core.vjp(f)(z)
  const bars = value.dtype === 'complex128' ? [core.complex(1), core.complex(0, 1)] : [core.tensor(1)]
  return [
    value,
    ...seeds.map((seed) => core.jvp(f)(z, core.mul(seed, core.ones(z.shape))).tangent),
    ...bars.map((bar) => pullback(core.mul(bar, core.ones(z.shape)))),
  ]
}

/** What compiled code gives elsewhere than eager operations, at these points together and at each. */
function wrongPoints(f: Unary, z: core.Tensor): string[] {
  const expected = withDerivatives(f, z)
  const width = z.data.length / z.size
  const graph = graphOf(([x]) => withDerivatives(f, x), [{ shape: [], dtype: z.dtype }])
  const programs = ways.map((way) => compileGraph(graph, plainLayout(graph), way))
  const outputs = graph.outputs.map(({ dtype }) => new Float64Array(dtype === 'complex128' ? 2 : 1))
  const wrong: string[] = []
  for (let i = 0; i < z.size; i++) {
    const point = z.data.slice(width * i, width * (i + 1))
    programs.forEach(({ run }, k) => {
      run(point, ...outputs)
      outputs.forEach((found, j) => {
        const right = expected[j].data.slice(found.length * i, found.length * (i + 1))
        if (differ([...found], [...right])) wrong.push(`${JSON.stringify(ways[k])}, output ${j} at ${point.join()}: ${found.join()} for ${right.join()}`)
      })
    })
  }
  return wrong
}

const functions = sections.filter(({ isMask }) => isMask !== true)
const grid = core.tensor(axis.flatMap((re) => axis.map((im) => ({ re, im }))))

describe('over the whole range of numbers', () => {
  it.each(functions.filter(({ onlyReal }) => onlyReal !== true))('$name of complex numbers', ({ f }) => {
    const w = wrongPoints((z) => f(z), grid)
    expect([w.length, ...w.slice(0, 12)]).toEqual([0])
  })

  it.each(functions)('$name of real numbers', ({ f, realWhere = () => true }) => {
    const w = wrongPoints((z) => f(z), core.tensor(axis.filter(realWhere)))
    expect([w.length, ...w.slice(0, 12)]).toEqual([0])
  })
})
describe('nan', () => {
  it.each(functions)('$name', ({ f, onlyReal, realWhere = () => true }) => {
    const zs = [...(onlyReal ? [] : [grid]), core.tensor(axis.filter(realWhere))]
    const wrong = zs.flatMap((z) => withDerivatives((x) => f(x), z).flatMap((y, j) => [...y.data].flatMap((x, i) => Number.isNaN(x) ? [`${j} at ${z.data.slice((z.data.length/z.size) * Math.floor(i * z.size / y.data.length)).slice(0, 2).join()}`] : [])))
    expect([wrong.length, ...wrong.slice(0, 10)]).toEqual([0])
  })
})
