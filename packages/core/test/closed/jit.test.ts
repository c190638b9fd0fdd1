import { maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRule } from '../../src/check/check-rule.ts'
import { jit } from '../../src/closed/jit.ts'
import { compileGraph } from '../../src/compile/program.ts'
import { DtypeError, TracingError } from '../../src/errors.ts'
import { grad, valueAndGrad } from '../../src/transformations/grad.ts'
import type { Traced } from '../../src/graph.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { add, div, mul, sub } from '../../src/ops/arithmetic.ts'
import { abs, abs2, conj, imag, real } from '../../src/ops/conjugation.ts'
import { less, where } from '../../src/ops/comparison.ts'
import { arange, zeros } from '../../src/ops/creation.ts'
import { cos, exp, log, sin, sqrt, tanh } from '../../src/ops/holomorphic.ts'
import { at } from '../../src/ops/indexing.ts'
import { matmul } from '../../src/ops/matmul.ts'
import { norm } from '../../src/ops/norm.ts'
import { sum } from '../../src/ops/reduction.ts'
import { adjoint } from '../../src/ops/shape.ts'
import { tensor, toTensor, type Tensor } from '../../src/tensor.ts'
import { graphOf } from '../../src/trace.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

// Compiled code adds and multiplies the same numbers in another order, some ten operations deep; sums of 4000 terms in pairs.
const rounding = 1e-13

const A = randomComplex([3, 3], 5)

/** Functions of a complex [3] with everything that compilation treats differently. */
const functions: Record<string, (z: Tensor) => Tensor> = {
  'elementwise and not holomorphic': (z) => mul(conj(exp(z)), tanh(mul(z, abs(z)))),
  'a matrix as constant': (z) => matmul(A, sin(matmul(adjoint(A), z))),
  'a loss': (z) => sum(abs2(sub(matmul(A, z), 1))),
  'a branch': (z) => where(less(abs(z), 0.7), mul(z, z), sqrt(z)),
  'its own derivative inside': (z) => jvp((x: Tensor) => mul(abs2(x), exp(x)))(z, conj(z)).tangent,
  'a gradient inside': (z) => grad((x: Tensor) => sum(abs2(exp(matmul(A, x)))))(z),
  'another compiled function inside': (z) => mul(jit((x: Tensor) => abs2(cos(x)))(z), z),
  'an operation without scalar form': (z) => div(z, norm(z)),
  'a compiled function without scalar form inside': (z) => div(z, jit((x: Tensor) => norm(x))(z)),
  'a constant result': () => toTensor({ re: 1, im: 2 }),
  'its argument as result': (z) => z,
}

describe.each(Object.entries(functions))('%s', (_, f) => {
  const z = randomComplex([3], 1)
  const compiled = jit(f)

  it('is the same compiled', () => {
    expect(relativeDifference(compiled(z), f(z))).toBeLessThan(rounding)
    expect(relativeDifference(compiled(conj(z)), f(conj(z)))).toBeLessThan(rounding) // from the cache
  })

  it('has the same second derivatives compiled', () => {
    const [u, v] = [randomComplex([3], 2), randomComplex([3], 3)]
    const loss =
      (g: (x: Tensor) => Tensor) =>
      (x: Tensor): Tensor =>
        real(sum(g(x)))
    const hessians = (g: (x: Tensor) => Tensor): Tensor[] => [
      jvp(grad(loss(g)))(z, u).tangent,
      vjp((x: Tensor) => grad(loss(g))(x))(z).pullback(u),
      jvp((x: Tensor) => jvp(g)(x, u).tangent)(z, v).tangent,
      grad((x: Tensor) => loss((y: Tensor) => jvp(g)(y, u).tangent)(x))(z),
    ]
    expect(relativeDifference(hessians(compiled), hessians(f))).toBeLessThan(rounding)
    expect(relativeDifference(jit(grad(loss(compiled)))(z), grad(loss(f))(z))).toBeLessThan(rounding)
  })
})

