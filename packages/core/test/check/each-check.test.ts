import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { checkEmbedding, checkRealSeeds } from '../../src/check/embedding.ts'
import { checkHolomorphy } from '../../src/check/holomorphy.ts'
import { checkLinearity, checkTypes, checkUnits } from '../../src/check/linear-maps.ts'
import { subjectOf, type Subject } from '../../src/check/subject.ts'
import { combine, seededNormal, type Apply, type Values } from '../../src/check/values.ts'
import { checkRule, type CheckOptions } from '../../src/check/check-rule.ts'
import { customRule, type Rules } from '../../src/closed/custom-rule.ts'
import { RuleError } from '../../src/errors.ts'
import { add, mul, square } from '../../src/ops/arithmetic.ts'
import { abs2, complex, conj, real } from '../../src/ops/conjugation.ts'
import { exp, sin } from '../../src/ops/holomorphic.ts'
import { sum } from '../../src/ops/reduction.ts'
import { stopGradient } from '../../src/ops/stop-gradient.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const z = randomComplex([3], 1)

/** w = z² u, whose rules the tests break one by one. */
type Product = Rules<[Tensor, Tensor]>
const right: Product = {
  jvp: ([a, b], [aDot, bDot]) => add(mul(mul(2, mul(a, b)), aDot), mul(square(a), bDot)),
  vjp: ([a, b], _, bar) => [mul(conj(mul(2, mul(a, b))), bar), mul(conj(square(a)), bar)],
}
const product = (rules: Partial<Product> = {}): ((a: Tensor, b: Tensor) => Tensor) =>
  customRule((a: Tensor, b: Tensor) => mul(square(a), b), { ...right, ...rules })
const point = [randomComplex([2], 2), randomComplex([2], 3)]

describe('checkRule', () => {
  it('finds rounding alone in a right rule', () => {
    const { holomorphic, difference, ...defects } = checkRule(product(), point)
    expect(holomorphic).toBe(true)
    expect(difference).toBeLessThan(1e-9) // five points, numbers of order 1
    expect(Object.keys(defects).sort()).toEqual(['embedding', 'identity', 'linearity', 'symmetry', 'units'])
    for (const defect of Object.values(defects)) expect(defect).toBeLessThan(1e-14) // a few ε
  })

  it.each<[string, (z: Tensor) => Tensor | Tensor[], Tensor, boolean | undefined]>([
    ['exp', exp, z, true],
    ['a constant', () => tensor([1]), z, true],
    ['conj', conj, z, false],
    ['|z|², a real value', abs2, z, false],
    ['a pair of which one is holomorphic', (x) => [exp(x), conj(x)], z, false],
    ['a real argument', exp, randomReal([3], 1), undefined],
  ])('says whether the function is holomorphic: %s', (_, f, at, expected) => {
    expect(checkRule(f, [at]).holomorphic).toBe(expected)
  })

  it('asserts ∂f/∂z̄ = 0 where a function is declared holomorphic', () => {
    expect(checkRule(sin, [z], { holomorphic: true }).holomorphic).toBe(true)
    const error = errorOf(() => checkRule((x) => mul(x, conj(x)), [complex(3, 4)], { holomorphic: true }))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toBe(
      'checkRule: Cauchy–Riemann fails: |f_z̄| / (|f_z| + |f_z̄|) = 5.00e-1, expected at most 1e-11 for a function declared holomorphic.',
    )
    expect(errorOf(() => checkRule(abs2, [z], { holomorphic: true })).message).toMatch(
      /Cauchy–Riemann fails.* 5\.00e-1/,
    )
  })

  it('takes functions with options, lists of results, and points where nothing is left', () => {
    expect(checkRule((x: Tensor) => [sum(x), exp(x)], [randomComplex([0, 2], 1)]).identity).toBe(0)
    expect(checkRule(sum, [z]).holomorphic).toBe(true)
    expect(checkRule(() => [tensor([1])], []).identity).toBe(0)
  })

  it.each<[string, Partial<Product>, RegExp, CheckOptions?]>([
    [
      'a conjugate forgotten in the vjp',
      { vjp: ([a, b], _, bar) => [mul(mul(2, mul(a, b)), bar), mul(conj(square(a)), bar)] },
      /adjoint identity/,
    ],
    [
      'both rules wrong by the same factor',
      {
        jvp: (args, tangents, value) => mul(2, right.jvp(args, tangents, value)),
        vjp: (args, value, bar) => right.vjp(args, value, bar).map((x) => mul(2, x as Tensor)),
      },
      /jvp against five-point differences fails: relative defect .*e[+-]\d+, expected at most 1e-7\./,
    ],
    [
      'one argument without its tangent',
      { jvp: ([a, b], [aDot]) => mul(mul(2, mul(a, b)), aDot), vjp: (...all) => [right.vjp(...all)[0], undefined] },
      /five-point differences/,
    ],
    [
      'a tangent that is not linear',
      { jvp: (args, tangents, value) => add(right.jvp(args, tangents, value), abs2(tangents[0])) },
      /adjoint identity/,
    ],
    [
      'a jvp that cannot be differentiated',
      { jvp: ([a, b], [aDot, bDot]) => add(mul(stopGradient(mul(2, mul(a, b))), aDot), mul(square(a), bDot)) },
      /order 2, of the jvp: jvp against five-point differences/,
    ],
    [
      'a vjp that cannot be differentiated',
      { vjp: ([a, b], _, bar) => [mul(stopGradient(conj(mul(2, mul(a, b)))), bar), mul(conj(square(a)), bar)] },
      /order 2, of the vjp: jvp against five-point differences/,
    ],
    [
      'nestings of order 2 that disagree',
      { jvp: ([a, b], [aDot, bDot]) => add(mul(stopGradient(mul(2, mul(a, b))), aDot), mul(square(a), bDot)) },
      /order 2: forward over reverse = reverse over forward/,
      { differenceTolerance: 10 },
    ],
  ])('refuses %s', (_, rules, message, options) => {
    const error = errorOf(() => checkRule(product(rules), point, options))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(message)
  })

  it('refuses a function that is another one when it is traced', () => {
    const shifted = (x: Tensor): Tensor => (x.isTraced ? add(x, 1e-9) : x)
    expect(errorOf(() => checkRule(shifted, [z])).message).toMatch(/traced values = plain values fails/)
    const typed = (x: Tensor): Tensor => (x.isTraced ? x : complex(x))
    expect(errorOf(() => checkRule(typed, [randomReal([2], 1)])).message).toBe(
      'checkRule: traced value 0 is float64 [2], the plain one is complex128 [2].',
    )
  })
})

