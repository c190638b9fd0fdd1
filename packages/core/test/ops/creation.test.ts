import { maxDifference, randomComplex } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ArgumentError, DtypeError, ShapeError } from '../../src/errors.ts'
import { jit } from '../../src/closed/jit.ts'
import { grad } from '../../src/transformations/grad.ts'
import { abs2, abs, arg, real } from '../../src/ops/conjugation.ts'
import { arange, eye, full, linspace, ones, zeros } from '../../src/ops/creation.ts'
import { diag } from '../../src/ops/diag.ts'
import { polar } from '../../src/ops/polar.ts'
import { sum } from '../../src/ops/reduction.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

describe('creation', () => {
  it('makes zeros, ones and the identity', () => {
    expect(zeros([2]).toArray()).toEqual([0, 0])
    expect(zeros([1], { dtype: 'complex128' }).toArray()).toEqual([{ re: 0, im: 0 }])
    expect(ones([2, 1]).toArray()).toEqual([[1], [1]])
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(eye(0).shape).toEqual([0, 0])
  })

  it('spaces numbers equally and ends exactly', () => {
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1])
    expect(linspace(3, 7, 1).toArray()).toEqual([3])
    expect(linspace(0, 0.3, 4).data[3]).toBe(0.3)
  })

  it('counts up or down, end not included', () => {
    expect(arange(3).toArray()).toEqual([0, 1, 2])
    expect(arange(1, 2, 0.5).toArray()).toEqual([1, 1.5])
    expect(arange(3, 0, -2).toArray()).toEqual([3, 1])
    expect(arange(3, 0).toArray()).toEqual([])
  })

  it('takes a dtype as its last argument', () => {
    const options = { dtype: 'complex128' } as const
    expect(ones([1], options).toArray()).toEqual([{ re: 1, im: 0 }])
    expect(eye(1, options).toArray()).toEqual([[{ re: 1, im: 0 }]])
    expect([...eye(2, options).data]).toEqual([1, 0, 0, 0, 0, 0, 1, 0])
    expect([...linspace(1, 2, 2, options).data]).toEqual([1, 0, 2, 0])
    expect([...arange(2, options).data]).toEqual([0, 0, 1, 0])
    expect([...arange(3, 5, options).data]).toEqual([3, 0, 4, 0])
    expect([...arange(3, 0, -2, options).data]).toEqual([3, 0, 1, 0])
    expect(full([1], 2, options).toArray()).toEqual([{ re: 2, im: 0 }])
  })

  it('fills a shape with a value, which it differentiates', () => {
    expect(full([2], { re: 0, im: 1 }).toArray()).toEqual([
      { re: 0, im: 1 },
      { re: 0, im: 1 },
    ])
    expect(full([2, 2], tensor([1, 2])).toArray()).toEqual([
      [1, 2],
      [1, 2],
    ])
    expect(grad((x: Tensor) => sum(abs2(full([3], x))))({ re: 1, im: 2 }).item()).toEqual({ re: 6, im: 12 })
    expect(full([0], 1).shape).toEqual([0])
  })

  it.each([
    ['linspace', () => linspace(0, 1, 0), /linspace: count must be an integer ≥ 1, got 0/],
    ['linspace', () => linspace(0, 1, 1.5), /got 1\.5/],
    ['arange', () => arange(0, 1, 0), /arange: expected finite bounds and a step that is not 0, got \(0, 1, 0\)/],
    ['arange', () => arange(0, Infinity), /got \(0, Infinity, 1\)/],
    ['arange', () => arange(0, 1, NaN), /got \(0, 1, NaN\)/],
    ['zeros', () => zeros([-1]), /zeros: a shape holds integers ≥ 0, got \[-1\]/],
    ['ones', () => ones([2.5]), /ones: a shape holds integers ≥ 0, got \[2\.5\]/],
    ['full', () => full([2.5], 1), /full: a shape holds integers ≥ 0, got \[2\.5\]/],
    [
      'full',
      () => full([2], { re: 1, im: 1 }, { dtype: 'float64' }),
      /full: expected a real value for dtype float64, got a complex one\. Leave dtype out, or use real/,
    ],
    ['diag', () => diag(tensor([1]), { offset: 0.5 }), /diag: offset must be an integer, got 0\.5/],
    ['eye', () => eye(-1), /eye: a shape holds integers ≥ 0, got \[-1, -1\]/],
  ])('%s refuses what it cannot make', (_, f, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toMatch(message)
  })
})

