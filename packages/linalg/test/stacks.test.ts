import { abs2, add, at, checkRule, grad, jit, matmul, ShapeError, stack, sub, sum, vmap, type Tensor } from '@cad/core'
import { graphOf } from '@cad/core/compiler'
import { lstsq, qr, SingularMatrixError, solve, triangularSolve, tril, triu } from '@cad/linalg'
import { maxDifference, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { countCalls, random, thrown, wellConditioned } from './matrices.ts'

const stackOf = (count: number, make: (i: number) => Tensor): Tensor =>
  stack(Array.from({ length: count }, (_, i) => make(i)))

const A = stackOf(5, (i) => wellConditioned(3, 3, i + 1))
const tall = stackOf(5, (i) => wellConditioned(4, 3, i + 1))
const wide = stackOf(5, (i) => wellConditioned(3, 4, i + 1))
const b = random([5, 3], 2)
const B = random([5, 3, 2], 3)

/** A function of matrices, its stacked arguments, and a name. */
const functions: readonly (readonly [string, (...xs: Tensor[]) => Tensor, readonly Tensor[]])[] = [
  ['solve', (M, x) => solve(M, x), [A, B]],
  ['solve, adjoint', (M, x) => solve(M, x, { adjoint: true }), [A, B]],
  ['solve, real matrices', (M, x) => solve(M, x), [stackOf(5, (i) => wellConditioned(3, 3, i + 1, 'real')), B]],
  ['triangularSolve', (M, x) => triangularSolve(M, x, { upper: false }), [A, B]],
  ['lstsq, tall', (M, x) => lstsq(M, x), [tall, random([5, 4, 2], 4)]],
  ['lstsq, wide', (M, x) => lstsq(M, x), [wide, B]],
  ['Q of qr', (M) => qr(M).Q, [tall]],
  ['R of qr, wide', (M) => qr(M).R, [wide]],
  ['tril', (M) => tril(M, { offset: -1 }), [A]],
  ['triu', (M) => triu(M, { offset: 1 }), [A]],
]

const each = (f: (...xs: Tensor[]) => Tensor, args: readonly Tensor[]): Tensor =>
  stackOf(5, (i) => f(...args.map((x) => at(x, i))))

describe('a stack of matrices', () => {
  it.each(functions)('is each of them: %s', (_, f, args) => {
    expect(maxDifference(f(...args), each(f, args))).toBe(0)
    expect(maxDifference(vmap(f)(...args), f(...args))).toBe(0)
    expect(maxDifference(jit(f)(...args), f(...args))).toBe(0)
  })

  it.each(functions)('has rules of order 1 and 2: %s', (_, f, args) => {
    checkRule(f, args.map((x) => stack([at(x, 0), at(x, 1)]))) // prettier-ignore
  })

  it.each(functions)('has the gradients of each, under vmap as well: %s', (_, f, args) => {
    const loss = (xs: readonly Tensor[]): Tensor => sum(abs2(f(...xs)))
    const single = stackOf(5, (i) => grad(loss)(args.map((x) => at(x, i)))[0])
    const [whole] = grad(loss)([...args])
    // The same operations on each matrix; only sums of cotangents differ in order.
    expect(relativeDifference(whole, single)).toBeLessThan(1e-13)
    const mapped = vmap((...xs: Tensor[]) => grad(loss)(xs)[0])(...args)
    expect(relativeDifference(mapped, single)).toBeLessThan(1e-13)
  })
})

describe('leading axes', () => {
  it('broadcast: one matrix for many right-hand sides, factorized once', () => {
    const M = wellConditioned(3, 3, 9)
    let X = B
    expect(countCalls('getrf', () => (X = solve(M, B)))).toBe(1)
    expect(
      maxDifference(
        X,
        stackOf(5, (i) => solve(M, at(B, i))),
      ),
    ).toBe(0)
    checkRule((N: Tensor, C: Tensor) => solve(N, C), [M, random([2, 3, 1], 5)])
  })

  it('broadcast: many matrices for one vector, which gets the sum of its cotangents', () => {
    const v = random([3], 6)
    const f = (M: Tensor, x: Tensor): Tensor => solve(M, x)
    expect(f(A, v).shape).toEqual([5, 3])
    checkRule(f, [stack([at(A, 0), at(A, 1)]), v])
    const { length } = [0, 1, 2, 3, 4]
    const sums = Array.from({ length }, (_, i) => grad((x: Tensor) => sum(abs2(solve(at(A, i), x))))(v))
    const whole = grad((x: Tensor) => sum(abs2(solve(A, x))))(v)
    expect(relativeDifference(whole, sums.reduce(add))).toBeLessThan(1e-13) // another order of five sums
  })

  it('broadcast in least squares too, tall and wide', () => {
    checkRule((M: Tensor, x: Tensor) => lstsq(M, x), [at(tall, 0), random([2, 4, 1], 7)])
    checkRule((M: Tensor, x: Tensor) => lstsq(M, x), [stack([at(wide, 0), at(wide, 1)]), random([3], 8)])
  })

  it('of length 0 and 1 are stacks like others', () => {
    expect(solve(random([0, 3, 3], 1), random([0, 3, 2], 2)).shape).toEqual([0, 3, 2])
    expect(solve(stack([at(A, 0)]), B).shape).toEqual([5, 3, 2])
    expect(qr(random([0, 4, 3], 1)).R.shape).toEqual([0, 3, 3])
  })

  it('a vector is one only if its rank is 1', () => {
    expect(thrown(() => solve(A, b))).toBeInstanceOf(ShapeError)
    expect(thrown(() => solve(A, b)).message).toContain('b must have 3 rows like A, got shape [5, 3]')
    expect(solve(A, b.shape.length === 2 ? matmul(A, random([3, 1], 1)) : b).shape).toEqual([5, 3, 1])
  })

  it('that do not broadcast are named with both shapes', () => {
    const error = thrown(() => solve(A, random([4, 3, 1], 1)))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      'solve: the leading axes of shapes [5, 3, 3] and [4, 3, 1] do not broadcast. ' +
        'Stacks of matrices must be equally long, or 1 long; reshape one of them.',
    )
  })
})