describe('jit', () => {
  it('passes checkRule with order 2', () => {
    checkRule(
      jit((x: Tensor, y: Tensor) => div(mul(x, conj(y)), add(2, abs2(x)))),
      [randomComplex([2], 1), randomReal([2], 2)],
    )
  })

  it('takes and gives trees', () => {
    const f = jit(({ p, q }: { p: Tensor; q: Tensor[] }) => ({ sum: add(p, q[0]), list: [mul(p, q[0]), 3] }))
    const result = f({ p: toTensor(2), q: [toTensor(5)] })
    expect(JSON.parse(JSON.stringify(result))).toEqual({ sum: 7, list: [10, 3] })
  })

  it('differentiates with respect to what the function caught outside', () => {
    expect(grad((p: Tensor) => jit((x: Tensor) => mul(p, x))(toTensor(2)))(3).item()).toBe(2)
    expect(grad((p: Tensor) => jit((x: Tensor) => mul(mul(p, p), x))(p))(2).item()).toBe(12)
    const twice = grad((p: Tensor) => jit((x: Tensor) => mul(mul(p, p), x))(p))
    expect(grad((p: Tensor) => twice(p))(2).item()).toBe(12)
    expect(jvp((p: Tensor) => jit((_: Tensor) => p)(toTensor(1)))(3, 5).tangent.item()).toBe(5)
    expect(grad((p: Tensor) => jit(() => mul(p, 2))())(3).item()).toBe(2)
    const f = jit((x: Tensor) => mul(x, 2)) // kept from one caller to the next
    expect(grad((p: Tensor) => mul(p, f(p)))(3).item()).toBe(12)
    expect(f(toTensor(3)).item()).toBe(6)
  })

  it('does not keep a program that caught a traced tensor', () => {
    let p = toTensor(0)
    const f = jit((x: Tensor) => mul(p, x))
    const loss = (q: Tensor): Tensor => {
      p = q
      return f(toTensor(5))
    }
    expect([grad(loss)(1).item(), grad(loss)(2).item()]).toEqual([5, 5])
    p = toTensor(7)
    expect(f(toTensor(5)).item()).toBe(35)
  })

  it('is one node of the graph', () => {
    const f = jit((x: Tensor) => exp(sin(cos(mul(x, x)))))
    let node: { primitive: { name: string }; inputs: readonly unknown[] } | undefined
    grad((x: Tensor) => {
      const y = f(x)
      node = (y as Traced).node
      expect(node.inputs[0]).toBe(x)
      return y
    })(0.5)
    expect(node?.primitive.name).toBe('call')
  })

  it('traces once for each combination of structures, shapes and dtypes', () => {
    let traced = 0
    const f = jit((x: Tensor) => (traced++, mul(x, 2)))
    f(tensor([1]))
    f(tensor([2]))
    expect(traced).toBe(1)
    expect(f(tensor([1, 2])).toArray()).toEqual([2, 4])
    expect(traced).toBe(2)
    expect(f(tensor([{ re: 0, im: 1 }])).toArray()).toEqual([{ re: 0, im: 2 }])
    expect(traced).toBe(3)
    f(tensor([3]))
    grad((x: Tensor) => sum(f(x)))(tensor([3]))
    expect(traced).toBe(3)
  })

  it('fixes plain values that it reads from outside', () => {
    let factor = 2
    const f = jit((x: Tensor) => mul(factor, x))
    expect(f(toTensor(3)).item()).toBe(6)
    factor = 10
    expect(f(toTensor(3)).item()).toBe(6)
  })

  it.each<[string, (x: Tensor) => unknown]>([
    ['item', (x) => (Number(x.item()) > 0 ? x : mul(-1, x))],
    ['toArray', (x) => x.toArray()],
    ['data', (x) => x.data],
  ])('refuses to give the value that %s asks for, and names three ways out', (_, f) => {
    const error = errorOf(() => jit(f as (x: Tensor) => Tensor)(toTensor(1)))
    expect(error).toBeInstanceOf(TracingError)
    expect(error.message).toMatch(
      /^Tensor\.data, item\(\) or toArray\(\): asked for the value of a float64 tensor of shape \[\]/,
    )
    expect(error.message).toMatch(
      /where\(mask, a, b\) instead of `if`; compute the decision outside and pass it in; or call the function without jit/,
    )
  })

  it('refuses arguments that are no trees of tensors', () => {
    const error = errorOf(() => (jit((x: Tensor) => x) as (x: unknown) => Tensor)('abc'))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(/^jit: expected tensors.*got the string 'abc' at \[0\]/)
  })

  it('gives plain tensors', () => {
    const { value, gradient } = jit(valueAndGrad((z: Tensor) => abs2(z)))(toTensor({ re: 3, im: 4 }))
    expect([value.isTraced, gradient.isTraced]).toEqual([false, false])
    expect(gradient.item()).toEqual({ re: 6, im: 8 })
  })
})

