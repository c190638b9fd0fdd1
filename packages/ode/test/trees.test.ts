import {
  abs2,
  add,
  checkRule,
  complex,
  conj,
  grad,
  jit,
  matmul,
  mul,
  real,
  reshape,
  ShapeError,
  sub,
  sum,
  tensor,
  type Tensor,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { solveIvp, type Tolerance } from '../src/index.ts'
import { methods } from './cases/index.ts'
import { constantSteps } from './cases/measure.ts'
import { numbers, randomTensor, relativeError } from './problems.ts'

/** A cavity field with a mechanical mode: a complex number, and real position and velocity. */
interface Optomechanics {
  readonly mode: Tensor
  readonly mirror: readonly [position: Tensor, velocity: Tensor]
}
interface Rates {
  readonly coupling: Tensor
  readonly drive: Tensor
}

const f = (t: Tensor, { mode, mirror: [x, v] }: Optomechanics, { coupling, drive }: Rates): Optomechanics => ({
  mode: add(mul(complex(-0.5, mul(coupling, x)), mode), mul(drive, add(1, mul(0.1, t)))),
  mirror: [v, sub(mul(coupling, abs2(mode)), add(x, mul(0.2, v)))],
})

const start = { mode: complex(0.4, -0.2), mirror: [tensor([0.3, 0.1]), tensor([-0.2, 0.5])] as const }
const tree = { mode: complex(0.4, -0.2), mirror: [0.3, -0.2] as const }
const rates = { coupling: tensor(0.8), drive: complex(0.3, 0.7) }

describe('a state that is a tree', () => {
  it('has saved states of the same structure, with the times as first axis of each leaf', () => {
    const { ys } = solveIvp(
      (_t, { mode, mirror: [x, v] }) => ({ mode: mul(-1, mode), mirror: [v, mul(-1, x)] as const }),
      [0, 1],
      start,
      {
        saveAt: [0, 0.5, 1],
      },
    )
    expect([ys.mode.shape, ys.mode.dtype]).toEqual([[3], 'complex128'])
    expect(ys.mirror.map(({ shape, dtype }) => [shape, dtype])).toEqual([[[3, 2], 'float64'], [[3, 2], 'float64']]) // prettier-ignore
    expect(numbers(ys.mode).slice(0, 2)).toEqual([0.4, -0.2])
    expect(numbers(ys.mirror[0]).slice(0, 2)).toEqual([0.3, 0.1])
  })

  it('is the same solve as one of a vector', () => {
    const A = tensor([[-0.1, 1], [-2, -0.3]]) // prettier-ignore
    const options = { rtol: 1e-9, saveAt: [0.3, 1] }
    const whole = solveIvp((_t, y) => matmul(A, y), [0, 1], tensor([1, -0.5]), options)
    const parts = solveIvp(
      (_t, [x, v]) => [add(mul(-0.1, x), v), add(mul(-2, x), mul(-0.3, v))] as const,
      [0, 1],
      [1, -0.5] as const,
      options,
    )
    expect(parts.stats!.accepted).toBe(whole.stats!.accepted)
    const interleaved = [0, 1].flatMap((k) => parts.ys.map((leaf) => numbers(leaf)[k]))
    expect(relativeError(whole.ys, interleaved)).toBeLessThan(1e-14)
  })

  it('takes a tolerance for each part', () => {
    const steps = (atol: Tolerance): number =>
      solveIvp(f, [0, 5], tree, { args: rates, rtol: 1e-12, atol }).stats!.accepted
    expect(steps({ mode: 1e-3, mirror: [1e-9, 1e-9] })).toBeGreaterThan(1.5 * steps(1e-3))
  })

  it('is refused by a right-hand side with another structure', () => {
    const run = (): unknown => solveIvp((_t, y) => ({ mirror: y.mirror, mode: y.mode }), [0, 1], tree)
    expect(run).toThrow(ShapeError)
    expect(run).toThrow('a tree like y0, { mode: •, mirror: [•, •] }, and gave { mirror: [•, •], mode: • }')
  })

  it('is compiled, by jit and as a jitted right-hand side', () => {
    const solve =
      (g: typeof f) =>
      (p: Rates): Optomechanics =>
        solveIvp<Rates, typeof tree>(g, [0, 1], tree, { args: p }).ys
    const plain = solve(f)(rates)
    for (const found of [jit(solve(f))(rates), solve(jit(f))(rates)]) {
      expect(numbers(found.mode)).toEqual(numbers(plain.mode))
      expect(numbers(found.mirror[1])).toEqual(numbers(plain.mirror[1]))
    }
    const loss = (p: Rates): Tensor => add(sum(abs2(solve(jit(f))(p).mode)), sum(real(solve(f)(p).mirror[0])))
    expect(relativeError(jit(grad(loss))(rates).drive, numbers(grad(loss)(rates).drive))).toBeLessThan(1e-13)
  })

  it.each(methods)('has derivatives to second order in all leaves: $name', ({ method }) => {
    checkRule(
      (...[mode, x, v, coupling, drive]) => {
        const { ys } = solveIvp<Rates, Optomechanics>(
          f,
          [0, 1],
          { mode, mirror: [x, v] },
          {
            ...constantSteps<Rates>(method, 0.25),
            args: { coupling, drive },
            saveAt: [0.1, 1],
          },
        )
        return [ys.mode, ...ys.mirror]
      },
      [complex(0.4, -0.2), 0.3, -0.2, 0.8, complex(0.3, 0.7)],
    )
  })
})

describe('a jitted right-hand side', () => {
  it('is traced once, whatever solves it', () => {
    let traced = 0
    const g = jit((t: Tensor, y: Tensor, p: Tensor) => {
      traced++
      return mul(add(p, t), conj(y))
    })
    const loss = (p: Tensor): Tensor => sum(abs2(solveIvp(g, [0, 1], complex(1, 0.5), { args: p }).ys))
    for (let k = 0; k < 5; k++) grad(loss)(complex(0.1 * k, 1))
    expect(traced).toBe(1)
    solveIvp(g, [0, 1], randomTensor([3], 1), { args: complex(1) })
    expect(traced).toBe(2) // states of another shape
  })

  it('gives what the function itself gives, caught variables and their derivatives included', () => {
    const loss =
      (wrap: (h: (t: Tensor, y: Tensor) => Tensor) => (t: Tensor, y: Tensor) => Tensor) =>
      (p: Tensor): Tensor =>
        sum(
          abs2(
            solveIvp(
              wrap((t, y) => mul(p, mul(t, conj(y)))),
              [0, 1],
              complex(1, 0.5),
            ).ys,
          ),
        )
    const p = complex(0.3, 0.7)
    expect(numbers(grad(loss(jit))(p))).toEqual(numbers(grad(loss((h) => h))(p)))
  })

  it('of a complex state may be real', () => {
    const real1 = jit((_t: Tensor, _y: Tensor) => tensor(1))
    expect(relativeError(solveIvp(real1, [0, 1], complex(0, 2)).ys, [1, 2])).toBeLessThan(1e-15)
    expect(() =>
      solveIvp(
        jit((_t: Tensor, y: Tensor) => reshape(y, [1])),
        [0, 1],
        1,
      ),
    ).toThrow(ShapeError)
  })
})

describe('a real state with a complex slope', () => {
  const turn = (_t: Tensor, y: Tensor): Tensor => mul(complex(0, 1), y)

  it('is taken as complex, also by a jitted right-hand side, and has real derivatives', () => {
    const expected = numbers(solveIvp(turn, [0, 1], complex(2)).ys)
    for (const f of [turn, jit(turn)]) {
      expect(numbers(solveIvp(f, [0, 1], 2).ys)).toEqual(expected)
      const slope = grad((y0: Tensor) => sum(real(solveIvp(f, [0, 1], y0).ys)))(tensor(2))
      expect(slope.dtype).toBe('float64')
      expect(Math.abs(slope.data[0] - Math.cos(1))).toBeLessThan(1e-4) // 100 rtol
    }
    checkRule(
      (y0) => solveIvp(turn, [0, 1], y0, { firstStep: 0.5, maxStep: 0.5, rtol: 1e3, atol: 1e3 }).ys,
      [tensor([2, 1])],
    )
  })

  it('is so in one part of a tree, and in those that follow from it', () => {
    const { ys } = solveIvp((_t, [a, , c]) => [mul(complex(0, 1), a), mul(2, a), mul(-1, c)] as const, [0, 1], [
      1, 0, 1,
    ] as const)
    expect(ys.map(({ dtype }) => dtype)).toEqual(['complex128', 'complex128', 'float64'])
  })
})