/** A right subject, of which one part is then replaced by a wrong one. */
const subject = (f: Apply, at: Values): Subject =>
  subjectOf(f, at, { random: seededNormal(1), what: '', tolerance: 1e-11 })
const apply: Apply = ([a, b]) => [mul(square(a), conj(b))]
const sound = subject(apply, point)

describe('each check of checkRule by itself', () => {
  it('accepts a sound subject', () => {
    expect(checkLinearity(sound)).toBeLessThan(1e-14) // a few ε
    expect(checkUnits(sound)).toBeLessThan(1e-14)
    expect(checkEmbedding(sound)).toBeLessThan(1e-14)
    expect(checkHolomorphy(sound, false)).toBe(false)
    expect(() => [checkTypes(sound), checkRealSeeds(sound)]).not.toThrow()
  })

  it.each<[string, (s: Subject) => unknown, Partial<Subject>, RegExp]>([
    [
      'a vjp that is not additive',
      checkLinearity,
      { pull: (w) => sound.pull(w.map((x) => mul(x, abs2(x)))) },
      /real-linearity of the vjp fails/,
    ],
    [
      'a jvp that is not additive',
      checkLinearity,
      { push: (d) => sound.push(d.map((x) => mul(x, abs2(x)))) },
      /real-linearity of the jvp fails/,
    ],
    [
      'a jvp that is wrong along i alone',
      checkUnits,
      { push: (d) => sound.push(d).map((x) => (d[0].data.includes(1) ? mul(2, x) : x)) },
      /tangents \{1, i\} against cotangents \{1, i\} fails/,
    ],
    [
      'a value that its real embedding does not have',
      checkEmbedding,
      { value: sound.value.map((x) => add(x, 1e-9)) },
      /real embedding, values fails/,
    ],
    [
      'a tangent that its real embedding does not have',
      checkEmbedding,
      { tangent: sound.tangent.map(conj) },
      /real embedding, jvp fails/,
    ],
    [
      'a cotangent that its real embedding does not have',
      checkEmbedding,
      { cotangent: sound.cotangent.map(conj) },
      /real embedding, vjp fails/,
    ],
    [
      'a vjp that takes a real seed for another one than the complex one',
      checkRealSeeds,
      { pull: (w) => sound.pull(w.map((x) => (x.dtype === 'float64' ? mul(2, x) : x))) },
      /real cotangent = complex one without imaginary part fails/,
    ],
    [
      'a jvp that takes a real tangent for another one than the complex one',
      checkRealSeeds,
      { push: (d) => sound.push(d.map((x) => (x.dtype === 'float64' ? mul(2, x) : x))) },
      /real tangent = complex one without imaginary part fails/,
    ],
    [
      'a cotangent that is complex for a real argument',
      checkTypes,
      { point: point.map(real), f: () => sound.value },
      /cotangent 0 is complex128 \[2\], its argument is float64 \[2\]/,
    ],
    [
      'a tangent of another shape',
      checkTypes,
      { tangent: [sum(sound.tangent[0])] },
      /tangent 0 is complex128 \[\], its value is complex128 \[2\]/,
    ],
    [
      'complex factors that pass through the vjp alone',
      (s) => checkHolomorphy(s, false),
      { pull: (w) => [w[0], w[0]] },
      /complex factors pass through the vjp but not through the jvp: f_z̄ has weight .* in the jvp and 0\.00e\+0 in the vjp\. Both must vanish, or neither\./,
    ],
  ])('refuses %s', (_, check, wrong, message) => {
    const error = errorOf(() => check({ ...sound, ...wrong }))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(message)
  })

  it('refuses a vjp of a holomorphic function through which complex factors do not pass', () => {
    const holomorphic = subject(([x]) => [exp(x)], [z])
    expect(checkHolomorphy(holomorphic, true)).toBe(true)
    const error = errorOf(() => checkHolomorphy({ ...holomorphic, pull: (w) => holomorphic.pull(w).map(conj) }, false))
    expect(error.message).toMatch(/pass through the jvp but not through the vjp/)
  })
})

describe('the numbers of a check', () => {
  it('are combined as plain ones', () => {
    expect(maxDifference(combine(2, tensor([1, 2]), -1, tensor([1, 1])), tensor([1, 3]))).toBe(0)
  })
})
