import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { compiled } from '../compile/compiled.ts'
import { emitJs } from '../../src/scalar/emit-js.ts'
import { runScalarProgram } from '../../src/scalar/run-scalar.ts'
import { binaryFunctions, unaryFunctions } from '../../src/scalar/scalar-operations.ts'
import { operandsOf, ScalarProgram, type Scalar } from '../../src/scalar/scalar-program.ts'

/** One way to build a value, and what it is for inputs a, b, c in plain arithmetic. */
interface Built {
  readonly build: (s: ScalarProgram) => Scalar
  readonly value: (inputs: readonly number[]) => number
}

const constantOf = (x: number): Built => ({ build: (s) => s.constant(x), value: () => x })
const inputOf = (i: number): Built => ({ build: (s) => s.input(0, i), value: (inputs) => inputs[i] })

const binary = (
  build: (s: ScalarProgram, a: Scalar, b: Scalar) => Scalar,
  value: (a: number, b: number) => number,
  [a, b]: readonly Built[],
): Built => ({ build: (s) => build(s, a.build(s), b.build(s)), value: (x) => value(a.value(x), b.value(x)) })

const select = ([condition, a, b]: readonly Built[]): Built => ({
  build: (s) => s.select(condition.build(s), a.build(s), b.build(s)),
  value: (x) => (condition.value(x) === 0 ? b.value(x) : a.value(x)),
})

const program = fc.letrec<{ node: Built }>((tie) => {
  const two = fc.tuple(tie('node'), tie('node'))
  return {
    node: fc.oneof(
      { maxDepth: 7, depthSize: 'medium' },
      fc.constantFrom(-2, -1, -0.5, 0, 0.3, 1, 2, 8).map(constantOf),
      fc.nat(2).map(inputOf),
      two.map((ab) =>
        binary(
          (s, a, b) => s.add(a, b),
          (a, b) => a + b,
          ab,
        ),
      ),
      two.map((ab) =>
        binary(
          (s, a, b) => s.sub(a, b),
          (a, b) => a - b,
          ab,
        ),
      ),
      two.map((ab) =>
        binary(
          (s, a, b) => s.mul(a, b),
          (a, b) => a * b,
          ab,
        ),
      ),
      two.map((ab) =>
        binary(
          (s, a, b) => s.less(a, b),
          (a, b) => (a < b ? 1 : 0),
          ab,
        ),
      ),
      two.map((ab) =>
        binary(
          (s, a, b) => s.equal(a, b),
          (a, b) => (a === b ? 1 : 0),
          ab,
        ),
      ),
      two.map((ab) => binary((s, a, b) => s.call2('max', a, b), Math.max, ab)),
      two.map((ab) => binary((s, a, b) => s.call2('hypot', a, b), Math.hypot, ab)),
      two.map((ab) =>
        binary(
          (s, a, b) => s.div(a, s.add(s.constant(1), s.mul(b, b))),
          (a, b) => a / (1 + b * b),
          ab,
        ),
      ),
      fc.tuple(tie('node'), tie('node'), tie('node')).map(select),
      tie('node').map((a): Built => ({ build: (s) => s.neg(a.build(s)), value: (x) => -a.value(x) })),
      fc
        .tuple(fc.constantFrom('sin', 'cos', 'tanh', 'abs', 'atan'), tie('node'))
        .map(([name, a]): Built => ({ build: (s) => s.call(name, a.build(s)), value: (x) => Math[name](a.value(x)) })),
    ),
  }
}).node

const interpreted = (s: ScalarProgram, outputs: readonly Scalar[], inputs: readonly number[]): number[] => {
  const out = new Float64Array(outputs.length)
  runScalarProgram(s, outputs)((_, offset) => inputs[offset], out)
  return [...out]
}

const generated = (s: ScalarProgram, outputs: readonly Scalar[], inputs: readonly number[]): number[] => {
  const stores = outputs.map((value, i) => ({ target: `out[${i}]`, value }))
  const { text } = emitJs(s, (_, offset) => `x[${offset}]`, stores)
  const out = new Float64Array(outputs.length)
  compiled(['x', 'out'], text)(inputs, out)
  return [...out]
}

