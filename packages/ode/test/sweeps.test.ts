import {
  abs2,
  add,
  checkRule,
  complex,
  conj,
  cos,
  exp,
  grad,
  jvp,
  matmul,
  mul,
  real,
  reshape,
  sub,
  sum,
  type Tensor,
  tensor,
  vjp,
  wirtinger,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { solveIvp } from '../src/index.ts'
import { embedded, methods } from './cases/index.ts'
import { constantSteps as frozen, tight as tightFor } from './cases/measure.ts'
import {
  complexOscillator,
  complexOscillatorAt,
  complexOscillatorReference,
  dampedQubit,
  drivenMode,
  drivenModeExact,
  groundState,
  inner,
  numbers,
  oscillator,
  oscillatorStart,
  qubit,
  rabi,
  randomTensor,
  relativeError,
  stuartLandau,
  stuartLandauReference,
  type Mode,
  type Oscillator,
} from './problems.ts'
import { tracedRungeKutta } from './traced-runge-kutta.ts'

const saveInside = [0, 0.13, 0.2, 0.33, 0.34, 0.34, 0.9, 1]

interface Rates {
  readonly rates: readonly [Tensor, Tensor]
  readonly drive: { readonly amplitude: Tensor }
}

/** Not holomorphic and time-dependent, with a real and two complex parameters. */
const mixed = (t: Tensor, y: Tensor, { rates: [a, b], drive }: Rates): Tensor =>
  add(add(mul(mul(a, cos(mul(3, t))), y), mul(mul(b, t), conj(y))), mul(drive.amplitude, mul(abs2(y), y)))

const [a0, b0, amplitude0] = [complex(0.3, 1.1), complex(-0.4, 0.2), tensor(-0.3)]
const y0 = mul(0.5, randomTensor([3], 5))

describe.each(methods)('the derivative of a solve by constant steps of $name', ({ method }) => {
  // Defaults of checkRule: adjoint identity to 1e-11, five-point differences to 1e-7.
  it('is right for y0 and a tree of real and complex parameters, with states saved inside steps', () => {
    checkRule(
      (y, a, b, amplitude) =>
        solveIvp<Rates>(mixed, [0, 1], y, {
          ...frozen<Rates>(method, 0.2),
          saveAt: saveInside,
          args: { rates: [a, b], drive: { amplitude } },
        }).ys,
      [y0, a0, b0, amplitude0],
      { order: 1 },
    )
  })

  it('is right backwards in time', () => {
    checkRule(
      (y, a, b, amplitude) =>
        solveIvp<Rates>(mixed, [1, 0], y, {
          ...frozen<Rates>(method, 0.2),
          saveAt: [1, 0.85, 0.6, 0.01, 0],
          args: { rates: [a, b], drive: { amplitude } },
        }).ys,
      [y0, a0, b0, amplitude0],
      { order: 1 },
    )
  })

  it('is right for variables that the right-hand side catches in its closure', () => {
    checkRule(
      (y, a, b, amplitude) =>
        solveIvp((t, z) => mixed(t, z, { rates: [a, b], drive: { amplitude } }), [0, 1], y, {
          ...frozen(method, 0.2),
          saveAt: saveInside,
        }).ys,
      [y0, a0, b0, amplitude0],
      { order: 1 },
    )
  })

  it('is right for matrix states', () => {
    const rho0 = tensor([
      [0.25, complex(0.1, 0.2)],
      [complex(0.1, -0.2), 0.75],
    ])
    checkRule(
      (rho, O, D, gamma) =>
        solveIvp(dampedQubit, [0, 1], rho, { ...frozen(method, 0.25), saveAt: [0.1, 1], args: { O, D, gamma } }).ys,
      [rho0, tensor(1.3), tensor(0.4), tensor(0.3)],
      { order: 1 },
    )
  })

  it('is right for real states with real and complex parameters', () => {
    checkRule(
      (y, p, q) =>
        solveIvp((t, x) => sub(mul(real(mul(q, p)), x), mul(t, mul(x, x))), [0, 1], y, frozen(method, 0.25)).ys,
      [randomTensor([2, 2], 7, 'float64'), tensor(0.3), complex(0.2, 0.9)],
      { order: 1 },
    )
  })

  it('is right for a step that ends short of its length, at t1', () => {
    checkRule((y, a) => solveIvp((_t, z) => mul(a, z), [0, 0.5], y, frozen(method, 0.2)).ys, [y0, a0], { order: 1 })
  })

  it.each([
    { direction: 'forwards', t0: 0, h: 0.2 },
    { direction: 'backwards', t0: 1, h: -0.2 },
  ])('is the one of the method traced stage by stage, $direction', ({ t0, h }) => {
    const saved = [
      [0, 0.65],
      [1, 1],
      [3, 0.25],
      [3, 0.5],
      [4, 1],
    ] as const
    const weights = randomTensor([5, 3], 11)
    const loss = (ys: Tensor): Tensor => add(sum(abs2(ys)), real(sum(mul(weights, ys))))
    type Point = readonly [Tensor, Tensor, Tensor, Tensor]
    const byNode = ([y, a, b, amplitude]: Point): Tensor =>
      loss(
        solveIvp<Rates>(mixed, [t0, t0 + 5 * h], y, {
          ...frozen<Rates>(method, 0.2),
          saveAt: saved.map(([step, fraction]) => t0 + (step + fraction) * h),
          args: { rates: [a, b], drive: { amplitude } },
        }).ys,
      )
    const byStages = ([y, a, b, amplitude]: Point): Tensor =>
      loss(
        tracedRungeKutta((t, z) => mixed(tensor(t), z, { rates: [a, b], drive: { amplitude } }), y, {
          method,
          t0,
          h,
          steps: 5,
          saved,
        }),
      )
    const point: Point = [y0, a0, b0, amplitude0]
    expect(relativeError(byNode(point), numbers(byStages(point)))).toBeLessThan(1e-13) // times sum up in other roundings
    const [hand, traced] = [grad(byNode)(point), grad(byStages)(point)]
    hand.forEach((bar, i) => expect(relativeError(bar, numbers(traced[i]))).toBeLessThan(1e-12))
  })
})

describe.each(embedded)('the derivative of an adaptive solve by $name', ({ method }) => {
  const solve = (y: Tensor, a: Tensor, b: Tensor, amplitude: Tensor): Tensor =>
    solveIvp<Rates>(mixed, [0, 2], y, {
      method,
      saveAt: [0, 0.1, 0.77, 2],
      args: { rates: [a, b], drive: { amplitude } },
    }).ys

  it('has a jvp and a vjp that are adjoint to each other', () => {
    const f = ([y, a, b, amplitude]: readonly Tensor[]): Tensor => solve(y, a, b, amplitude)
    const point = [y0, a0, b0, amplitude0]
    const along = point.map(({ shape, dtype }, i) => randomTensor(shape, 20 + i, dtype as 'float64' | 'complex128'))
    const { tangent } = jvp(f)(point, along)
    const seed = randomTensor(tangent.shape, 30)
    const bars = vjp(f)(point).pullback(seed)
    const identity = bars.reduce((total, bar, i) => total + inner(bar, along[i]), -inner(seed, tangent))
    expect(Math.abs(identity)).toBeLessThan(1e-12 * Math.sqrt(inner(seed, seed) * inner(tangent, tangent)))
  })

  // Closed forms: errors of the gradient are those of the solution, 100 rtol or so; rtol is 1e-11 for methods of order 5.
  const tight = tightFor(method)
  const bound = 100 * tight.rtol

  it('is that of the closed form of Stuart–Landau', () => {
    const loss = (p: Oscillator): Tensor => {
      const z = reshape(solveIvp<Oscillator>(stuartLandau, [0, 3], oscillatorStart, { ...tight, args: p }).ys, [])
      return add(real(z), abs2(z))
    }
    const { mu, w, b } = grad(loss)(oscillator)
    expect(relativeError(tensor([mu, w, b]), stuartLandauReference.gradient)).toBeLessThan(bound)
  })

  it('gives the six Wirtinger derivatives of z(20) of the oscillator with complex parameters', () => {
    const { c, d, z0 } = complexOscillatorAt
    const at = (parameters: { c?: Tensor; d?: Tensor; z0?: Tensor }): Tensor =>
      reshape(
        solveIvp(complexOscillator, [0, 20], parameters.z0 ?? z0, {
          ...tight,
          args: { c: parameters.c ?? c, d: parameters.d ?? d },
        }).ys,
        [],
      )
    const pairs = {
      c: wirtinger((x) => at({ c: x }))(c),
      d: wirtinger((x) => at({ d: x }))(d),
      z0: wirtinger((x) => at({ z0: x }))(z0),
    }
    for (const name of ['c', 'd', 'z0'] as const) {
      expect(relativeError(pairs[name].dz, complexOscillatorReference[name].dz)).toBeLessThan(bound)
      expect(relativeError(pairs[name].dzbar, complexOscillatorReference[name].dzbar)).toBeLessThan(bound)
    }
  })

  it('is that of the closed form of the damped driven mode', () => {
    const point = { mode: { k: tensor(0.4), w: tensor(1.7), e: complex(0.3, -0.5) }, z0: complex(1, 0.2) }
    type Point = { readonly mode: Mode; readonly z0: Tensor }
    const loss = (z: Tensor): Tensor => add(real(z), mul(2, abs2(z)))
    const solved = ({ mode, z0 }: Point): Tensor =>
      loss(reshape(solveIvp<Mode>(drivenMode, [0, 6], z0, { ...tight, args: mode }).ys, []))
    const closed = ({ mode, z0 }: Point): Tensor => loss(drivenModeExact(mode, z0, 6, exp))
    const [found, exact] = [grad(solved)(point), grad(closed)(point)]
    for (const name of ['k', 'w', 'e'] as const) {
      expect(relativeError(found.mode[name], numbers(exact.mode[name]))).toBeLessThan(bound)
    }
    expect(relativeError(found.z0, numbers(exact.z0))).toBeLessThan(bound)
  })

  it('is that of the Rabi population with respect to drive and detuning', () => {
    const population = ({ O, D }: { O: Tensor; D: Tensor }): Tensor => {
      const { ys } = solveIvp(qubit, [0, 2], groundState, { ...tight, args: { O, D } })
      return sum(abs2(mul(ys, tensor([0, 1]))))
    }
    const { O, D } = rabi
    // ∂P of P = O²/W² sin²(Wt/2), by hand.
    const W = Math.hypot(O, D)
    const [s, c] = [Math.sin(W), Math.cos(W)]
    const byW = ((2 * s * c) / W - (2 * s * s) / (W * W)) / W ** 2
    const expected = [
      (2 * O * s * s) / W ** 2 + (O ** 2 * (O / W) * (s * c * 2 * W - 2 * s * s)) / W ** 3,
      O ** 2 * D * byW,
    ]
    const found = grad(population)(rabi)
    expect(relativeError(tensor([found.O, found.D]), expected)).toBeLessThan(bound)
  })

  it('with respect to the initial state of a linear system is its adjoint propagator', () => {
    // y(T) = U y0 and the cotangent w: U^H w, where U has the solutions from unit vectors as columns.
    const A = randomTensor([2, 2], 41)
    const run = (y: Tensor): Tensor => reshape(solveIvp((_t, x) => matmul(A, x), [0, 1], y, tight).ys, [2])
    const [u, v] = [run(tensor([complex(1), 0])), run(tensor([complex(0), 1]))]
    const w = randomTensor([2], 42)
    const bar = vjp(run)(randomTensor([2], 43)).pullback(w)
    const expected = [u, v].flatMap((column) => {
      const dot = (x: Tensor): number => inner(column, x)
      return [dot(w), dot(mul(complex(0, -1), w))]
    })
    expect(relativeError(bar, expected)).toBeLessThan(bound)
  })
})

describe('gradients through saved states', () => {
  it('at t0 alone are the cotangent itself, and no parameter matters', () => {
    const start = complex(0.3, 0.4)
    const loss = ({ y, a }: { y: Tensor; a: Tensor }): Tensor =>
      sum(abs2(solveIvp((_t, z) => mul(a, z), [0, 1], y, { saveAt: [0, 0] }).ys))
    const { y, a } = grad(loss)({ y: start, a: complex(1, 1) })
    expect(numbers(y)).toEqual([1.2, 1.6]) // 2 · 2 z, twice saved
    expect(numbers(a)).toEqual([0, 0])
  })

  it('do not depend on whether the times come in one solve or in several', () => {
    const times = [0.21, 0.5, 0.77, 1]
    const loss = (lists: readonly (readonly number[])[]) => (p: Tensor) =>
      lists
        .map((saveAt) =>
          sum(abs2(solveIvp((_t, z) => mul(p, mul(abs2(z), z)), [0, 1], complex(0.9, 0.1), { saveAt }).ys)),
        )
        .reduce(add)
    const point = complex(-0.7, 1.3)
    const together = grad(loss([times]))(point)
    const apart = grad(loss(times.map((t) => [t])))(point)
    expect(relativeError(together, numbers(apart))).toBeLessThan(1e-14)
  })

  it('of a long solve add up many steps without loss', () => {
    // z' = i w z: ∂z/∂w = i t z, over 1000 radians.
    const solve = (w: Tensor): Tensor =>
      solveIvp((_t, z) => mul(complex(0, w), z), [0, 1000], complex(1), { rtol: 1e-10, atol: 1e-10 }).ys
    const { tangent, value } = jvp(solve)(tensor(1), tensor(1))
    const [re, im] = numbers(value)
    expect(relativeError(tangent, [-1000 * im, 1000 * re])).toBeLessThan(1e-6) // local errors of 1e-10, over 1e4 steps
  })

  it('of an empty span are those of y0', () => {
    const bar = grad((y: Tensor) => sum(abs2(solveIvp((_t, z) => z, [1, 1], y).ys)))(complex(3, 4))
    expect(numbers(bar)).toEqual([6, 8])
  })

  it('are zero for parameters that the right-hand side ignores, and real for real ones', () => {
    const f = (_t: Tensor, z: Tensor, { used }: { used: Tensor; unused: Tensor }): Tensor => mul(used, z)
    const bars = grad((p: { used: Tensor; unused: Tensor }) =>
      sum(abs2(solveIvp(f, [0, 1], complex(1), { args: p }).ys)),
    )({ used: tensor(0.5), unused: complex(1, 2) })
    expect([bars.used.dtype, bars.unused.dtype]).toEqual(['float64', 'complex128'])
    expect(numbers(bars.used)[0]).toBeCloseTo(2 * Math.exp(1), 4)
    expect(numbers(bars.unused)).toEqual([0, 0])
  })

  it('of a constant right-hand side are those of the constant: y0 + c T', () => {
    const loss = (c: Tensor): Tensor => sum(abs2(solveIvp(() => c, [0, 3], complex(1)).ys))
    expect(relativeError(grad(loss)(complex(0, 1)), [6, 18])).toBeLessThan(1e-13) // 2 (1 + 3i) · 3
  })
})
