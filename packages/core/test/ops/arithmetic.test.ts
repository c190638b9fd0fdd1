import { randomComplex, randomReal, relativeDifference } from '@cad/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DtypeError, ShapeError } from '../../src/errors.ts'
import { add, div, mul, neg, reciprocal, square, sub } from '../../src/ops/arithmetic.ts'
import { Opaque, tensor, zerosOfType, type Tensor, type TensorLike } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

type Pair = readonly [re: number, im: number]

/** Complex arithmetic by its definitions. */
const reference: Record<string, (a: Pair, b: Pair) => Pair> = {
  add: ([a, b], [c, d]) => [a + c, b + d],
  sub: ([a, b], [c, d]) => [a - c, b - d],
  mul: ([a, b], [c, d]) => [a * c - b * d, a * d + b * c],
  div: ([a, b], [c, d]) => [(a * c + b * d) / (c * c + d * d), (b * c - a * d) / (c * c + d * d)],
}
const operations: Record<string, (a: TensorLike, b: TensorLike) => Tensor> = { add, sub, mul, div }

const elementOf = ({ dtype, data }: Tensor, i: number): Pair =>
  dtype === 'complex128' ? [data[2 * i], data[2 * i + 1]] : [data[i], 0]

/** Element [i, j] of a [2, 3] result by NumPy's rules, from the last axes backwards. */
function broadcastElement(x: Tensor, i: number, j: number): Pair {
  const [rows, columns] = [x.shape.at(-2) ?? 1, x.shape.at(-1) ?? 1]
  return elementOf(x, (rows === 1 ? 0 : i) * columns + (columns === 1 ? 0 : j))
}

const operandShapes: readonly (readonly number[])[] = [[2, 3], [3], [1, 3], [2, 1], [1], []]

describe.each(Object.keys(operations))('%s', (name) => {
  it('agrees with complex arithmetic, real and complex operands mixed and broadcast', () => {
    for (const [k, shape] of operandShapes.entries()) {
      for (const [first, second] of [
        [randomComplex([2, 3], k), randomReal(shape, k + 50)],
        [randomReal([2, 3], k), randomComplex(shape, k + 50)],
        [randomComplex(shape, k), randomComplex([2, 3], k + 50)],
        [randomReal(shape, k), randomReal([2, 3], k + 50)],
      ]) {
        const result = operations[name](first, second)
        expect(result.shape).toEqual([2, 3])
        for (const [i, j] of [
          [0, 0],
          [0, 2],
          [1, 1],
        ]) {
          const [re, im] = reference[name](broadcastElement(first, i, j), broadcastElement(second, i, j))
          const [gotRe, gotIm] = elementOf(result, 3 * i + j)
          // Both sides round a handful of times; quotients of numbers below 1 are up to 1e3 here.
          expect(Math.hypot(gotRe - re, gotIm - im)).toBeLessThan(1e-13 * (1 + Math.hypot(re, im)))
        }
      }
    }
  })

  it('is real for two real operands and complex otherwise', () => {
    expect(operations[name](1, 2).dtype).toBe('float64')
    expect(operations[name](1, { re: 2, im: 0 }).dtype).toBe('complex128')
    expect(operations[name]({ re: 2, im: 0 }, 1).dtype).toBe('complex128')
  })

  it('names itself and both shapes when they do not broadcast', () => {
    const error = errorOf(() => operations[name](randomReal([2, 3], 1), randomReal([2], 2)))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      `${name}: shapes [2, 3] and [2] do not broadcast (3 against 2 along axis 1). Lengths must be equal or 1; reshape one of them.`,
    )
  })

  it('refuses handles and what is no number', () => {
    expect(errorOf(() => operations[name](new Opaque(['LU']), 1)).message).toMatch(
      new RegExp(`${name}: expected real or complex tensors, got an opaque handle`),
    )
    const error = errorOf(() => operations[name]([1, 2] as never, 1))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(new RegExp(`^${name}: expected a Tensor, a number or a complex`))
  })
})

const anyComplex = fc.record({
  re: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  im: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
})

describe('complex arithmetic', () => {
  it('has inverses: a / b · b = a, a − b + b = a', () => {
    fc.assert(
      fc.property(anyComplex, anyComplex, (a, b) => {
        fc.pre(Math.hypot(b.re, b.im) > 1e-3)
        // Smith's quotient and the product are each good to a few ε, relative to |a|.
        expect(relativeDifference(mul(div(a, b), b), a)).toBeLessThan(4e-15)
        expect(relativeDifference(add(sub(a, b), b), a) / (1 + Math.hypot(b.re, b.im))).toBeLessThan(1e-15)
        expect(relativeDifference(reciprocal(reciprocal(b)), b)).toBeLessThan(4e-15)
      }),
    )
  })

  it('has the square as the product with itself and the negative as the difference from 0', () => {
    fc.assert(
      fc.property(anyComplex, (z) => {
        // (x − y)(x + y) against x² − y²: each is good to 2 ε |z|²
        expect(relativeDifference(square(z), mul(z, z))).toBeLessThan(1e-15)
        expect(relativeDifference(neg(z), sub(0, z))).toBe(0)
      }),
    )
  })
})

describe('a structural zero', () => {
  const zero = zerosOfType({ shape: [2], dtype: 'float64' })
  const x = tensor([3, 4])

  it('is neutral in sums without a computation', () => {
    expect(add(zero, x)).toBe(x)
    expect(add(x, zero)).toBe(x)
    expect(sub(x, zero)).toBe(x)
    expect(sub(zero, x).toArray()).toEqual([-3, -4])
  })

  it('keeps the type of the sum where it is the larger or the complex one', () => {
    const wide = zerosOfType({ shape: [2, 2], dtype: 'complex128' })
    expect([add(wide, x).shape, add(wide, x).dtype]).toEqual([[2, 2], 'complex128'])
  })

  it('annihilates products without a computation', () => {
    expect(mul(zero, x).isStructuralZero).toBe(true)
    expect(div(zero, x).isStructuralZero).toBe(true)
    expect(mul(zero, { re: 0, im: 1 }).dtype).toBe('complex128')
  })
})