describe('programs too large to unroll', () => {
  it.each([
    ['elements', (x: Tensor) => sum(mul(add(x, zeros([400, 400])), x)), /elements are too many/],
    ['operations', (x: Tensor) => sum(sin(mul(x, arange(4000)))), /operations are too many/],
  ])('run as loops over arrays, with the same results: %s', (_, f, reason) => {
    const x = toTensor(0.5)
    const program = compileGraph(
      graphOf(([y]) => [f(y)], [x]),
      {
        parameters: ['x', 'y'],
        inputs: [{ parameter: 'x' }],
        outputs: [{ parameter: 'y' }],
      },
    )
    expect([program.target, program.form]).toEqual(['wasm', 'loops'])
    expect(program.reason).toMatch(reason)
    expect(relativeDifference(jit(f)(x), f(x))).toBeLessThan(rounding)
    expect(relativeDifference(grad((y: Tensor) => sum(jit(f)(y)))(x), grad((y: Tensor) => sum(f(y)))(x))).toBeLessThan(
      rounding,
    )
  })
})

/** A random expression in two variables and constants, as a function. All are bounded and away from poles. */
type Expression = (x: Tensor, y: Tensor) => Tensor
const leaf: fc.Arbitrary<Expression> = fc.oneof(
  fc.constant<Expression>((x) => x),
  fc.constant<Expression>((_, y) => y),
  fc.constantFrom(-1, 0, 0.5, 1, 2).map(
    (k): Expression =>
      () =>
        toTensor(k),
  ),
  fc.constantFrom({ re: 0, im: 1 }, { re: 0.6, im: -0.8 }).map(
    (k): Expression =>
      () =>
        toTensor(k),
  ),
)
const shrunk = (z: Tensor): Tensor => div(z, add(1, abs2(z))) // keeps every intermediate value below 1
const expression = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium', maxDepth: 6 },
    leaf,
    fc
      .tuple(
        fc.constantFrom(sin, cos, exp, conj, real, imag, shrunk, tanh, (z: Tensor) => log(add(2, abs2(z)))),
        tie('node'),
      )
      .map(
        ([f, a]): Expression =>
          (x, y) =>
            shrunk(f(a(x, y))),
      ),
    fc
      .tuple(
        fc.constantFrom(add, sub, mul, (a: Tensor, b: Tensor) => div(a, add(2, abs2(b)))),
        tie('node'),
        tie('node'),
      )
      .map(
        ([f, a, b]): Expression =>
          (x, y) =>
            shrunk(f(a(x, y), b(x, y))),
      ),
    fc.tuple(tie('node'), tie('node'), tie('node')).map(
      ([a, b, c]): Expression =>
        (x, y) =>
          where(less(real(a(x, y)), 0.3), b(x, y), c(x, y)),
    ),
  ),
})).node

describe('a random expression', () => {
  const [x, y] = [randomComplex([2], 7), randomReal([], 8)]

  it('has the same value, gradient and second derivative eager and compiled', () => {
    fc.assert(
      fc.property(expression, (f) => {
        const eager = (z: Tensor): Tensor => sum(abs2(f(z, y)))
        const compiled = jit(eager)
        const direction = conj(x)
        // Derivatives of bounded functions of depth 6 reach some 10; each level rounds a few times.
        expect(maxDifference(compiled(x), eager(x))).toBeLessThan(1e-13)
        expect(maxDifference(grad(compiled)(x), grad(eager)(x))).toBeLessThan(1e-12)
        expect(maxDifference(jit(grad(eager))(x), grad(eager)(x))).toBeLessThan(1e-12)
        expect(
          relativeDifference(jvp(grad(compiled))(x, direction).tangent, jvp(grad(eager))(x, direction).tangent),
        ).toBeLessThan(1e-11)
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  it('may read parts of its argument', () => {
    const f = (z: Tensor): Tensor => add(at(z, 0), conj(at(z, 1)))
    expect(maxDifference(jit(f)(x), f(x))).toBe(0)
  })
})
