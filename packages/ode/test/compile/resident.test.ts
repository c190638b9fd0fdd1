import {
  abs2,
  add,
  complex,
  conj,
  cos,
  exp,
  grad,
  jvp,
  less,
  linearize,
  matmul,
  mul,
  real,
  reshape,
  slice,
  sub,
  sum,
  tensor,
  vjp,
  where,
  type Tensor,
} from '@cad/core'
import { solve } from '@cad/linalg'
import { randomComplex, randomWellConditioned } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ResidentSteps } from '../../src/compile/resident-steps.ts'
import type { Field } from '../../src/field.ts'
import { bosh3, dop853, dopri5, rk4, solveIvp, type Method, type SolveOptions } from '../../src/index.ts'
import { referenceStepper, residentStepper } from '../../src/steps/explicit-stepper.ts'
import { stageTable } from '../../src/steps/stages.ts'
import { TrajectorySeat } from '../../src/trajectory-seat.ts'
import { methods } from '../cases/index.ts'
import { schemeOf } from '../cases/solver-case.ts'
import { numbers, randomTensor, relativeError } from '../problems.ts'

/** The same method by its readable steps. */
const readable = (method: Method): Method => ({
  name: method.name,
  order: method.order,
  errorOrder: method.errorOrder,
  kinds: method.kinds,
  interned: Symbol('readable'),
  prepare: (field: Field) => referenceStepper(stageTable(schemeOf(method)), field),
})

interface Problem {
  readonly f: (t: Tensor, y: Tensor, p: Tensor) => Tensor
  readonly y0: Tensor
  readonly p: Tensor
  readonly options?: SolveOptions<Tensor>
}

const M = randomWellConditioned(3, 4)
/** Neighbours exchanged: a gather. */
const take = (y: Tensor): Tensor => reshape(slice(reshape(y, [150, 2]), {}, { step: -1 }), [300])
const problems: Readonly<Record<string, Problem>> = {
  'one real number': { f: (t, y, p) => sub(mul(p, cos(t)), y), y0: tensor(0.4), p: tensor(1.3) },
  'three real numbers, a tolerance for each': {
    f: (t, y, p) => sub(mul(p, mul(y, y)), mul(t, y)),
    y0: tensor([0.4, -0.2, 0.7]),
    p: tensor([0.3, -0.8, 0.5]),
    options: { atol: tensor([1e-9, 1e-6, 1e-11]) },
  },
  'one complex number': {
    f: (t, y, p) => mul(mul(p, exp(mul(-0.3, t))), conj(y)),
    y0: complex(0.4, 1),
    p: complex(0.3, 2),
  },
  'three complex numbers, saved inside steps': {
    f: (t, y, p) => add(mul(mul(p, t), conj(y)), mul(complex(0, 1), mul(abs2(y), y))),
    y0: randomComplex([3], 2),
    p: complex(0.4, -0.9),
    options: { saveAt: [0, 0.01, 0.35, 0.36, 0.9, 1] },
  },
  'a state that is too large to unroll': {
    f: (t, y, p) => add(mul(p, mul(cos(t), take(y))), mul(complex(0, 0.3), mul(abs2(y), y))),
    y0: randomComplex([300], 3),
    p: complex(0.2, 1),
    options: { rtol: 1e-5 },
  },
  'a factorization made before': {
    f: (_t, y, p) => mul(p, solve(M, y)),
    y0: randomComplex([3], 5),
    p: complex(-0.3, 1),
  },
  'a factorization of the parameters': { f: (_t, y, p) => solve(p, y), y0: randomComplex([3], 6), p: M },
  'a matrix solved in each stage, by the host': {
    f: (t, y, p) => solve(add(p, mul(t, p)), y),
    y0: randomComplex([3], 7),
    p: M,
    options: { rtol: 1e-5 },
  },
  'a switch': {
    f: (t, y, p) => mul(where(less(t, 0.4), p, -2), y),
    y0: complex(0.3, 0.4),
    p: tensor(1.5),
    options: { switchTimes: [0.4], saveAt: [0.4, 0.41, 1] },
  },
  'components that are exactly zero, without absolute tolerance': {
    f: (_t, y, p) => mul(p, y),
    y0: tensor([1, 0, 0]),
    p: tensor(-2),
    options: { atol: 0 },
  },
  'numbers whose squares are none': {
    f: (_t, y, p) => mul(complex(0, p), y),
    y0: tensor([complex(1e-170), complex(0, 1e-165)]),
    p: tensor(3),
    options: { atol: 0 },
  },
  'tolerances whose squares are none': {
    f: (_t, y, p) => mul(complex(0, p), y),
    y0: tensor([complex(1e-170), complex(0, 1e-165)]),
    p: tensor(3),
    options: { atol: 1e-190 },
  },
}

