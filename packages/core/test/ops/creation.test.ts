import { describe, expect, it } from 'vitest'
import { ArgumentError } from '../../src/errors.ts'
import { arange, eye, linspace, ones, zeros } from '../../src/ops/creation.ts'
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

  it.each([
    ['linspace', () => linspace(0, 1, 0), /linspace: count must be an integer ≥ 1, got 0/],
    ['linspace', () => linspace(0, 1, 1.5), /got 1\.5/],
    ['arange', () => arange(0, 1, 0), /arange: expected finite bounds and a step that is not 0, got \(0, 1, 0\)/],
    ['arange', () => arange(0, Infinity), /got \(0, Infinity, 1\)/],
    ['arange', () => arange(0, 1, NaN), /got \(0, 1, NaN\)/],
    ['zeros', () => zeros([-1]), /zeros: a shape holds integers ≥ 0, got \[-1\]/],
    ['ones', () => ones([2.5]), /ones: a shape holds integers ≥ 0, got \[2\.5\]/],
    ['eye', () => eye(-1), /eye: a shape holds integers ≥ 0, got \[-1, -1\]/],
  ])('%s refuses what it cannot make', (_, f, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toMatch(message)
  })
})
