import { maxAbs, maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ArgumentError, DtypeError, ShapeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { abs2, complex, conj, real } from '../../src/ops/conjugation.ts'
import { zeros } from '../../src/ops/creation.ts'
import { fft, ifft, irfft, rfft } from '../../src/ops/fft.ts'
import { at, slice } from '../../src/ops/indexing.ts'
import { concat } from '../../src/ops/joining.ts'
import { vdot } from '../../src/ops/products.ts'
import { flip } from '../../src/ops/rearrange.ts'
import { sum } from '../../src/ops/reduction.ts'
import { transpose } from '../../src/ops/shape.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

const lengths = [1, 2, 3, 4, 5, 8, 12, 37, 97, 100]

/** Sums of n numbers below √2 by passes with ε log n each; Bluestein's algorithm (37, 97) has three transforms. */
const rounding = (n: number): number => n * 1e-15

describe('fft and ifft', () => {
  it.each(lengths)('undo each other, and keep the norm (Parseval), for length %i', (n) => {
    const x = randomComplex([n], n)
    const X = fft(x)
    expect(maxDifference(ifft(X), x)).toBeLessThan(1e-15 * (1 + Math.log2(n)))
    expect(maxDifference(fft(ifft(x)), x)).toBeLessThan(1e-15 * (1 + Math.log2(n)))
    expect(maxDifference(sum(abs2(X)), mul(n, sum(abs2(x))))).toBeLessThan(rounding(n) * n)
  })

  it('have the values of four points by hand', () => {
    const x = tensor([1, { re: 0, im: 1 }, 2, -1])
    // Σ xⱼ (−i)^{jk}
    const expected = [[2, 1], [0, -1], [4, -1], [-2, 1]].map(([re, im]) => ({ re, im })) // prettier-ignore
    expect(maxDifference(fft(x), tensor(expected))).toBe(0)
    expect(maxDifference(ifft(tensor(expected)), x)).toBe(0)
  })

  it('turn a cyclic convolution into a product', () => {
    const [x, y] = [randomComplex([6], 1), randomReal([6], 2)]
    const convolution = ifft(mul(fft(x), fft(y)))
    const shifted = concat([slice(y, { end: 1 }), flip(slice(y, { start: 1 }))])
    // Element 0: Σⱼ xⱼ y₋ⱼ; six products of size 2
    expect(maxDifference(at(convolution, 0), sum(mul(x, shifted)))).toBeLessThan(1e-14)
  })

  it('transform each line of the axis by itself, cut or filled up with zeros to n', () => {
    const x = randomComplex([3, 5, 2], 3)
    const along = fft(x, { axis: 1 })
    expect(maxDifference(along, transpose(fft(transpose(x, [0, 2, 1])), [0, 2, 1]))).toBeLessThan(rounding(5))
    const column = (axis2: number): Tensor => at(transpose(x, [0, 2, 1]), 1, axis2)
    expect(maxDifference(at(transpose(along, [0, 2, 1]), 1, 1), fft(column(1)))).toBeLessThan(rounding(5))
    expect(maxDifference(fft(x, { axis: 1, n: 2 }), fft(slice(x, {}, { end: 2 }), { axis: 1 }))).toBe(0)
    expect(maxDifference(ifft(x, { axis: 0, n: 4 }), ifft(concat([x, zeros([1, 5, 2])]), { axis: 0 }))).toBe(0)
    expect(fft(zeros([2, 0]), { n: 3 }).shape).toEqual([2, 3])
    expect(fft(zeros([0, 3])).shape).toEqual([0, 3])
  })

  it('have the adjoints n · ifft and fft / n', () => {
    const [x, w] = [randomComplex([7], 4), randomComplex([7], 5)]
    expect(maxDifference(vjp((z: Tensor) => fft(z))(x).pullback(w), mul(7, ifft(w)))).toBeLessThan(rounding(7))
    expect(maxDifference(vjp((z: Tensor) => ifft(z))(x).pullback(w), mul(1 / 7, fft(w)))).toBeLessThan(rounding(1))
  })

  it('have a real gradient for a real argument', () => {
    const x = randomReal([6], 6)
    const gradient = grad((z: Tensor) => sum(abs2(fft(z))))(x)
    expect(gradient.dtype).toBe('float64')
    // Parseval: the gradient of n ‖x‖² is 2 n x
    expect(maxDifference(gradient, mul(12, x))).toBeLessThan(rounding(12))
  })

  it.each([1e-300, 1e300])('scale with their argument, %d', (factor) => {
    for (const n of [8, 37]) {
      const x = randomComplex([n], 7)
      expect(maxDifference(mul(1 / factor, fft(mul(factor, x))), fft(x))).toBeLessThan(rounding(n))
      expect(maxDifference(mul(1 / factor, ifft(mul(factor, x))), ifft(x))).toBeLessThan(rounding(1))
    }
  })

  it('of the largest numbers do not overflow where the mean does not', () => {
    const huge = mul(1e308, tensor([1, 1, 1, 1, 1, 1, 1]))
    expect(maxAbs(at(ifft(huge), 0)) / 1e308).toBeCloseTo(1, 14)
  })

  it('pass on what is not finite', () => {
    expect(Number(real(at(fft(tensor([1, NaN, 2])), 0)).item())).toBeNaN()
    expect(Number(real(at(fft(tensor([1, Infinity])), 0)).item())).toBe(Infinity)
  })
})

describe('rfft and irfft', () => {
  it.each(lengths)('rfft is the first half of the fft, and irfft undoes it, for length %i', (n) => {
    const x = randomReal([2, n], n)
    const half = rfft(x)
    expect(half.shape).toEqual([2, Math.floor(n / 2) + 1])
    expect(maxDifference(half, slice(fft(x), {}, { end: Math.floor(n / 2) + 1 }))).toBe(0)
    expect(maxDifference(irfft(half, { n }), x)).toBeLessThan(1e-15 * (1 + Math.log2(n)))
    expect(irfft(half, { n }).shape).toEqual([2, n])
  })

  it('irfft is the ifft of the spectrum completed by its conjugate, without the parts that do not matter', () => {
    const half = randomComplex([4], 1)
    const clean = complex(real(half), mul(tensor([0, 1, 1, 0]), real(mul({ re: 0, im: -1 }, half))))
    const whole = concat([clean, flip(conj(slice(clean, { start: 1, end: 3 })))])
    expect(maxDifference(irfft(half), ifft(whole))).toBeLessThan(1e-15)
    expect(maxDifference(irfft(half), irfft(clean))).toBe(0)
  })

  it.each([6, 7])('rfft has the adjoint Re(n · ifft(w, filled up)), length %i', (n) => {
    const [x, w] = [randomReal([n], 2), randomComplex([Math.floor(n / 2) + 1], 3)]
    const expected = mul(n, real(ifft(w, { n })))
    expect(maxDifference(vjp((z: Tensor) => rfft(z))(x).pullback(w), expected)).toBeLessThan(rounding(n))
  })

  it.each([6, 7])('irfft has the adjoint rfft(w)/n, inner bins twice, the ends real, length %i', (n) => {
    const bins = Math.floor(n / 2) + 1
    const [y, w] = [randomComplex([bins], 4), randomReal([n], 5)]
    const isEnd = (k: number): boolean => k === 0 || 2 * k === n
    const weights = tensor(Array.from({ length: bins }, (_, k) => (isEnd(k) ? 1 : 2) / n))
    const expected = mul(weights, rfft(w))
    const bar = vjp((z: Tensor) => irfft(z, { n }))(y).pullback(w)
    expect(maxDifference(bar, expected)).toBeLessThan(rounding(1))
    const ends = Array.from({ length: bins }, (_, k) => k).filter(isEnd)
    for (const k of ends) expect(Math.abs(bar.data[2 * k + 1])).toBeLessThan(rounding(1))
  })

  it('are linear: the tangent is the transform of the tangent', () => {
    const [x, dx] = [randomReal([6], 6), randomReal([6], 7)]
    expect(maxDifference(jvp((z: Tensor) => rfft(z))(x, dx).tangent, rfft(dx))).toBe(0)
    const power = grad((z: Tensor) => real(vdot(rfft(z), rfft(z))))(x)
    // Σ over the half spectrum: half of 2 n x and half of what the two single bins, 0 and 3, contribute twice.
    const ends = irfft(mul(tensor([6, 0, 0, 6]), rfft(x)))
    expect(maxDifference(power, mul(1, sumOf(mul(6, x), ends)))).toBeLessThan(rounding(24))
  })
})

const sumOf = (a: Tensor, b: Tensor): Tensor => sum(tensor([a.toArray(), b.toArray()]), { axis: 0 })

describe('what has no transform', () => {
  it.each([
    [
      () => fft(zeros([2, 0])),
      ShapeError,
      'fft: axis 1 of shape [2, 0] is empty, and nothing has no spectrum. Give n ≥ 1 for zeros.',
    ],
    [() => ifft(3), ShapeError, 'ifft: axis -1 does not exist; the tensor has 0 axes.'],
    [
      () => rfft(zeros([2]), { axis: 1 }),
      ShapeError,
      'rfft: axis 1 does not exist; the tensor has 1 axes. Use -1 … 0.',
    ],
    [
      () => fft(zeros([2]), { n: 0 }),
      ArgumentError,
      'fft: the length n must be an integer ≥ 1, got 0. Give n, the length of the result.',
    ],
    [() => ifft(zeros([2]), { n: 1.5 }), ArgumentError, 'ifft: the length n must be an integer ≥ 1, got 1.5.'],
    [
      () => irfft(zeros([1])),
      ArgumentError,
      'irfft: the length n must be an integer ≥ 1, got 0. Give n, the length of the result.',
    ],
    [
      () => rfft(randomComplex([2], 1)),
      DtypeError,
      'rfft: expected a real tensor, got a complex one, whose spectrum has no symmetry. Use fft, or real or imag of it.',
    ],
  ])('is refused (%#)', (f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toContain(message)
  })
})