const solved = ({ f, y0, p, options }: Problem, method: Method) => {
  const common = {
    rtol: 1e-7,
    atol: 1e-9,
    args: p,
    method,
    ...(method.errorOrder === undefined && { firstStep: 0.05 }),
  }
  let stats: ReturnType<typeof solveIvp>['stats'] = null
  const loss = ({ y, q }: { y: Tensor; q: Tensor }): Tensor => {
    const found = solveIvp<Tensor>(f, [0, 1], y, { ...common, ...options, args: q })
    stats = found.stats
    return add(sum(abs2(found.ys)), real(sum(found.ys)))
  }
  const ys = solveIvp<Tensor>(f, [0, 1], y0, { ...common, ...options }).ys
  const gradient = grad(loss)({ y: y0, q: p })
  return { ys, stats: stats!, gradient }
}

describe.each(Object.entries(problems))('compiled steps of %s', (_name, problem) => {
  it.each(methods)('are those of the reference, forwards and backwards: $name', ({ method }) => {
    const [compiled, reference] = [solved(problem, method), solved(problem, readable(method))]
    const { accepted, rejected, evaluations } = reference.stats
    expect(compiled.stats).toMatchObject({ accepted, rejected, evaluations })
    // Sums of products in another order, over some hundred steps; sizes of 1e-170 squared are zero in both.
    expect(relativeError(compiled.ys, numbers(reference.ys))).toBeLessThan(1e-12)
    expect(relativeError(compiled.gradient.y, numbers(reference.gradient.y))).toBeLessThan(1e-11)
    expect(relativeError(compiled.gradient.q, numbers(reference.gradient.q))).toBeLessThan(1e-11)
  })
})

describe('numbers of any size', () => {
  it.each([1e-300, 1e-170, 1e150, 1e155, 1e200, 1e300])('are scaled before they are squared: %f', (size) => {
    const y0 = tensor([complex(size), complex(0, size), complex(size / 2)])
    const { ys, stats } = solveIvp((_t, y) => mul(complex(0, 3), y), [0, 1], y0, { atol: 0, rtol: 1e-8 })
    const unit = solveIvp((_t, y) => mul(complex(0, 3), y), [0, 1], mul(1 / size, y0), { atol: 0, rtol: 1e-8 })
    expect(stats).toMatchObject({ accepted: unit.stats!.accepted, rejected: unit.stats!.rejected })
    numbers(ys).forEach((x, i) => expect(Math.abs(x / size - unit.ys.data[i])).toBeLessThan(1e-13)) // some hundred roundings
  })
})

/** A method whose compiled steps and seat are at hand. */
function observed(method: Method): {
  readonly method: Method
  readonly made: { steps: ResidentSteps; seat: TrajectorySeat }[]
} {
  const made: { steps: ResidentSteps; seat: TrajectorySeat }[] = []
  const steppers = new Map<Field, ReturnType<typeof residentStepper>>()
  const prepare = (field: Field) => {
    let stepper = steppers.get(field)
    if (stepper === undefined) {
      const steps = new ResidentSteps(stageTable(schemeOf(method)), field)
      const seat = new TrajectorySeat()
      made.push({ steps, seat })
      steppers.set(field, (stepper = residentStepper(steps, seat)))
    }
    return stepper
  }
  const { name, order, errorOrder, kinds } = method
  return { method: { name, order, errorOrder, kinds, interned: Symbol('observed'), prepare }, made }
}

const field = (t: Tensor, y: Tensor, p: Tensor): Tensor =>
  add(mul(p, y), mul(mul(t, complex(0.1, 0.3)), mul(abs2(y), conj(y))))
const y0 = randomComplex([3], 8)
const points = [complex(-0.3, 1), complex(0.2, 2), complex(-0.5, -3)]