describe('a scalar program', () => {
  it('computes what the expressions say, interpreted and as generated code', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(program, { minLength: 1, maxLength: 4 }),
        fc.tuple(number, number, number),
        (built, inputs) => {
          const s = new ScalarProgram()
          const outputs = built.map(({ build }) => build(s))
          const expected = built.map(({ value }) => value(inputs))
          fc.pre(expected.every((x) => Math.abs(x) < 1e6))
          const found = interpreted(s, outputs, inputs)
          expect(generated(s, outputs, inputs)).toEqual(found)
          // Simplification reorders factors and signs, and `less` may see the rounding: a comparison may then fall either way.
          const apart = found.map((x, i) => Math.abs(x - expected[i]) / (1 + Math.abs(expected[i])))
          expect(Math.max(...apart)).toBeLessThan(1e-9)
        },
      ),
      { numRuns: 300, seed: 3 },
    )
  })

  it('shares equal expressions, whatever the order of commuting operands', () => {
    const s = new ScalarProgram()
    const [a, b] = [s.input(0, 0), s.input(0, 1)]
    expect(s.add(a, b)).toBe(s.add(b, a))
    expect(s.mul(a, b)).toBe(s.mul(b, a))
    expect(s.equal(a, b)).toBe(s.equal(b, a))
    expect(s.call('sin', s.add(a, b))).toBe(s.call('sin', s.add(b, a)))
    expect(s.sub(a, b)).not.toBe(s.sub(b, a))
    expect(s.input(0, 0)).toBe(a)
    expect(s.input(1, 0)).not.toBe(a)
    expect(s.constant(-0)).toBe(s.minusZero) // its sign chooses the side of a branch cut
    expect(s.constant(NaN)).toBe(s.constant(NaN))
  })

  it('keeps sharing while its table grows', () => {
    const s = new ScalarProgram()
    const sums = Array.from({ length: 5000 }, (_, i) => s.mul(s.input(0, i), s.input(0, i + 1)))
    const { size } = s
    expect(Array.from({ length: 5000 }, (_, i) => s.mul(s.input(0, i + 1), s.input(0, i)))).toEqual(sums)
    expect(s.size).toBe(size)
  })

  it.each<[string, (s: ScalarProgram, a: Scalar, b: Scalar) => readonly [Scalar, Scalar]]>([
    ['a + 0 = a', (s, a) => [s.add(a, s.zero), a]],
    ['0 + a = a', (s, a) => [s.add(s.zero, a), a]],
    ['a − 0 = a', (s, a) => [s.sub(a, s.zero), a]],
    ['0 − a = −a', (s, a) => [s.sub(s.zero, a), s.neg(a)]],
    ['a − a = 0', (s, a) => [s.sub(a, a), s.zero]],
    ['a + (−b) = a − b', (s, a, b) => [s.add(a, s.neg(b)), s.sub(a, b)]],
    ['(−a) + b = b − a', (s, a, b) => [s.add(s.neg(a), b), s.sub(b, a)]],
    ['a − (−b) = a + b', (s, a, b) => [s.sub(a, s.neg(b)), s.add(a, b)]],
    ['−(−a) = a', (s, a) => [s.neg(s.neg(a)), a]],
    ['−(a − b) = b − a', (s, a, b) => [s.neg(s.sub(a, b)), s.sub(b, a)]],
    ['0 a = 0', (s, a) => [s.mul(s.zero, a), s.zero]],
    ['a 1 = a', (s, a) => [s.mul(a, s.one), a]],
    ['−1 a = −a', (s, a) => [s.mul(s.constant(-1), a), s.neg(a)]],
    ['(−a) b = −(a b)', (s, a, b) => [s.mul(s.neg(a), b), s.neg(s.mul(a, b))]],
    ['(−a)(−b) = a b', (s, a, b) => [s.mul(s.neg(a), s.neg(b)), s.mul(a, b)]],
    ['2 (3 a) = 6 a', (s, a) => [s.mul(s.constant(2), s.mul(s.constant(3), a)), s.mul(s.constant(6), a)]],
    ['2 (−a) = −2 a', (s, a) => [s.mul(s.constant(2), s.neg(a)), s.mul(s.constant(-2), a)]],
    ['a / 1 = a', (s, a) => [s.div(a, s.one), a]],
    ['0 / a = 0', (s, a) => [s.div(s.zero, a), s.zero]],
    ['a / 4 = 0.25 a, exactly', (s, a) => [s.div(a, s.constant(4)), s.mul(s.constant(0.25), a)]],
    ['a < a is 0', (s, a) => [s.less(a, a), s.zero]],
    ['a select of equals is that', (s, a, b) => [s.select(b, a, a), a]],
    ['a constant condition chooses', (s, a, b) => [s.select(s.one, a, b), a]],
    ['a condition 0 chooses the other', (s, a, b) => [s.select(s.zero, a, b), b]],
    ['cos(−a) = cos a', (s, a) => [s.call('cos', s.neg(a)), s.call('cos', a)]],
    ['sin(−a) = −sin a', (s, a) => [s.call('sin', s.neg(a)), s.neg(s.call('sin', a))]],
    ['|−a| = |a|', (s, a) => [s.call('abs', s.neg(a)), s.call('abs', a)]],
    ['hypot(a, 0) = |a|', (s, a) => [s.call2('hypot', a, s.zero), s.call('abs', a)]],
    ['hypot(0, a) = |a|', (s, a) => [s.call2('hypot', s.zero, a), s.call('abs', a)]],
    ['constants are folded', (s) => [s.add(s.constant(2), s.mul(s.constant(3), s.constant(4))), s.constant(14)]],
    ['functions of constants are folded', (s) => [s.call2('atan2', s.one, s.zero), s.constant(Math.PI / 2)]],
    ['comparisons of constants are folded', (s) => [s.less(s.one, s.constant(2)), s.one]],
  ])('simplifies: %s', (_, identity) => {
    const s = new ScalarProgram()
    const [found, expected] = identity(s, s.input(0, 0), s.input(0, 1))
    expect(found).toBe(expected)
  })

  it('keeps a / 3, which no product equals exactly', () => {
    const s = new ScalarProgram()
    expect(s.operation(s.div(s.input(0, 0), s.constant(3)))).toBe('div')
  })

  it.each([
    [1e200, 1e200, 1e-300],
    [1e-200, 1e-200, 1e300],
    [-1e-160, 1e-160, 1e200],
  ])('does not fold %d (%d a) to a constant that overflows or underflows', (first, second, a) => {
    const s = new ScalarProgram()
    const x = s.mul(s.constant(first), s.mul(s.constant(second), s.input(0, 0)))
    expect(interpreted(s, [x], [a])[0]).toBe(first * (second * a))
  })

  it('does not assume that a value equals itself, which NaN does not', () => {
    const s = new ScalarProgram()
    expect(interpreted(s, [s.equal(s.input(0, 0), s.input(0, 0))], [NaN])).toEqual([0])
  })

  it('lists the operands that are values', () => {
    const s = new ScalarProgram()
    const [a, b, c] = [0, 1, 2].map((i) => s.input(0, i))
    expect(operandsOf(s, s.select(a, b, c))).toEqual([a, b, c])
    expect(operandsOf(s, s.call('exp', a))).toEqual([a])
    expect(operandsOf(s, a)).toEqual([])
  })
})

describe('every function of one or two numbers', () => {
  it.each(unaryFunctions)('is the Math function %s in both ways to run', (name) => {
    const s = new ScalarProgram()
    const outputs = [s.call(name, s.input(0, 0)), s.call(name, s.neg(s.input(0, 0)))]
    for (const x of [0.3, 1.7]) {
      const expected = [Math[name](x), Math[name](-x)]
      expect(interpreted(s, outputs, [x])).toEqual(expected)
      expect(generated(s, outputs, [x])).toEqual(expected)
    }
  })

  it.each(binaryFunctions)('is the Math function %s in both ways to run', (name) => {
    const s = new ScalarProgram()
    const output = s.call2(name, s.input(0, 0), s.input(0, 1))
    expect(interpreted(s, [output], [0.3, 2])).toEqual([Math[name](0.3, 2)])
    expect(generated(s, [output], [0.3, 2])).toEqual([Math[name](0.3, 2)])
  })
})
