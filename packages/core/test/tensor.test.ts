import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArgumentError, CadError, DtypeError, ShapeError, TracingError } from '../src/errors.ts'
import { grad } from '../src/transformations/grad.ts'
import { add, mul } from '../src/ops/arithmetic.ts'
import { errorOf } from './error-of.ts'
import { describeValue, lengthOf, Opaque, sameType, tensor, toTensor, zerosOfType, type Tensor } from '../src/tensor.ts'

describe('tensor', () => {
  it('gives back the nested array that it was made of', () => {
    const nested = fc
      .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 }))
      .chain(([m, n]) =>
        fc.array(fc.array(fc.double({ noNaN: true }), { minLength: n, maxLength: n }), { minLength: m, maxLength: m }),
      )
    fc.assert(
      fc.property(nested, (values) => {
        expect(tensor(values).toArray()).toEqual(values)
      }),
    )
  })

  it('is complex as soon as one element is', () => {
    const z = tensor([1, { re: 2, im: 3 }])
    expect(z.dtype).toBe('complex128')
    expect([...z.data]).toEqual([1, 0, 2, 3])
    expect(z.toArray()).toEqual([
      { re: 1, im: 0 },
      { re: 2, im: 3 },
    ])
  })

  it('stores matrices row by row', () => {
    const A = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(A.shape).toEqual([2, 3])
    expect(A.size).toBe(6)
    expect([...A.data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('takes flat numbers with a shape', () => {
    expect(tensor([1, 2, 3, 4], { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(tensor(Float64Array.of(1, 2, 3, 4), { dtype: 'complex128' }).toArray()).toEqual([
      { re: 1, im: 2 },
      { re: 3, im: 4 },
    ])
    expect(tensor(Float64Array.of(1, 2)).shape).toEqual([2])
  })

  it('takes real numbers as complex ones', () => {
    expect([...tensor([1, 2], { dtype: 'complex128' }).data]).toEqual([1, 0, 2, 0])
  })

  it.each([
    [[], [0]],
    [
      [[], []],
      [2, 0],
    ],
    [3, []],
    [[[[1]]], [1, 1, 1]],
  ])('of %j has shape %j', (values, shape) => expect(tensor(values).shape).toEqual(shape))

  it('takes scalar tensors as numbers', () => {
    expect(tensor([toTensor(1), 2, tensor([3])]).toArray()).toEqual([1, 2, 3])
    expect(tensor([toTensor({ re: 0, im: 1 }), 2]).dtype).toBe('complex128')
  })

  it('gives a tensor back as it is', () => {
    const x = tensor([1, 2])
    expect(tensor(x)).toBe(x)
  })
})

describe('tensor refuses', () => {
  it.each([
    ['a short row', [[1, 2], [3]], /tensor: expected 2 elements along axis 1 everywhere, got 1\..*rectangular/],
    ['a number among rows', [[1, 2], 3], /tensor: expected 2 elements along axis 1 everywhere, got a number/],
    ['a row among numbers', [1, [2, 3]], /tensor: expected a number at axis 1 .*got a list of length 2\..*rectangular/],
  ])('%s', (_, values, message) => {
    const error = errorOf(() => tensor(values))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(message)
  })

  it.each([
    ['a string', ['1'], /tensor: expected numbers or \{ re, im \}, got the string '1'/],
    ['null', [null], /got null/],
    ['undefined', undefined, /got undefined/],
    ['half a complex number', [{ re: 1 }], /got an object with keys \{ re \}/],
  ])('%s', (_, values, message) => {
    const error = errorOf(() => tensor(values as never))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(message)
  })

  it('complex numbers for dtype float64', () => {
    const error = errorOf(() => tensor([{ re: 1, im: 0 }], { dtype: 'float64' }))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(
      /tensor: expected real numbers for dtype float64, got a complex one\. Leave dtype out/,
    )
  })

  it('a shape that needs other numbers of elements', () => {
    const error = errorOf(() => tensor([1, 2, 3], { shape: [2, 2] }))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/tensor: shape \[2, 2\] needs 4 elements, got 3/)
  })

  it.each([[[-1]], [[1.5]], [[NaN]]])('the shape %j', (shape) => {
    const error = errorOf(() => tensor([1], { shape }))
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toMatch(/tensor: a shape holds integers ≥ 0, got/)
  })

  it('an odd number of numbers as complex data', () => {
    const error = errorOf(() => tensor(Float64Array.of(1, 2, 3), { dtype: 'complex128' }))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(/tensor: complex data are pairs \(re, im\), got an odd number of numbers, 3/)
  })

  it('a traced tensor among numbers, whose derivative would be lost', () => {
    const error = errorOf(() => grad((x: Tensor) => mul(tensor([x]), 1))(2))
    expect(error).toBeInstanceOf(TracingError)
    expect(error.message).toMatch(/tensor: got a traced tensor; its derivative would be lost.*stack\(\[a, b\]\)/)
  })

  it('a tensor of several elements among numbers', () => {
    expect(errorOf(() => tensor([1, tensor([2, 3])]))).toBeInstanceOf(ShapeError)
  })
})

describe('Tensor', () => {
  it('gives its only element as a number or a complex number', () => {
    expect(toTensor(3).item()).toBe(3)
    expect(tensor([[{ re: 1, im: 2 }]]).item()).toEqual({ re: 1, im: 2 })
  })

  it('names shape and way out when it has no only element', () => {
    const error = errorOf(() => tensor([1, 2]).item())
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe('Tensor.item: expected one element, got shape [2]. Use toArray() for all elements.')
  })

  it('describes itself, and is its nested array in JSON', () => {
    expect(String(tensor([[1, 2]]))).toBe('Tensor(float64, shape [1, 2]) [[1, 2]]')
    expect(String(tensor(1 / 3))).toBe('Tensor(float64, shape []) 0.333333')
    expect(JSON.stringify({ x: tensor([1, { re: 0, im: 1 }]) })).toBe('{"x":[{"re":1,"im":0},{"re":0,"im":1}]}')
  })

  it('prints complex numbers in one piece, and the ends of long axes', () => {
    const z = tensor([{ re: 1, im: 2 }, { re: -0.5, im: -1e-9 }, { re: 0, im: -0 }, { re: NaN, im: Infinity }]) // prettier-ignore
    expect(String(z)).toBe('Tensor(complex128, shape [4]) [1+2i, -0.5-1e-9i, 0-0i, NaN+Infinityi]')
    const long = tensor(Float64Array.from({ length: 100 }, (_, i) => i))
    expect(String(long)).toBe('Tensor(float64, shape [100]) [0, 1, 2, …, 97, 98, 99]')
    const empty = tensor(new Float64Array(0), { shape: [2, 0] })
    expect(String(empty)).toBe('Tensor(float64, shape [2, 0]) [[], []]')
  })

  it("is shown so by Node's console", () => {
    expect(inspect(tensor([1, 2]))).toBe('Tensor(float64, shape [2]) [1, 2]')
    expect(inspect({ x: tensor(3) })).toBe('{ x: Tensor(float64, shape []) 3 }')
  })

  it('has no numbers if it is a handle', () => {
    const error = errorOf(() => new Opaque(['LU']).data)
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(/an opaque handle has no numbers/)
  })
})

describe('toTensor', () => {
  it.each([
    [
      [1, 2],
      /sqrt: expected a Tensor, a number or a complex \{ re, im \}, got an array of length 2\..*tensor\(\[\.\.\.\]\)/,
    ],
    ['2', /got the string '2'/],
    [undefined, /got undefined/],
    [() => 1, /got a function/],
  ])('names the caller and what it got instead of a tensor: %j', (x, message) => {
    const error = errorOf(() => toTensor(x as never, 'sqrt'))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error).toBeInstanceOf(CadError)
    expect(error.name).toBe('DtypeError')
    expect(error.message).toMatch(message)
  })
})

describe('zerosOfType', () => {
  it('has the zeros of its type when it is read', () => {
    const zero = zerosOfType({ shape: [2], dtype: 'complex128' })
    expect(zero.isStructuralZero).toBe(true)
    expect([...zero.data]).toEqual([0, 0, 0, 0])
    expect(zero.toArray()).toEqual([
      { re: 0, im: 0 },
      { re: 0, im: 0 },
    ])
    expect(add(zero, 1).toArray()).toEqual([
      { re: 1, im: 0 },
      { re: 1, im: 0 },
    ])
  })

  it('is real for a handle, which has no tangent', () => {
    expect(zerosOfType({ shape: [], dtype: 'opaque' }).dtype).toBe('float64')
  })
})

describe('types', () => {
  it('are the same if shape and dtype are', () => {
    expect(sameType(tensor([1]), tensor([2]))).toBe(true)
    expect(sameType(tensor([1]), tensor([[2]]))).toBe(false)
    expect(sameType(tensor([1]), tensor([{ re: 2, im: 0 }]))).toBe(false)
  })

  it('take twice as many numbers if complex', () => {
    expect(lengthOf({ shape: [2, 3], dtype: 'complex128' })).toBe(12)
    expect(lengthOf({ shape: [], dtype: 'float64' })).toBe(1)
    expect(lengthOf({ shape: [0, 3], dtype: 'float64' })).toBe(0)
  })
})

describe('describeValue', () => {
  it('shortens long strings and objects', () => {
    expect(describeValue('x'.repeat(100))).toBe(`the string '${'x'.repeat(40)}'`)
    expect(describeValue({ a: 1, b: 2, c: 3, d: 4, e: 5 })).toBe('an object with keys { a, b, c, d }')
    expect(describeValue(true)).toBe('true')
  })
})
