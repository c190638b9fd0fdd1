import { abs2, complex, exp, mul, real, reshape, sub, Tensor, tensor, zeros } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { rk4, solveIvp, type Method } from '../src/index.ts'
import { embedded } from './cases/index.ts'
import { tightest } from './cases/measure.ts'
import {
  arenstorf,
  arenstorfOrbits,
  brusselator,
  brusselatorAt20,
  brusselatorOtherAt20,
  brusselatorOtherStart,
  brusselatorStart,
  complexOscillator,
  complexOscillatorAt,
  complexOscillatorReference,
  dampedQubit,
  drivenMode,
  drivenModeExact,
  groundState,
  lotkaVolterra,
  lotkaVolterraAt10,
  lotkaVolterraStart,
  numbers,
  oscillator,
  oscillatorStart,
  qubit,
  rabi,
  rabiExact,
  rabiPopulation,
  randomTensor,
  relativeError,
  stuartLandau,
  stuartLandauExact,
  stuartLandauReference,
} from './problems.ts'

interface Accuracy {
  readonly method: Method
  readonly rtol: number
  readonly atol: number
}

/** Two digits are lost between the error of a step and that of the result: −log10(error) ≥ −log10(rtol) − 2. */
const bar = ({ rtol }: Accuracy): number => 100 * rtol

const driven = {
  k: tensor(0.4),
  w: tensor(1.7),
  e: tensor([complex(0.3, -0.5)], { shape: [] }),
}
const drivenStart = complex(1, 0.2)

const problems = {
  'Brusselator from (1.5, 3)': {
    solve: (options: Accuracy) => solveIvp(brusselator, [0, 20], brusselatorStart, options),
    exact: brusselatorAt20,
  },
  'Brusselator from (1.01, 3)': {
    solve: (options: Accuracy) => solveIvp(brusselator, [0, 20], brusselatorOtherStart, options),
    exact: brusselatorOtherAt20,
  },
  'Lotka–Volterra': {
    solve: (options: Accuracy) => solveIvp(lotkaVolterra, [0, 10], lotkaVolterraStart, options),
    exact: lotkaVolterraAt10,
  },
  'Stuart–Landau with real parameters': {
    solve: (options: Accuracy) => solveIvp(stuartLandau, [0, 3], oscillatorStart, { ...options, args: oscillator }),
    exact: stuartLandauReference.z,
  },
  'Stuart–Landau with complex parameters': {
    solve: (options: Accuracy) =>
      solveIvp(complexOscillator, [0, 20], complexOscillatorAt.z0, {
        ...options,
        args: { c: complexOscillatorAt.c, d: complexOscillatorAt.d },
      }),
    exact: complexOscillatorReference.z,
  },
  'damped driven mode': {
    solve: (options: Accuracy) => solveIvp(drivenMode, [0, 6], drivenStart, { ...options, args: driven }),
    exact: numbers(drivenModeExact(driven, drivenStart, 6, exp)),
  },
  'Rabi oscillation, with its phases': {
    solve: (options: Accuracy) => solveIvp(qubit, [0, 2], groundState, { ...options, args: rabi }),
    exact: rabiExact(rabi, 2),
  },
}

const accuracies = embedded.flatMap(({ method }) =>
  [1e-4, 1e-6, 1e-8, 1e-10, 1e-12]
    .filter((rtol) => rtol >= tightest(method))
    .map((rtol) => ({ method, rtol, atol: 1e-3 * rtol })),
)

describe.each(Object.entries(problems))('solveIvp on %s', (_name, { solve, exact }) => {
  it.each(accuracies)('is right to its tolerance: $method.name, rtol $rtol', (accuracy) => {
    const { ys, status } = solve(accuracy)
    expect(status).toMatchObject({ kind: 'success' })
    expect(relativeError(ys, exact)).toBeLessThan(bar(accuracy))
  })
})

