import { randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { checkRule } from '../../src/check/check-rule.ts'
import { customRule, type Rules } from '../../src/closed/custom-rule.ts'
import { RuleError } from '../../src/errors.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { abs2, conj, real } from '../../src/ops/conjugation.ts'
import { exp, sin } from '../../src/ops/holomorphic.ts'
import { sum } from '../../src/ops/reduction.ts'
import { bind } from '../../src/bind.ts'
import { definePrimitive } from '../../src/define-primitive.ts'
import type { Tensor, TensorLike } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

// A test of the test: a rule that is wrong in one place must not pass checkRule, and the message must say what failed.
const z = randomComplex([3], 1)
const identity = /^checkRule: adjoint identity ⟨w̄, jvp\(ż\)⟩ = ⟨vjp\(w̄\), ż⟩ fails: relative defect/
const differences = /^checkRule: jvp against five-point differences fails: relative defect/
const linearity = /^checkRule: real-linearity of the vjp fails: relative defect/

const good: Rules = {
  jvp: (_, [dx], w) => mul(w, dx),
  vjp: (_args, w, bar) => [mul(conj(w), bar)],
}

const withRules = (rules: Partial<Rules>): ((x: Tensor) => Tensor) =>
  customRule((x: TensorLike) => exp(x), { ...good, ...rules })

function expectFailure(f: (...args: Tensor[]) => Tensor, args: readonly TensorLike[], message: RegExp): void {
  const error = errorOf(() => checkRule(f, args))
  expect(error).toBeInstanceOf(RuleError)
  expect(error.message).toMatch(message)
}

describe('checkRule', () => {
  it('passes exp with its right rule', () => {
    expect(checkRule(withRules({}), [z]).identity).toBeLessThan(1e-14)
  })

  it('finds a dropped conjugate in the vjp by the adjoint identity', () => {
    expectFailure(withRules({ vjp: (_args, w, bar) => [mul(w, bar)] }), [z], identity)
  })

  it('cannot find a conjugate dropped for real data, which complex data do', () => {
    const f = withRules({ vjp: (_args, w, bar) => [mul(w, bar)] })
    expect(checkRule(f, [randomReal([3], 1)]).identity).toBeLessThan(1e-14)
  })

  it('finds a missing Re: the tangent of a real value that is not projected', () => {
    // d|z|² = 2 Re(conj z dz); a rule for both modes that forgets the second half still is its own adjoint
    const halved = customRule((x: TensorLike) => abs2(x), {
      jvp: ([x], [dx]) => real(mul(conj(x), dx)),
      vjp: ([x], _value, bar) => [mul(x, bar)],
    })
    expectFailure(halved, [z], differences)
    const missing = customRule((x: TensorLike) => mul(real(x), x), {
      // d(Re z · z) = Re dz · z + Re z dz, here without the first Re
      jvp: ([x], [dx]) => add(mul(dx, x), mul(real(x), dx)),
      vjp: ([x], _value, bar) => [add(real(mul(conj(x), bar)), mul(real(x), bar))],
    })
    expectFailure(missing, [z], identity)
  })

  it('finds a Wirtinger partial that was forgotten, in both modes alike, by differences', () => {
    const wrong = definePrimitive('wrong', {
      type: ([x]) => ({ shape: x.shape, dtype: 'float64' }),
      formula: (s, [x]) => ({ re: s.add(s.mul(x.re, x.re), s.mul(x.im, x.im)), im: s.zero }),
      partials: ([x]) => ({ dz: conj(x) }),
    })
    expectFailure((x) => bind(wrong, [x], undefined), [z], differences)
  })

  it('finds a wrong adjoint of a linear primitive', () => {
    const turned = definePrimitive('turned', {
      type: ([x]) => x,
      formula: (s, [x]) => ({ re: s.neg(x.im), im: x.re }), // i z
      adjoint: (bar) => mul({ re: 0, im: 1 }, bar), // −i w̄ would be right
    })
    expectFailure((x) => bind(turned, [x], undefined), [z], identity)
  })

  it('finds a vjp that is not linear', () => {
    const f = withRules({ vjp: (_args, w, bar) => [mul(mul(conj(w), bar), sum(abs2(bar)))] })
    // The identity fails as well and is tested first; with all tolerance given to it, linearity is the next.
    expectFailure(f, [z], identity)
    const affine = withRules({ vjp: (_args, w, bar) => [add(mul(conj(w), bar), 1e-6)] })
    const error = errorOf(() => checkRule(affine, [randomComplex([1], 3)], { identityTolerance: 1e-7 }))
    expect(error.message).toMatch(new RegExp(`${identity.source}|${linearity.source}`))
  })

  it('finds a derivative that is right at first order and cut off at second', () => {
    // exp through a rule whose factor is a constant for the next derivative
    const frozen = definePrimitive('frozen', {
      type: ([x]) => x,
      kernel: ([x]) => exp(x).data,
      jvp: ([x], [dx]) => mul(frozenFactor(x), dx),
      vjp: ([x], _value, [bar]) => [mul(conj(frozenFactor(x)), bar)],
    })
    const frozenFactor = (x: Tensor): Tensor => bind(constantExp, [x], undefined)
    const constantExp = definePrimitive('constantExp', {
      type: ([x]) => x,
      kernel: ([x]) => exp(x).data,
      jvp: () => [undefined],
      vjp: () => [undefined],
    })
    const f = (x: Tensor): Tensor => bind(frozen, [x], undefined)
    expect(checkRule(f, [z], { order: 1 }).difference).toBeLessThan(1e-9)
    expectFailure(f, [z], /^checkRule: order 2, of the jvp: jvp against five-point differences fails/)
  })

  it('finds a second derivative that is wrong in reverse mode alone', () => {
    const f = customRule((x: TensorLike) => sin(x), {
      jvp: ([x], [dx]) => mul(sin(add(x, Math.PI / 2)), dx),
      vjp: ([x], _value, bar) => [mul(conj(wrongCos(x)), bar)],
    })
    const wrongCos = customRule((x: TensorLike) => sin(add(x, Math.PI / 2)), {
      jvp: ([x], [dx]) => mul(sin(x), dx), // sign dropped
      vjp: ([x], _value, bar) => [mul(conj(sin(x)), bar)],
    })
    expect(checkRule(f, [z], { order: 1 }).difference).toBeLessThan(1e-9)
    expectFailure(f, [z], /^checkRule: order 2, of the vjp: jvp against five-point differences fails/)
  })
})
