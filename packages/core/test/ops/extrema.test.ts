import { describe, expect, it } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { DtypeError, ShapeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { max, min } from '../../src/ops/extrema.ts'
import { sum } from '../../src/ops/reduction.ts'
import { zeros } from '../../src/ops/creation.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

const x = tensor([
  [3, 1, 3],
  [-2, 5, 0],
])

describe('max and min', () => {
  it('are the largest and the smallest along the axes', () => {
    expect([max(x).item(), min(x).item()]).toEqual([5, -2])
    expect(max(x, { axis: 0 }).toArray()).toEqual([3, 5, 3])
    expect(min(x, { axis: -1, keepdims: true }).toArray()).toEqual([[1], [-2]])
    expect(max(7).item()).toBe(7)
    expect([max(tensor([1, NaN])).item(), min(tensor([NaN, 1])).item()]).toEqual([NaN, NaN])
    expect(max(tensor([-Infinity, -Infinity])).item()).toBe(-Infinity)
  })

  it.each([
    ['eager', (f: (y: Tensor) => Tensor) => f],
    ['compiled', jit as (f: (y: Tensor) => Tensor) => (y: Tensor) => Tensor],
  ])('share their derivative among those that are equal: %s', (_, wrap) => {
    const largest = wrap((y) => sum(max(y, { axis: 1 })))
    expect(grad(largest)(x).toArray()).toEqual([
      [0.5, 0, 0.5],
      [0, 1, 0],
    ])
    expect(jvp(largest)(x, x).tangent.item()).toBe(8)
    const smallest = wrap((y) => min(y))
    const slopes = [...grad(smallest)(tensor([2, 1, 1, 1, 1])).data].map((slope) => slope + 0) // −0 is 0
    expect(slopes).toEqual([0, 0.25, 0.25, 0.25, 0.25])
  })

  it('of no elements are refused, unless there is nothing to give', () => {
    expect(max(zeros([0, 2]), { axis: 1 }).shape).toEqual([0])
    for (const [name, f] of Object.entries({ max, min })) {
      const error = errorOf(() => f(zeros([0, 2]), { axis: 0 }))
      expect(error).toBeInstanceOf(ShapeError)
      expect(error.message).toBe(
        `${name}: no elements have no ${name}imum; got shape [0, 2]. Check for length 0 first.`,
      )
    }
  })

  it.each(Object.entries({ max, min }))('do not order complex numbers: %s', (name, f) => {
    const error = errorOf(() => f(tensor([{ re: 1, im: 0 }])))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toBe(
      `${name}: expected real tensors, got a complex one. Complex numbers have no order: compare abs, real or imag.`,
    )
    expect(errorOf(() => f(x, { axis: 2 })).message).toMatch(new RegExp(`^${name}: axis 2 does not exist`))
  })
})
