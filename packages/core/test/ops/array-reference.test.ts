import { tensor, toTensor, vjp, type Tensor, type TensorLike } from '@cad/core'
import { relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { functionCases } from '../cases/index.ts'
import reference from '../fixtures/arrays.json' with { type: 'json' }

/** `dtype [shape]: data` as a tensor. */
function read(text: string): Tensor {
  const [, dtype, shape, data] = /^(\w+) \[(.*)\]: ?(.*)$/.exec(text)!
  const numbers = (list: string, separator: string): number[] => (list === '' ? [] : list.split(separator).map(Number))
  return tensor(Float64Array.from(numbers(data, ' ')), { shape: numbers(shape, ', '), dtype: dtype as 'float64' })
}

const operations = functionCases.flatMap(({ arrayReference = {} }) => Object.entries(arrayReference))

describe('the fixture', () => {
  it('holds the calls that the cases name, and no others', () => {
    expect(operations.map(([name]) => name).sort()).toEqual(reference.map(({ name }) => name).sort())
  })
})

const entries = operations.flatMap(([name, f]) =>
  reference.flatMap((entry) => (entry.name === name ? [{ ...entry, f }] : [])),
)

describe.each(entries)('$name', ({ f, args, value, cotangent, gradients }) => {
  const apply = (x: readonly Tensor[]): Tensor => toTensor(f(...x) as TensorLike)
  const point = args.map(read)

  // NumPy and the package both sum at most 37 products of numbers below 3 · 3, rounded to 1e-15 each; gathers are exact.
  it('has the value that NumPy has', () => {
    const found = apply(point)
    expect([found.shape, found.dtype]).toEqual([read(value).shape, read(value).dtype])
    expect(relativeDifference(found, read(value))).toBeLessThan(1e-14)
  })

  it('has the gradient of Re⟨w, f⟩ that NumPy has', () => {
    const { pullback } = vjp(apply)(point)
    // f(a + e) − f(a) of the reference loses as many digits as f is larger than its slope, at most two.
    expect(relativeDifference(pullback(read(cotangent)), gradients.map(read))).toBeLessThan(1e-13)
  })
})
