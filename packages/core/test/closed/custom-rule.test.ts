import { maxDifference, randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { checkRule } from '../../src/check/check-rule.ts'
import { jit } from '../../src/closed/jit.ts'
import { customRule, type Rules } from '../../src/closed/custom-rule.ts'
import { DtypeError, RuleError, TracingError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { abs2, conj, real } from '../../src/ops/conjugation.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { norm } from '../../src/ops/norm.ts'
import { sum } from '../../src/ops/reduction.ts'
import { tensor, toTensor, type Tensor, type TensorLike } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { wirtinger } from '../../src/transformations/wirtinger.ts'
import { errorOf } from '../error-of.ts'

/** a conj(b) by rules of its own, which count how often they run. */
function countedProduct(): { f: (a: TensorLike, b: TensorLike) => Tensor; calls: { jvp: number; vjp: number } } {
  const calls = { jvp: 0, vjp: 0 }
  const f = customRule((a: TensorLike, b: TensorLike) => mul(a, conj(b)), {
    jvp: ([a, b], [aDot, bDot]) => {
      calls.jvp++
      return add(mul(aDot, conj(b)), mul(a, conj(bDot)))
    },
    // ⟨w̄, ȧ conj b + a conj ḃ⟩ = ⟨b w̄, ȧ⟩ + ⟨a conj w̄, ḃ⟩
    vjp: ([a, b], _value, w) => {
      calls.vjp++
      return [mul(b, w), mul(a, conj(w))]
    },
  })
  return { f, calls }
}

const plain = (a: Tensor, b: Tensor): Tensor => mul(a, conj(b))
const [a, b] = [randomComplex([3], 1), randomComplex([3], 2)]

describe('customRule', () => {
  it('uses its own rules, in forward and in reverse mode', () => {
    const { f, calls } = countedProduct()
    expect(maxDifference(f(a, b), plain(a, b))).toBe(0)
    expect(calls).toEqual({ jvp: 0, vjp: 0 })
    jvp((x: Tensor) => f(x, b))(a, a)
    expect(calls).toEqual({ jvp: 1, vjp: 0 })
    grad((x: Tensor) => sum(abs2(f(x, b))))(a)
    expect(calls).toEqual({ jvp: 1, vjp: 1 })
  })

  it('may have a rule that is none of its function: it is the rule that counts', () => {
    const straightThrough = customRule((x: TensorLike) => mul(x, 0), { jvp: (_, [dx]) => dx, vjp: (_, _v, w) => [w] })
    expect(grad((x: Tensor) => straightThrough(x))(3).item()).toBe(1)
    expect(jvp((x: Tensor) => straightThrough(x))(3, 5).tangent.item()).toBe(5)
  })

  it('passes checkRule with order 2, eager and compiled', () => {
    const { f } = countedProduct()
    checkRule((x, y) => f(x, y), [a, b])
    checkRule(
      jit((x: Tensor, y: Tensor) => f(x, y)),
      [a, b],
    )
    checkRule((x) => f(x, exp(x)), [a])
    checkRule((x, y) => f(x, y), [1.5, { re: 2, im: -1 }])
  })

  it('has derivatives of derivatives equal to those of the traced function', () => {
    const { f } = countedProduct()
    const loss =
      (g: (x: Tensor, y: Tensor) => Tensor) =>
      (x: Tensor): Tensor =>
        real(sum(mul(g(x, b), g(b, exp(x)))))
    const second = (g: (x: Tensor, y: Tensor) => Tensor): Tensor => jvp(grad(loss(g)))(a, b).tangent
    expect(relativeDifference(second(f), second(plain))).toBeLessThan(1e-14) // the same products in another order
    const reverse = (g: (x: Tensor, y: Tensor) => Tensor): Tensor => grad((x: Tensor) => sum(abs2(grad(loss(g))(x))))(a)
    expect(relativeDifference(reverse(f), reverse(plain))).toBeLessThan(1e-14)
  })

  it('is one node that is compiled with the rest', () => {
    const { f } = countedProduct()
    const g = jit((x: Tensor, y: Tensor) => exp(f(x, y)))
    expect(relativeDifference(g(a, b), exp(plain(a, b)))).toBeLessThan(1e-15)
    expect(wirtinger((x) => g(x, b))(a).dz.shape).toEqual([3, 3])
  })

  it('runs by kernels under jit where its function has no scalar form', () => {
    const length = customRule((x: TensorLike) => norm(x), {
      jvp: ([x], [dx], value) => mul(real(sum(mul(conj(x), dx))), 1 / Number(value.item())),
      vjp: ([x], value, w) => [mul(mul(w, x), 1 / Number(value.item()))],
    })
    expect(jit((x: Tensor) => length(x))(tensor([3, 4])).item()).toBe(5)
  })

  it('gives missing tangents as zeros and takes missing cotangents', () => {
    const first = customRule((x: TensorLike, _y: TensorLike) => mul(x, 2), {
      jvp: (_, [dx, dy]) => add(mul(2, dx), mul(0, dy)),
      vjp: (_args, _value, w) => [mul(2, w), undefined],
    })
    expect(jvp((x: Tensor) => first(x, b))(a, a).tangent.shape).toEqual([3])
    const gradient = grad(({ x, y }: { x: Tensor; y: Tensor }) => real(first(x, y)))({ x: 1, y: 2 })
    expect([gradient.x.item(), gradient.y.item()]).toEqual([2, 0])
  })

  it('projects what its rules give onto real arguments and values', () => {
    const f = customRule((x: TensorLike) => mul(x, 3), {
      jvp: (_, [dx]) => mul({ re: 3, im: 7 }, dx),
      vjp: (_args, _value, w) => [mul({ re: 3, im: 7 }, w)],
    })
    expect(grad((x: Tensor) => f(x))(1).item()).toBe(3)
    expect(jvp((x: Tensor) => f(x))(1, 1).tangent.item()).toBe(3)
  })
})

const identityRules: Rules = { jvp: (_, [dx]) => dx, vjp: (_args, _value, w) => [w] }

describe('a wrong rule', () => {
  const withRules = (rules: Partial<Rules>): ((x: Tensor) => Tensor) =>
    customRule((x: Tensor) => mul(x, 1), { ...identityRules, ...rules })

  it.each<[string, Partial<Rules>, RegExp]>([
    [
      'too few cotangents',
      { vjp: () => [] },
      /customRule: vjp must give a list of 1 cotangents, one for each argument, got 0/,
    ],
    [
      'no list',
      { vjp: (_a, _v, w) => w as never },
      /customRule: vjp must give a list of 1 cotangents.*got Tensor\(float64/,
    ],
    [
      'the wrong shape',
      { vjp: (_a, _v, w) => [sum(w)] },
      /customRule: vjp gave a cotangent of argument 0 of type float64 \[\], expected float64 \[2\]/,
    ],
  ])('that gives %s is named by the pullback', (_, rules, message) => {
    const error = errorOf(() => grad((x: Tensor) => sum(withRules(rules)(x)))(tensor([1, 2])))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(message)
  })

  it('that gives a tangent of the wrong shape is named by the jvp', () => {
    const error = errorOf(() => jvp(withRules({ jvp: (_, [dx]) => sum(dx) }))(tensor([1, 2]), tensor([1, 1])))
    expect(error).toBeInstanceOf(RuleError)
    expect(error.message).toMatch(
      /customRule: jvp gave a tangent of the value of type float64 \[\], expected float64 \[2\]/,
    )
  })

  it('that gives nothing is named', () => {
    const error = errorOf(() => jvp(withRules({ jvp: () => undefined as never }))(1, 1))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(
      /^customRule: jvp gave a tangent of the value that is no tree of tensors: .*got undefined/,
    )
  })
})

describe('a captured traced tensor', () => {
  const expectRefusal = (f: () => unknown): void => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(TracingError)
    expect(error.message).toMatch(
      /custom rule uses a traced tensor that is not one of its arguments.*pass it as an argument/,
    )
  }

  it.each<[string, (p: Tensor) => Tensor]>([
    ['the function', (p) => customRule((x: TensorLike) => mul(p, x), identityRules)(2)],
    ['the function, as its result', (p) => customRule((_: TensorLike) => p, identityRules)(2)],
    [
      'the function, under an argument that is traced',
      (p) => customRule((x: TensorLike) => mul(p, x), identityRules)(mul(p, 2)),
    ],
    [
      'an inner gradient in the function',
      (p) => customRule((x: TensorLike) => grad((y: Tensor) => mul(p, y))(x), identityRules)(2),
    ],
  ])('is refused in %s', (_, f) => {
    expectRefusal(() => grad(f)(3))
    expectRefusal(() => jvp(f)(3, 1))
    expectRefusal(() => jit(f)(toTensor(3)))
  })

  it.each<[string, (p: Tensor) => Rules]>([
    ['an operation', (p) => ({ jvp: (_, [dx]) => mul(p, dx), vjp: (_a, _v, w) => [mul(p, w)] })],
    ['the result', (p) => ({ jvp: () => p, vjp: () => [p] })],
  ])('is refused in its rules, as %s', (_, rulesOf) => {
    const f = (p: Tensor) => customRule((x: TensorLike) => mul(x, 1), rulesOf(p))
    expectRefusal(() => grad((p: Tensor) => jvp((x: Tensor) => f(p)(x))(2, 1).tangent)(3))
    expectRefusal(() => grad((p: Tensor) => grad((x: Tensor) => f(p)(x))(2))(3))
  })

  it('may be used by what runs after the rule', () => {
    const f = customRule((x: TensorLike) => mul(x, x), {
      jvp: ([x], [dx]) => mul(mul(2, x), dx),
      vjp: ([x], _v, w) => [mul(mul(2, x), w)],
    })
    expect(grad((p: Tensor) => mul(p, f(p)))(3).item()).toBe(27)
    // the seal is lifted after an error as well
    expectRefusal(() => grad((p: Tensor) => customRule((x: TensorLike) => mul(p, x), identityRules)(1))(1))
    expect(grad((p: Tensor) => mul(p, f(p)))(3).item()).toBe(27)
  })

  it('is an argument in nested transformations: grad of grad, vjp of jvp, inside jit', () => {
    const f = customRule((x: TensorLike, p: TensorLike) => mul(mul(x, x), p), {
      jvp: ([x, p], [dx, dp]) => add(mul(mul(2, mul(x, p)), dx), mul(mul(x, x), dp)),
      vjp: ([x, p], _v, w) => [mul(mul(2, mul(x, p)), w), mul(mul(x, x), w)],
    })
    const inner = (p: Tensor): Tensor => grad((x: Tensor) => f(x, p))(p) // 2p²
    expect(grad(inner)(3).item()).toBe(12)
    expect(grad(jit(inner))(3).item()).toBe(12)
    expect(grad((p: Tensor) => jit((x: Tensor) => f(x, p))(toTensor(2)))(3).item()).toBe(4)
    expect(
      vjp((p: Tensor) => jvp((x: Tensor) => f(x, p))(p, 1).tangent)(3)
        .pullback(1)
        .item(),
    ).toBe(12)
    expect(grad((p: Tensor) => grad((x: Tensor) => grad((y: Tensor) => f(y, x))(x))(p))(3).item()).toBe(4)
  })

  it('may be a plain tensor, which is a constant', () => {
    const k = tensor([2, 3])
    const f = customRule((x: TensorLike) => mul(k, x), {
      jvp: (_, [dx]) => mul(k, dx),
      vjp: (_a, _v, w) => [mul(k, w)],
    })
    expect(grad((x: Tensor) => sum(f(x)))(tensor([1, 1])).toArray()).toEqual([2, 3])
  })
})