describe('a record in the kernel memory', () => {
  const options = { rtol: 1e-8, saveAt: [0.3, 0.77, 1] }
  const of = (p: Tensor, extra: SolveOptions<Tensor> = {}): Tensor =>
    sum(abs2(solveIvp<Tensor>(field, [0, 1], y0, { ...options, ...extra, args: p }).ys))
  const alone = points.map((p) => numbers(grad((q: Tensor) => of(q))(p)))

  it('is moved when another solve takes its place before it was swept', () => {
    const all = grad(([a, b, c]: readonly Tensor[]) => add(of(a), add(of(b), of(c))))(points)
    expect(all.map(numbers)).toEqual(alone)
  })

  it('is written again when it was swept, displaced, and is swept once more', () => {
    const { pullback } = vjpOf(points[0])
    expect(numbers(pullback(tensor(1)))).toEqual(alone[0])
    expect(numbers(vjpOf(points[1]).pullback(tensor(1)))).toEqual(alone[1])
    for (let i = 0; i < 2; i++) expect(numbers(pullback(tensor(1)))).toEqual(alone[0])
  })

  it('serves a tangent after another solve, and one after that', () => {
    const along = complex(0.3, -1)
    const push = (): Tensor => jvp((q: Tensor) => of(q))(points[0], along).tangent
    const expected = numbers(push())
    const { pushforward } = linearize((q: Tensor) => of(q))(points[0])
    of(points[1])
    for (let i = 0; i < 2; i++) {
      expect(numbers(pushforward(along))).toEqual(expected)
      vjpOf(points[2]).pullback(tensor(1))
    }
  })

  it('is no place for a solve inside onProgress of another one, which leaves all as it was', () => {
    let inner: number[] = []
    const onProgress = ({ steps }: { steps: number }): void => {
      if (steps % 3 === 0) inner = numbers(grad((q: Tensor) => of(q))(points[1]))
    }
    const outer = grad((q: Tensor) => of(q, { onProgress }))(points[0])
    expect(numbers(outer)).toEqual(alone[0])
    expect(inner).toEqual(alone[1])
  })

  it('may be taken away with all of the programs, in the middle of a solve and between a solve and its sweep', () => {
    const { method, made } = observed(dopri5)
    const plain = numbers(grad((q: Tensor) => of(q, { method: dopri5 }))(points[0]))
    const drop = (): void => {
      for (const { steps, seat } of made) {
        steps.release()
        seat.release()
      }
    }
    const { pullback } = vjpOf(points[0], { method, onProgress: drop })
    drop()
    expect(numbers(pullback(tensor(1)))).toEqual(plain)
    drop()
    expect(numbers(pullback(tensor(1)))).toEqual(plain)
    expect(made).toHaveLength(1)
    drop()
    expect(made.map(({ steps, seat }) => [steps.regions.bytes, seat.regions.bytes])).toEqual([[0, 0]])
  })

  it('is given free when a right-hand side throws', () => {
    const { method, made } = observed(bosh3)
    const bad = (throws: boolean): unknown =>
      solveIvp((t, y) => mul(t, y), [0, 1], complex(1), {
        method,
        onProgress: () => {
          if (throws) throw new Error('from outside')
        },
      })
    expect(() => bad(true)).toThrow('from outside')
    expect(bad(false)).toMatchObject({ status: { kind: 'success' } })
    made[0].seat.release()
    expect(made[0].seat.regions.bytes).toBe(0)
  })

  const vjpOf = (p: Tensor, extra: SolveOptions<Tensor> = {}) => vjp((q: Tensor) => of(q, extra))(p)
})

describe('compiled methods of other orders', () => {
  it.each([
    ['an odd number of stages', rk4],
    ['stages of the interpolant', dop853],
  ])('with %s serve states of any layout', (_name, method) => {
    const A = randomTensor([5, 5], 9, 'float64')
    const run = (used: Method): Tensor =>
      grad((y: Tensor) =>
        sum(
          abs2(
            solveIvp((_t, z) => matmul(A, z), [0, 0.3], y, { method: used, firstStep: 0.1, saveAt: [0.05, 0.3] }).ys,
          ),
        ),
      )(randomTensor([5], 10, 'float64'))
    expect(relativeError(run(method), numbers(run(readable(method))))).toBeLessThan(1e-13)
  })
})
