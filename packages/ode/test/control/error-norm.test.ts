import { complex, mul, sub, tensor, type Tensor } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { scaledNorm, type Tolerances } from '../../src/control/error-norm.ts'
import { layoutOf } from '../../src/state-layout.ts'
import { solveIvp, type StepReport } from '../../src/index.ts'
import { complexOscillator, complexOscillatorAt, type ComplexOscillator } from '../problems.ts'

const norm = (tolerances: Tolerances, isComplex: boolean, ...vectors: readonly (readonly number[])[]): number => {
  const [e, y, y1] = vectors.map((vector) => ({ data: Float64Array.from(vector), at: 0 }))
  const dtype = isComplex ? 'complex128' : 'float64'
  const layout = layoutOf([{ shape: [vectors[0].length / (isComplex ? 2 : 1)], dtype }])
  return scaledNorm(tolerances, layout, e, y, y1)
}

describe('scaledNorm', () => {
  it('is √((1/n) Σ |e_j|²/(atol + rtol max(|y_j|, |y1_j|))²) for real components', () => {
    // Scales 0.1 + 0.5·4 = 2.1 and 0.1 + 0.5·6 = 3.1.
    const expected = Math.sqrt(((0.21 / 2.1) ** 2 + (0.62 / 3.1) ** 2) / 2)
    expect(norm({ rtol: 0.5, atol: 0.1 }, false, [0.21, -0.62], [-4, 1], [2, -6])).toBeCloseTo(expected, 15)
  })

  it('takes moduli of complex components and divides by their number, not by that of their parts', () => {
    // |e| = 5, |y| = 13, |y1| = 10: one component, scale 1 + 2·13 = 27.
    expect(norm({ rtol: 2, atol: 1 }, true, [3, 4], [5, 12], [-6, 8])).toBeCloseTo(5 / 27, 15)
    expect(norm({ rtol: 2, atol: 1 }, true, [3, 4], [-6, 8], [5, 12])).toBeCloseTo(5 / 27, 15)
  })

  it('takes one absolute tolerance for each component', () => {
    const atol = Float64Array.of(0.1, 10)
    const expected = Math.sqrt(((0.5 / 0.1) ** 2 + (0.5 / 10) ** 2) / 2)
    expect(norm({ rtol: 1e-300, atol }, false, [0.5, 0.5], [0, 0], [0, 0])).toBeCloseTo(expected, 13)
    expect(norm({ rtol: 1e-300, atol }, true, [0, 0.5, 0.3, 0.4], [0, 0, 0, 0], [0, 0, 0, 0])).toBeCloseTo(expected, 13)
  })

  it('reads states at their offsets', () => {
    const states = Float64Array.of(100, 2, 300, 4)
    const [e, y, y1] = [
      { data: Float64Array.of(1), at: 0 },
      { data: states, at: 1 },
      { data: states, at: 3 },
    ]
    expect(scaledNorm({ rtol: 1, atol: 0 }, layoutOf([{ shape: [], dtype: 'float64' }]), e, y, y1)).toBeCloseTo(
      1 / 4,
      15,
    )
  })

  it('averages over the components of all leaves, real and complex, each with its own tolerance', () => {
    // Scales 1, 2 and 4; |e| = 0.5, 5 and 2.
    const layout = layoutOf([
      { shape: [], dtype: 'float64' },
      { shape: [2], dtype: 'complex128' },
    ])
    const e = { data: Float64Array.of(-0.5, 3, 4, 0, 2), at: 0 }
    const zero = { data: new Float64Array(5), at: 0 }
    const atol = Float64Array.of(1, 2, 4)
    const expected = Math.sqrt((0.5 ** 2 + 2.5 ** 2 + 0.5 ** 2) / 3)
    expect(scaledNorm({ rtol: 1, atol }, layout, e, zero, zero)).toBeCloseTo(expected, 15)
  })

  it('scales before it squares: states of any size have one', () => {
    for (const size of [1e-200, 1e-170, 1e155, 1e200]) {
      const y = [3 * size, 4 * size]
      expect(norm({ rtol: 1e-3, atol: 0 }, true, [0, 1e-3 * size], y, y) / 0.2).toBeCloseTo(1, 14)
      expect(norm({ rtol: 1e-3, atol: 0 }, false, [0, 4e-3 * size], y, y) / Math.SQRT1_2).toBeCloseTo(1, 14)
    }
  })

  it('does not change when every component turns by a phase of its own', () => {
    const turn = (z: readonly number[], phases: readonly number[]): number[] =>
      phases.flatMap((phase, j) => [
        z[2 * j] * Math.cos(phase) - z[2 * j + 1] * Math.sin(phase),
        z[2 * j] * Math.sin(phase) + z[2 * j + 1] * Math.cos(phase),
      ])
    const vectors = [
      [1e-3, 2e-3, 0, -4e-3],
      [1, 0, 0.2, 0.1],
      [0.9, 0.1, 0, 0.4],
    ]
    const turned = vectors.map((vector) => turn(vector, [1.1, -2.3]))
    const tolerances = { rtol: 1e-2, atol: 1e-4 }
    expect(norm(tolerances, true, ...turned)).toBeCloseTo(norm(tolerances, true, ...vectors), 14)
  })
})

/** The times of all accepted steps. */
function stepsOf(start: Tensor, f: (t: Tensor, y: Tensor) => Tensor): number[] {
  const times: number[] = []
  const onProgress = ({ t }: StepReport): void => {
    times.push(t)
  }
  solveIvp(f, [0, 5], start, { onProgress })
  return times
}

describe('steps', () => {
  const { c, d } = complexOscillatorAt
  const rotating = (_t: Tensor, z: Tensor): Tensor =>
    complexOscillator(_t, z, { c: complex(c.re, c.im), d: complex(d.re, d.im) } satisfies ComplexOscillator)

  it('do not depend on the phases of the components', () => {
    const start = tensor([
      { re: 0.3, im: 0 },
      { re: 0, im: 0.8 },
    ])
    const phases = tensor([
      { re: Math.cos(0.9), im: Math.sin(0.9) },
      { re: Math.cos(-2), im: Math.sin(-2) },
    ])
    const [steps, turned] = [stepsOf(start, rotating), stepsOf(mul(phases, start), rotating)]
    expect(turned).toHaveLength(steps.length)
    expect(steps.length).toBeGreaterThan(10)
    // The norms differ by rounding relative to an error of 1e-6 of the state: steps by some 1e-10.
    turned.forEach((t, k) => expect(Math.abs(t - steps[k])).toBeLessThan(1e-8))
  })

  it('follow the component with the tight absolute tolerance', () => {
    const small = (_t: Tensor, y: Tensor): Tensor => mul(sub(0, tensor([1, 30])), y)
    const count = (atol: Tensor): number =>
      solveIvp(small, [0, 1], tensor([1, 1]), { rtol: 1e-12, atol }).stats!.accepted
    expect(count(tensor([1e-6, 1]))).toBeLessThan(count(tensor([1, 1e-6])) / 2)
  })
})

describe('a component that is exactly zero', () => {
  it('is solved with atol 0: no error is none', () => {
    const decay = (_t: Tensor, y: Tensor): Tensor => mul(-1, y)
    const { ys } = solveIvp(decay, [0, 1], tensor([1, 0]), { atol: 0, rtol: 1e-8 })
    expect(ys.data[0]).toBeCloseTo(Math.exp(-1), 7)
    expect(ys.data[1]).toBe(0)
  })
})