describe('solveIvp', () => {
  it.each(arenstorfOrbits)('returns to the start of an Arenstorf orbit after its period $period', (orbit) => {
    // The orbit amplifies errors some 1e5 times: DOP853 is off by 7e-5, 5e-7 and 5e-9 at rtol 1e-8, 1e-10 and 1e-12.
    for (const rtol of [1e-8, 1e-10, 1e-12]) {
      const { ys } = solveIvp(arenstorf, [0, orbit.period], tensor(orbit.start), { rtol, atol: rtol })
      const distance = Math.max(
        ...numbers(ys)
          .map((y, k) => Math.abs(y - orbit.start[k]))
          .slice(0, 2),
      )
      expect(distance).toBeLessThan(1e4 * rtol)
    }
  })

  it('gives the Rabi population O²/W² sin²(Wt/2)', () => {
    const { ys } = solveIvp(qubit, [0, 2], groundState, { args: rabi, rtol: 1e-12, atol: 1e-12 })
    expect(numbers(abs2(ys))[1]).toBeCloseTo(rabiPopulation, 10) // 100 rtol
  })

  it('agrees with the closed form of Stuart–Landau at every saved time', () => {
    const saveAt = [0.1, 0.9, 1, 2.2, 3]
    const { ys, ts } = solveIvp(stuartLandau, [0, 3], oscillatorStart, {
      args: oscillator,
      saveAt,
      rtol: 1e-9,
      atol: 1e-12,
    })
    const exact = saveAt.flatMap((t) => {
      const { re, im } = stuartLandauExact(oscillator, oscillatorStart.re, t)
      return [re, im]
    })
    expect(numbers(ts)).toEqual(saveAt)
    expect(relativeError(ys, exact)).toBeLessThan(1e-7)
  })

  it.each(embedded)('undoes itself backwards in time: $name', ({ method }) => {
    const rtol = Math.max(1e-10, tightest(method))
    const options = { method, args: oscillator, rtol, atol: 1e-3 * rtol }
    const forth = solveIvp(stuartLandau, [0, 3], oscillatorStart, options)
    const back = solveIvp(stuartLandau, [3, 0], reshape(forth.ys, []), options)
    // Backwards the flow expands by e^{2μT} = 20 around its limit cycle: 20 · 100 rtol.
    expect(relativeError(back.ys, [0.2, 0])).toBeLessThan(2000 * rtol)
    expect(back.status).toMatchObject({ kind: 'success', t: 0 })
    expect(back.status!.h).toBeLessThan(0)
  })

  it('integrates backwards with constant steps', () => {
    const { ys, stats } = solveIvp((t) => t, [1, -1], 3, { method: rk4, firstStep: 0.25 })
    expect(stats!.accepted).toBe(8)
    expect(numbers(ys)[0]).toBeCloseTo(3, 14) // ∫ t dt from 1 to −1 vanishes; rk4 is exact on polynomials
  })

  it.each(['float64', 'complex128'] as const)('takes %s states of any shape, elementwise the same', (dtype) => {
    const flat = randomTensor([6], 3, dtype)
    const f = (_t: Tensor, y: Tensor): Tensor => mul(sub(0.5, abs2(y)), y)
    const run = (y0: Tensor): Tensor => solveIvp(f, [0, 1], y0, { rtol: 1e-11, atol: 1e-11 }).ys
    const vector = run(flat)
    const matrix = run(reshape(flat, [2, 3]))
    expect([vector.shape, matrix.shape]).toEqual([
      [1, 6],
      [1, 2, 3],
    ])
    expect(numbers(matrix)).toEqual(numbers(vector)) // the same arithmetic
    expect(vector.dtype).toBe(dtype)
    const perElement = dtype === 'complex128' ? 2 : 1
    const first = new Tensor([], dtype, flat.data.slice(0, perElement))
    const scalar = run(first)
    expect(scalar.shape).toEqual([1])
    expect(relativeError(scalar, numbers(vector).slice(0, perElement))).toBeLessThan(1e-9) // other steps: 100 rtol
  })

  it('keeps trace and Hermiticity of a density matrix', () => {
    const rho0 = tensor([
      [0.25, complex(0.1, 0.2)],
      [complex(0.1, -0.2), 0.75],
    ])
    const { ys } = solveIvp(dampedQubit, [0, 4], rho0, { args: { ...rabi, gamma: 0.3 }, saveAt: [1, 4], rtol: 1e-9 })
    expect(ys.shape).toEqual([2, 2, 2])
    const [r00, i00, r01, i01, r10, i10, r11, i11] = numbers(ys).slice(8)
    // Linear invariants hold to rounding, whatever the tolerance.
    expect(Math.abs(r00 + r11 - 1) + Math.abs(i00) + Math.abs(i11)).toBeLessThan(1e-13)
    expect(Math.abs(r01 - r10) + Math.abs(i01 + i10)).toBeLessThan(1e-13)
  })

  it('takes a real right-hand side for a complex state, and real parameters given as numbers', () => {
    const start = tensor([complex(1, 2), complex(-3, 5)])
    const { ys } = solveIvp((_t, y, p: { rate: Tensor }) => mul(p.rate, real(y)), [0, 1], start, {
      args: { rate: -1 },
      rtol: 1e-9,
    })
    expect(relativeError(ys, [Math.exp(-1), 2, -3 * Math.exp(-1), 5])).toBeLessThan(1e-7)
  })

  it('takes a right-hand side that is a constant', () => {
    expect(numbers(solveIvp(() => 2, [0, 3], 1).ys)[0]).toBeCloseTo(7, 13)
    expect(numbers(solveIvp(() => tensor([1, -1]), [0, 3], tensor([0, 0])).ys)[1]).toBeCloseTo(-3, 13)
  })

  it('gives y0 for an empty span', () => {
    const { ys, status, stats } = solveIvp(lotkaVolterra, [2, 2], lotkaVolterraStart, { saveAt: [2, 2] })
    expect(numbers(ys)).toEqual([1, 1, 1, 1])
    expect(status).toEqual({ kind: 'success', t: 2, h: 0, step: 0 })
    expect(stats!.accepted).toBe(0)
  })

  it('solves a system without components', () => {
    const { ys, status } = solveIvp((_t, y) => mul(2, y), [0, 1], zeros([0]))
    expect(ys.shape).toEqual([1, 0])
    expect(status).toMatchObject({ kind: 'success' })
  })

  it('counts what it did', () => {
    const { stats } = solveIvp(brusselator, [0, 20], brusselatorStart)
    const { accepted, rejected, evaluations, target } = stats!
    expect(accepted).toBeGreaterThan(20)
    expect(evaluations).toBe(2 + 6 * (accepted + rejected)) // one for y0, one for the first step
    expect(target).toBe('wasm')
  })

  it('does not write to y0 or atol', () => {
    const [y0, atol] = [tensor([1, 1]), tensor([1e-9, 1e-9])]
    solveIvp(lotkaVolterra, [0, 1], y0, { atol })
    expect([numbers(y0), numbers(atol)]).toEqual([
      [1, 1],
      [1e-9, 1e-9],
    ])
  })

  it('gives the same numbers twice', () => {
    const run = (): number[] => numbers(solveIvp(brusselator, [0, 20], brusselatorStart).ys)
    expect(run()).toEqual(run())
  })
})