describe('vmap of a solver', () => {
  it('is one node a primitive, however many examples', () => {
    const names = graphOf(([M, x]) => [vmap(solve)(M, x)], [A, b]).nodes.map(({ primitive }) => primitive.name)
    expect(names.filter((name) => name === 'lu' || name === 'substitute')).toEqual(['lu', 'substitute'])
    expect(names.length).toBeLessThan(8)
  })

  it('factorizes each matrix once, also with its gradient', () => {
    expect(countCalls('getrf', () => vmap(solve)(sub(A, 0), b))).toBe(5)
    const loss = (M: Tensor): Tensor => sum(abs2(vmap(solve)(M, b)))
    const fresh = sub(A, 0)
    expect(countCalls('getrf', () => grad(loss)(fresh))).toBe(5)
  })

  it('names the singular one in the words of the function', () => {
    const singular = stack([at(A, 0), matmul(random([3, 1], 1, 'real'), random([1, 3], 2, 'real')), at(A, 1)])
    expect(thrown(() => solve(singular, random([3], 1)))).toBeInstanceOf(SingularMatrixError)
    expect(thrown(() => jit(vmap(solve))(singular, random([3, 3], 1))).message).toContain('solve: A is singular')
  })
})

describe('a jitted loss with a solve', () => {
  it('factorizes once for value and gradient', () => {
    const M = wellConditioned(4, 4, 3)
    const v = random([4], 1)
    const loss = jit((N: Tensor) => sum(abs2(solve(N, v))))
    expect(countCalls('getrf', () => grad(loss)(M))).toBe(1)
    expect(relativeDifference(grad(loss)(M), grad((N: Tensor) => sum(abs2(solve(N, v))))(M))).toBeLessThan(1e-13)
    checkRule((N: Tensor) => grad(loss)(N), [M], { order: 1 })
  })
})
