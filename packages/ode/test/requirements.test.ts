import {
  abs2,
  ArgumentError,
  CadError,
  complex,
  DtypeError,
  grad,
  jit,
  mul,
  ShapeError,
  sum,
  tensor,
  TracingError,
  zeros,
  type Tensor,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { rk4, solveIvp, tsit5, type Method, type Problem, type SolveOptions } from '../src/index.ts'

const decay = (_t: Tensor, y: Tensor): Tensor => mul(-1, y)
const two = tensor([1, 2])

/** A solve with one thing wrong. */
const withOptions = (options: SolveOptions<unknown>) => (): unknown => solveIvp<unknown>(decay, [0, 1], two, options)

/** What JavaScript callers may pass although the types forbid it. */
const untyped = solveIvp as (...args: readonly unknown[]) => unknown

interface BadInput {
  readonly what: string
  readonly run: () => unknown
  readonly error: new (message: string) => CadError
  /** The parts of the message: what was expected, what was got, what to do. */
  readonly says: readonly string[]
}

const values: readonly BadInput[] = [
  {
    what: 'no right-hand side',
    run: () => untyped(undefined, [0, 1], two),
    error: ArgumentError,
    says: ['solveIvp: expected the right-hand side as a function', 'got undefined'],
  },
  {
    what: 'a span that is no list',
    run: () => untyped(decay, 1, two),
    error: ArgumentError,
    says: ['the span must be a list [t0, t1]', 'got 1'],
  },
  {
    what: 'a method by name',
    run: () => untyped(decay, [0, 1], two, { method: 'rk45' }),
    error: ArgumentError,
    says: ['the method must be one such as tsit5', "got the string 'rk45'", 'Import it'],
  },
  {
    what: 'one time instead of a list',
    run: () => untyped(decay, [0, 1], two, { saveAt: 0.5 }),
    error: DtypeError,
    says: ['saveAt must be a list of times', 'got 0.5', 'write [t]'],
  },
  {
    what: 'a tolerance as text',
    run: () => untyped(decay, [0, 1], two, { rtol: '1e-3' }),
    error: ArgumentError,
    says: ['rtol must be a positive number', "got the string '1e-3'"],
  },
  {
    what: 'NaN in a real y0',
    run: () => solveIvp(decay, [0, 1], tensor([1, 2, NaN])),
    error: ArgumentError,
    says: ['y0 must be finite', 'got NaN in element 2', 'Check where it comes from'],
  },
  {
    what: 'an infinite imaginary part in y0',
    run: () => solveIvp(decay, [0, 1], tensor([complex(1), complex(0, -Infinity)])),
    error: ArgumentError,
    says: ['y0 must be finite', 'got -Infinity in element 1'],
  },
  {
    what: 'NaN in args',
    run: () => solveIvp(decay, [0, 1], 1, { args: { rates: [tensor(1), tensor([0, NaN])] } }),
    error: ArgumentError,
    says: ['args.rates[1] must be finite', 'got NaN in element 1'],
  },
  {
    what: 'an infinite number as args',
    run: () => solveIvp<Tensor>(decay, [0, 1], 1, { args: Infinity as never }),
    error: ArgumentError,
    says: ['args must be finite', 'got Infinity'],
  },
  {
    what: 'NaN in the span',
    run: () => solveIvp(decay, [0, NaN], 1),
    error: ArgumentError,
    says: ['two finite numbers [t0, t1]', 'got [0, NaN]'],
  },
  {
    what: 'an infinite span',
    run: () => solveIvp(decay, [-Infinity, 0], 1),
    error: ArgumentError,
    says: ['two finite numbers [t0, t1]', 'got [-Infinity, 0]'],
  },
  {
    what: 'unsorted saved times',
    run: withOptions({ saveAt: [0.5, 0.2] }),
    error: ArgumentError,
    says: ['sorted from t0 = 0 to t1 = 1', 'got 0.2 at position 1 after 0.5', 'Sort the times'],
  },
  {
    what: 'saved times after t1',
    run: withOptions({ saveAt: [0.5, 1.2] }),
    error: ArgumentError,
    says: ['lie inside', 'got 1.2 at position 1', 'widen the span'],
  },
  { what: 'saved times before t0', run: withOptions({ saveAt: [-0.1] }), error: ArgumentError, says: ['got -0.1'] },
  { what: 'NaN among the saved times', run: withOptions({ saveAt: [NaN] }), error: ArgumentError, says: ['got NaN'] },
  {
    what: 'saved times against the direction of time',
    run: () => solveIvp(decay, [1, 0], two, { saveAt: [0.2, 0.5] }),
    error: ArgumentError,
    says: ['from t0 = 1 to t1 = 0', 'got 0.5'],
  },
  {
    what: 'complex saved times',
    run: withOptions({ saveAt: tensor([complex(0, 1)]) }),
    error: DtypeError,
    says: ['list of real times', 'complex128'],
  },
  {
    what: 'saved times of shape []',
    run: withOptions({ saveAt: tensor(0.5) }),
    error: DtypeError,
    says: ['list of real times', 'float64 []'],
  },
]

const options: readonly BadInput[] = [
  {
    what: 'a negative rtol',
    run: withOptions({ rtol: -1e-3 }),
    error: ArgumentError,
    says: ['rtol must be a positive number', 'got -0.001'],
  },
  { what: 'rtol NaN', run: withOptions({ rtol: NaN }), error: ArgumentError, says: ['rtol', 'got NaN'] },
  { what: 'maxStep 0', run: withOptions({ maxStep: 0 }), error: ArgumentError, says: ['maxStep', 'got 0'] },
  { what: 'maxSteps −1', run: withOptions({ maxSteps: -1 }), error: ArgumentError, says: ['maxSteps', 'got -1'] },
  {
    what: 'a firstStep against time',
    run: withOptions({ firstStep: -0.1 }),
    error: ArgumentError,
    says: ['firstStep', 'got -0.1'],
  },
  {
    what: 'atol of the wrong size',
    run: withOptions({ atol: tensor([1, 1, 1]) }),
    error: ArgumentError,
    says: ['one number or one for each of the 2 components', 'got 3'],
  },
  {
    what: 'a negative atol',
    run: withOptions({ atol: tensor([1, -2]) }),
    error: DtypeError,
    says: ['atol must be real and ≥ 0', '[1, -2]'],
  },
  {
    what: 'a complex atol',
    run: withOptions({ atol: complex(1, 1) }),
    error: DtypeError,
    says: ['atol must be real', 'complex128'],
  },
  {
    what: 'atol for other parts than y0 has',
    run: withOptions({ atol: { position: 1e-9, velocity: 1e-9 } }),
    error: ArgumentError,
    says: ['one number or one for each of the 2 components', 'got 2 numbers in 2 parts'],
  },
  {
    what: 'a switch time after t1',
    run: withOptions({ switchTimes: [0.5, 1.5] }),
    error: ArgumentError,
    says: ['switchTimes must be sorted from t0 = 0 to t1 = 1', 'got 1.5 at position 1 after 0.5', 'Sort them'],
  },
  {
    what: 'a switch time at t0',
    run: withOptions({ switchTimes: [0] }),
    error: ArgumentError,
    says: ['lie strictly between', 'got 0 at position 0 after 0'],
  },
  {
    what: 'switch times that are equal',
    run: withOptions({ switchTimes: [0.5, 0.5] }),
    error: ArgumentError,
    says: ['differ', 'got 0.5 at position 1 after 0.5'],
  },
  {
    what: 'a switch time alone',
    run: withOptions({ switchTimes: 0.5 as never }),
    error: DtypeError,
    says: ['switchTimes must be a list of times', 'write [t]'],
  },
  {
    what: 'an infinite firstStep',
    run: withOptions({ firstStep: Infinity }),
    error: ArgumentError,
    says: ['firstStep must be finite', 'Leave it out'],
  },
  {
    what: 'a controller without its numbers',
    run: withOptions({ controller: {} as never }),
    error: ArgumentError,
    says: ['the controller must have safety', 'got undefined', 'piController'],
  },
  {
    what: 'a controller with NaN',
    run: withOptions({ controller: { safety: 0.9, minFactor: NaN, maxFactor: 5, beta: 0 } }),
    error: ArgumentError,
    says: ['the controller must have minFactor', 'got NaN'],
  },
  {
    what: 'a span of two roundings',
    run: () => solveIvp(decay, [1e16, 1e16 + 4], two),
    error: ArgumentError,
    says: ['so short beside its times that no steps fit', 'Count time from'],
  },
  {
    what: 'rk4 without firstStep',
    run: withOptions({ method: rk4 }),
    error: ArgumentError,
    says: ['rk4 has no error estimate', 'got no firstStep', 'Pass firstStep, or use tsit5'],
  },
]

const rightHandSides: readonly BadInput[] = [
  {
    what: 'of the wrong shape',
    run: () => solveIvp((_t, y) => sum(y), [0, 1], two),
    error: ShapeError,
    says: ['the shape of y0, [2]', 'gave []', 'Return dy/dt for every component of y'],
  },
  {
    what: 'of too large a shape',
    run: () => solveIvp(() => zeros([2, 2]), [0, 1], two),
    error: ShapeError,
    says: ['[2]', 'gave [2, 2]'],
  },
  {
    what: 'that asks for a value',
    run: () => solveIvp((_t, y) => mul(y.item() as number, y), [0, 1], 1),
    error: TracingError,
    says: ['asked for the value', 'right-hand side', 'where(mask, a, b)'],
  },
  {
    what: 'that asks for the time',
    run: () => solveIvp((t, y) => (t.data[0] > 1 ? y : mul(2, y)), [0, 1], 1),
    error: TracingError,
    says: ['asked for the value', 'where(mask, a, b)'],
  },
  {
    what: 'that builds a tensor from traced ones',
    run: () => solveIvp((_t, y) => tensor([y, 1]), [0, 1], two),
    error: CadError,
    says: ['tensor:'],
  },
  {
    what: 'that gives nothing',
    run: () => untyped(() => undefined, [0, 1], 1),
    error: DtypeError,
    says: ['solveIvp', 'expected tensors, numbers', 'got undefined'],
  },
  {
    what: 'that gives null',
    run: () => untyped(() => null, [0, 1], 1),
    error: DtypeError,
    says: ['solveIvp', 'expected tensors, numbers', 'got null'],
  },
  {
    what: 'that gives an array',
    run: () => untyped((_t: Tensor, y: Tensor) => [y, y], [0, 1], two),
    error: ShapeError,
    says: ['solveIvp: the right-hand side must give a tree like y0, •', 'gave [•, •]', 'Return dy/dt'],
  },
  {
    what: 'that gives a string',
    run: () => untyped(() => 'y', [0, 1], 1),
    error: DtypeError,
    says: ['solveIvp', "got the string 'y'"],
  },
]

const kinds: readonly BadInput[] = [
  {
    what: 'a string as y0',
    run: () => untyped(decay, [0, 1], '1'),
    error: DtypeError,
    says: ['solveIvp: expected tensors, numbers', "got the string '1'"],
  },
  {
    what: 'an array as y0',
    run: () => untyped(decay, [0, 1], [1, 2]),
    error: DtypeError,
    says: ['got an array of length 2', 'use tensor([...])'],
  },
  {
    what: 'a string in args',
    run: () => untyped(decay, [0, 1], 1, { args: { kind: 'fast' } }),
    error: DtypeError,
    says: ['solveIvp', "got the string 'fast' at .kind", 'in a closure'],
  },
  {
    what: 'a string as atol',
    run: () => untyped(decay, [0, 1], 1, { atol: 'tight' }),
    error: DtypeError,
    says: ['solveIvp', "got the string 'tight'"],
  },
  {
    what: 'strings in the span',
    run: () => untyped(decay, ['0', '1'], 1),
    error: ArgumentError,
    says: ['two real numbers', "got the string '0'"],
  },
]

describe.each([
  ['a value', values],
  ['an option', options],
  ['a right-hand side', rightHandSides],
  ['the kind of an argument', kinds],
] as const)('%s that does not fit', (_group, cases) => {
  it.each(cases)('is a typed error that says what to do: $what', ({ run, error, says }) => {
    expect(run).toThrow(error)
    for (const part of says) expect(run).toThrow(part)
  })
})

describe('times that are known only later', () => {
  it('are checked when the solve runs', () => {
    const end = (t1: Tensor): Tensor => sum(solveIvp(decay, [0, t1], two, { saveAt: [0.5], switchTimes: [0.7] }).ys)
    const compiled = jit(end)
    expect(compiled(tensor(1)).shape).toEqual([])
    expect(() => compiled(tensor(0.6))).toThrow('switchTimes must be sorted from t0 = 0 to t1 = 0.6')
    expect(() => grad(end)(tensor(0.4))).toThrow(ArgumentError)
    const at = jit((times: Tensor) => solveIvp(decay, [0, 1], two, { saveAt: times }).ys)
    expect(() => at(tensor([0.9, 1.1]))).toThrow('saveAt must be sorted from t0 = 0 to t1 = 1')
  })

  it('may be beyond the end by a rounding', () => {
    const { ts, ys } = solveIvp(decay, [0, 0.3], two, { saveAt: [0.1 + 0.1 + 0.1] })
    expect([ts.data[0], ys.shape]).toEqual([0.1 + 0.1 + 0.1, [1, 2]])
  })
})

describe('a method that does not fit its problem', () => {
  const linearOnly: Method<'linear'> = { ...tsit5, name: 'forLinear', kinds: ['linear'], prepare: () => never() }
  const never = (): never => {
    throw new Error('a method that was refused is not prepared')
  }

  it('is refused by its type, and without types by an error that names both kinds', () => {
    // @ts-expect-error a method for linear problems
    const run = (): unknown => solveIvp(decay, [0, 1], two, { method: linearOnly })
    expect(run).toThrow(ArgumentError)
    expect(run).toThrow('forLinear solves linear problems, got a general one')
  })

  it('is none of the kind of its problem, or of all kinds', () => {
    const linear: Problem<'linear', undefined, Tensor> = { kind: 'linear', f: decay }
    expect(() => solveIvp(linear, [0, 1], two, { method: linearOnly })).toThrow('a method that was refused')
    expect(solveIvp(linear, [0, 1], two, { method: tsit5 }).ys.data).toEqual(solveIvp(decay, [0, 1], two).ys.data)
  })
})

describe('values that are known only later', () => {
  it('are checked when a compiled function runs', () => {
    const compiled = jit((y: Tensor) => solveIvp(decay, [0, 1], y).ys)
    expect(() => compiled(tensor([NaN, 1]))).toThrow(CadError)
    expect(compiled(two).shape).toEqual([1, 2])
  })

  it('are checked inside grad as well', () => {
    const loss = (a: Tensor): Tensor => sum(abs2(solveIvp<Tensor>((_t, y, p) => mul(p, y), [0, 1], 1, { args: a }).ys))
    expect(() => grad(loss)(tensor(NaN))).toThrow('args must be finite')
  })
})
