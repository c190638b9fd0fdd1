import { add, conj, div, jvp, mul, neg, RuleError, vjp, type Tensor } from '@cad/core'
import { bind, bindAll, definePrimitive, type Primitive } from '@cad/core/compiler'
import { maxDifference, randomComplex } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { checkRule } from '../src/check/check-rule.ts'

const [x, y] = [randomComplex([2], 1), randomComplex([2], 2)]
const two = ([a]: readonly { shape: readonly number[]; dtype: 'complex128' | 'float64' | 'opaque' }[]) => [a, a]

describe('a list that a rule gives is counted', () => {
  it('a linear primitive with two results is refused, and told to be linearIn', () => {
    // Before, the gradient of the second result was silently zero.
    const p = definePrimitive('twice', { type: two, kernel: ([a]) => [a.data, a.data], adjoint: (bar) => bar })
    expect(() => bindAll(p, [x], undefined)).toThrow(RuleError)
    expect(() => bindAll(p, [x], undefined)).toThrow('twice: a primitive with `adjoint` alone has one result, got 2.')
    expect(() => bindAll(p, [x], undefined)).toThrow('linearIn')
  })

  const refusals: readonly (readonly [string, () => unknown, string])[] = [
    [
      'vjp',
      () => {
        const p = definePrimitive('sum2', {
          type: ([a]) => a,
          kernel: ([a]) => a.data,
          jvp: (_, [aDot, bDot]) => add(aDot, bDot),
          vjp: (_args, _value, [bar]) => [bar],
        })
        return vjp((xs: readonly Tensor[]) => bind(p, xs, undefined))([x, y]).pullback(x)
      },
      'sum2: vjp must give a list of 2, one for each argument, got 1.',
    ],
    [
      'jvp',
      () => {
        const p = definePrimitive('pair', {
          type: two,
          kernel: ([a]) => [a.data, a.data],
          jvp: (_, [aDot]) => aDot,
          vjp: () => [undefined],
        })
        return jvp((z: Tensor) => [...bindAll(p, [z], undefined)])(x, y)
      },
      'pair: jvp must give a list of 2, one for each result, got 1.',
    ],
    [
      'partials',
      () => {
        const p = definePrimitive('weighed', {
          type: ([a]) => a,
          formula: (_s, [a]) => a,
          partials: ([, b]) => [{ dz: b }],
        })
        return jvp((z: Tensor) => bind(p, [z, y], undefined))(x, y)
      },
      'weighed: partials must give a list of 2, one for each argument, got 1.',
    ],
    [
      'adjoint',
      () => {
        const p = definePrimitive('difference', {
          type: ([a]) => a,
          kernel: ([a]) => a.data,
          adjoint: (bar) => [bar],
        })
        return vjp((xs: readonly Tensor[]) => bind(p, xs, undefined))([x, y]).pullback(x)
      },
      'difference: adjoint must give a list of 2, one for each argument that it is linear in, got 1.',
    ],
    [
      'kernel',
      () =>
        bindAll(
          definePrimitive('short', {
            type: two,
            kernel: ([a]) => [a.data],
            jvp: () => [undefined, undefined],
            vjp: () => [undefined],
          }),
          [x],
          undefined,
        ),
      'short: kernel must give a list of 2, one for each result, got 1.',
    ],
  ]

  it.each(refusals)(
    'by %s: too short is a RuleError that names primitive, rule and both lengths',
    (_, run, message) => {
      expect(run).toThrow(RuleError)
      expect(run).toThrow(message)
    },
  )
})

describe('linearIn', () => {
  // w₁ = x u + conj(x) v, w₂ = conj(u) x²: real-linear in (u, v) for a fixed x, which is the argument in the middle.
  const p = definePrimitive('mixed', {
    type: ([u]) => [u, u],
    kernel: ([u, z, v]) => [add(mul(z, u), mul(conj(z), v)).data, mul(conj(u), mul(z, z)).data],
    linearIn: () => [true, false, true],
    adjoint: ([a, b], { args: [, z] }) => [() => add(mul(conj(z), a), conj(mul(b, conj(mul(z, z))))), () => mul(z, a)],
    jvp: ([zDot], { args: [u, z, v] }) => [add(mul(zDot, u), mul(conj(zDot), v)), mul(conj(u), mul(2, mul(z, zDot)))],
    vjp: ([a, b], _linear, { args: [u, z, v] }) => [
      () => add(add(mul(conj(u), a), mul(v, conj(a))), mul(mul(2, conj(z)), mul(u, b))),
    ],
  })
  const f = (u: Tensor, z: Tensor, v: Tensor): readonly Tensor[] => bindAll(p, [u, z, v], undefined)
  const point = [randomComplex([2], 3), randomComplex([2], 4), randomComplex([2], 5)]

  it('is its own jvp in what it is linear in, with the terms of the rest beside it: checkRule at order 2', () => {
    for (const k of [0, 1]) {
      const { identity } = checkRule((u: Tensor, z: Tensor, v: Tensor) => f(u, z, v)[k], point)
      expect(identity).toBeLessThan(1e-12) // as for every rule
    }
  })

  it('takes a shift of the linear arguments instead: one application for both', () => {
    // w = u / z as a solver: z w = u, so δ = −ż w.
    let applications = 0
    const quotient: Primitive = definePrimitive('quotient', {
      type: ([, u]) => u,
      kernel: ([z, u]) => {
        applications++
        return div(u, z).data
      },
      linearIn: () => [false, true],
      adjoint: ([bar], { args: [z] }) => [() => bind(quotient, [conj(z), bar], undefined)],
      shift: ([zDot], { value: [w] }) => [neg(mul(zDot, w))],
      vjp: (_, [uBar], { value: [w] }) => [() => neg(mul(uBar(), conj(w)))],
    })
    const g = (z: Tensor, u: Tensor): Tensor => bind(quotient, [z, u], undefined)
    checkRule(g, [add(2, randomComplex([2], 6)), randomComplex([2], 7)])
    applications = 0
    jvp((xs: readonly Tensor[]) => g(xs[0], xs[1]))([add(2, x), y], [y, x])
    expect(applications).toBe(2) // the value, and one more for its tangent
  })

  it('gives nothing for nothing', () => {
    const { tangent } = jvp((z: Tensor) => f(point[0], z, point[2])[0])(point[1], mul(0, point[1]))
    expect(maxDifference(tangent, mul(0, tangent))).toBe(0)
  })
})