describe('diag', () => {
  const A = randomComplex([3, 4], 1)

  it('of a vector builds a matrix, of a matrix takes a diagonal', () => {
    expect(diag(tensor([1, 2])).toArray()).toEqual([
      [1, 0],
      [0, 2],
    ])
    expect(diag(tensor([1]), { offset: -1 }).toArray()).toEqual([
      [0, 0],
      [1, 0],
    ])
    expect(diag(tensor([[1, 2, 3], [4, 5, 6]]), { offset: 1 }).toArray()).toEqual([2, 6]) // prettier-ignore
    expect(diag(tensor([[1, 2, 3], [4, 5, 6]]), { offset: -1 }).toArray()).toEqual([4]) // prettier-ignore
    expect(diag(A, { offset: 4 }).shape).toEqual([0])
    expect(diag(tensor([])).shape).toEqual([0, 0])
  })

  it.each([-2, 0, 3])('takes back what it built, at offset %d', (offset) => {
    const v = randomComplex([3], 2)
    expect(maxDifference(diag(diag(v, { offset }), { offset }), v)).toBe(0)
    expect(diag(v, { offset }).shape).toEqual([3 + Math.abs(offset), 3 + Math.abs(offset)])
  })

  it('puts the cotangent of a diagonal where it came from, compiled too', () => {
    const f = (x: Tensor): Tensor => real(sum(mul(tensor([1, 2, 3]), diag(x))))
    for (const g of [f, jit(f)]) {
      expect(grad(g)(zeros([3, 3])).toArray()).toEqual([
        [1, 0, 0],
        [0, 2, 0],
        [0, 0, 3],
      ])
    }
  })

  it('refuses what is neither a vector nor a matrix', () => {
    const error = errorOf(() => diag(zeros([2, 2, 2])))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe('diag: expected a vector or a matrix, got shape [2, 2, 2]. Reshape it first.')
  })
})

describe('polar', () => {
  it('has modulus r and phase θ', () => {
    const w = polar(tensor([0.5, 2]), tensor([[-1.2], [3]]))
    expect([w.dtype, w.shape]).toEqual(['complex128', [2, 2]])
    expect(maxDifference(abs(w), tensor([[0.5, 2], [0.5, 2]]))).toBeLessThan(1e-15) // prettier-ignore
    expect(maxDifference(arg(w), tensor([[-1.2, -1.2], [3, 3]]))).toBeLessThan(1e-15) // prettier-ignore
    expect(polar(2, 0).item()).toEqual({ re: 2, im: 0 })
  })

  it('has Re(conj(e^{iθ}) w̄) and Im(conj(w) w̄) as cotangents', () => {
    const [r, theta, seed] = [1.5, 0.7, { re: 0.3, im: -0.8 }]
    const loss = ({ r, theta }: { r: Tensor; theta: Tensor }): Tensor =>
      real(mul({ re: seed.re, im: -seed.im }, polar(r, theta)))
    const [c, s] = [Math.cos(theta), Math.sin(theta)]
    for (const f of [loss, jit(loss)]) {
      const bars = grad(f)({ r, theta })
      expect(bars.r.item()).toBeCloseTo(c * seed.re + s * seed.im, 15)
      expect(bars.theta.item()).toBeCloseTo(r * (c * seed.im - s * seed.re), 15)
    }
  })

  it('refuses complex arguments', () => {
    const error = errorOf(() => polar(1, { re: 0, im: 1 }))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toBe(
      'polar: expected real tensors, got a complex one. Modulus and phase are real: for r e^{iθ} with complex θ use mul and exp.',
    )
  })
})
