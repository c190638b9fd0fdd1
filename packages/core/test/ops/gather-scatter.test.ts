import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { ArgumentError, DtypeError, ShapeError, TracingError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { real } from '../../src/ops/conjugation.ts'
import { arange, zeros } from '../../src/ops/creation.ts'
import { gather, scatter, scatterAdd, take, takeAlongAxis } from '../../src/ops/gather-scatter.ts'
import type { Indices } from '../../src/ops/index-arrays.ts'
import { at, slice } from '../../src/ops/indexing.ts'
import { stack } from '../../src/ops/joining.ts'
import { vdot } from '../../src/ops/products.ts'
import { reshape } from '../../src/ops/shape.ts'
import { sum } from '../../src/ops/reduction.ts'
import { stopGradient } from '../../src/ops/stop-gradient.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

const A = reshape(arange(6), [2, 3])

describe('take', () => {
  it('replaces the axis by those of the index array', () => {
    expect(take(A, [2, 0], { axis: 1 }).toArray()).toEqual([
      [2, 0],
      [5, 3],
    ])
    expect(take(A, [[-1], [0]], { axis: 0 }).shape).toEqual([2, 1, 3])
    expect(take(A, 1, { axis: -1 }).toArray()).toEqual([1, 4])
    expect(take(A, tensor([1, 1]), { axis: 0 }).toArray()).toEqual([
      [3, 4, 5],
      [3, 4, 5],
    ])
  })

  it('without axis counts in the flattened tensor', () => {
    expect(take(A, [[5, -6]]).toArray()).toEqual([[5, 0]])
    expect(take(A, []).shape).toEqual([0])
  })

  it('adds the cotangents of elements taken more than once', () => {
    expect(grad((x: Tensor) => vdot(tensor([1, 10, 100]), take(x, [4, 4, 0])))(A).toArray()).toEqual([
      [100, 0, 0],
      [0, 11, 0],
    ])
  })
})

describe('takeAlongAxis', () => {
  it('takes other positions in each line', () => {
    expect(takeAlongAxis(A, [[2, 0], [1, -3]]).toArray()).toEqual([[2, 0], [4, 3]]) // prettier-ignore
    expect(takeAlongAxis(A, [[1, 0, 1]], { axis: 0 }).toArray()).toEqual([[3, 1, 5]])
    expect(takeAlongAxis(arange(3), [2, 2, 1]).toArray()).toEqual([2, 2, 1])
  })

  it('broadcasts the other axes', () => {
    expect(takeAlongAxis(A, [[2]]).toArray()).toEqual([[2], [5]])
    expect(takeAlongAxis(slice(A, { end: 1 }), [[0], [2]]).toArray()).toEqual([[0], [2]])
    expect(takeAlongAxis(A, tensor([], { shape: [2, 0] })).shape).toEqual([2, 0])
  })
})

describe('gather', () => {
  it('has elements (i_p, j_p, …) for index arrays i, j, …', () => {
    expect(gather(A, [0, 1, -1], [2, 0, -1]).toArray()).toEqual([2, 3, 5])
    expect(gather(A, [[0], [1]], [0, 2]).toArray()).toEqual([
      [0, 2],
      [3, 5],
    ])
    expect(gather(A, 1, [0, 1]).toArray()).toEqual([3, 4])
    expect(gather(A, tensor([[1]])).toArray()).toEqual([[[3, 4, 5]]])
    expect(gather(A, 1, 2).item()).toBe(5)
    expect(gather(A).toArray()).toEqual(A.toArray())
    expect(gather(A, [], []).shape).toEqual([0])
  })
})

describe('scatter', () => {
  it('replaces elements of a copy, and gather reads them back', () => {
    const [x, v] = [randomComplex([3, 2], 1), randomComplex([2, 2], 2)]
    const y = scatter(x, [[2, 0]], v)
    expect(maxDifference(gather(y, [2, 0]), v)).toBe(0)
    expect(maxDifference(at(y, 1), at(x, 1))).toBe(0)
    expect(maxDifference(x, randomComplex([3, 2], 1))).toBe(0)
    const places: Indices[] = [[2, 0], [1, 1]] // prettier-ignore
    expect(maxDifference(gather(scatter(x, places, at(v, 0)), ...places), at(v, 0))).toBe(0)
  })

  it('broadcasts values, and becomes complex with them', () => {
    expect(scatter(A, [[0], [1, 2]], 9).toArray()).toEqual([
      [0, 9, 9],
      [3, 4, 5],
    ])
    expect(scatter(zeros([2]), tensor([1]), { re: 1, im: 2 }).toArray()).toEqual([
      { re: 0, im: 0 },
      { re: 1, im: 2 },
    ])
    expect(scatter(A, [[]], 1).toArray()).toEqual(A.toArray())
    expect(scatter(A, [], 1).toArray()).toEqual([[1, 1, 1], [1, 1, 1]]) // prettier-ignore
  })

  it('keeps the last of several values for one place, whose derivative alone is not 0', () => {
    const write = (v: Tensor): Tensor => scatter(zeros([3]), [[1, 0, 1, -2]], v)
    const v = tensor([1, 2, 3, 4])
    expect(write(v).toArray()).toEqual([2, 4, 0])
    expect(jvp(write)(v, tensor([10, 20, 30, 40])).tangent.toArray()).toEqual([20, 40, 0])
    expect(
      vjp(write)(v)
        .pullback(tensor([5, 6, 7]))
        .toArray(),
    ).toEqual([0, 5, 0, 6])
  })

  it('gives what is overwritten no derivative, however large', () => {
    const f = (x: Tensor): Tensor => scatter(x, [[0]], 1)
    expect(jvp(f)(arange(2), tensor([Infinity, 3])).tangent.toArray()).toEqual([0, 3])
    expect(
      vjp(f)(arange(2))
        .pullback(tensor([NaN, 3]))
        .toArray(),
    ).toEqual([0, 3])
  })
})

describe('scatterAdd', () => {
  it('adds all values for one place', () => {
    expect(scatterAdd(tensor([1, 1, 1]), [[1, 0, 1]], tensor([10, 20, 30])).toArray()).toEqual([21, 41, 1])
    expect(scatterAdd(A, [[0, 0]], tensor([1, 2, 3])).toArray()).toEqual([
      [2, 5, 8],
      [3, 4, 5],
    ])
    expect(scatterAdd(A, [[0, 1], [0, 0]], { re: 0, im: 1 }).dtype).toBe('complex128') // prettier-ignore
  })

  it('into zeros is the adjoint of gather', () => {
    const [x, v] = [randomComplex([3, 2], 1), randomComplex([4, 2], 2)]
    const rows = [2, 0, 2, 1]
    // Eight products below 2, added in two orders
    const defect = maxDifference(vdot(v, gather(x, rows)), vdot(scatterAdd(zeros([3, 2]), [rows], v), x))
    expect(defect).toBeLessThan(5e-15)
  })
})

describe('index arrays', () => {
  const uses: Record<string, (indices: Indices) => Tensor> = {
    take: (indices) => take(A, indices, { axis: 1 }),
    takeAlongAxis: (indices) => takeAlongAxis(A, stackRows(indices)),
    gather: (indices) => gather(A, 0, indices),
    scatter: (indices) => scatter(A, [[0], indices], 1),
    scatterAdd: (indices) => scatterAdd(A, [[0], indices], 1),
  }
  const stackRows = (indices: Indices): Indices =>
    Array.isArray(indices) ? [indices, indices] : stack([indices as Tensor, indices as Tensor])

  it.each(Object.entries(uses))('out of range are refused by %s, with index, axis and range', (name, use) => {
    for (const index of [3, -4, 0.5, NaN]) {
      const error = errorOf(() => use([0, index]))
      expect(error).toBeInstanceOf(ArgumentError)
      expect(error.message).toBe(
        `${name}: index ${index} is not valid for axis 1 of shape [2, 3]. Use an integer from -3 to 2.`,
      )
    }
  })

  it.each(Object.entries(uses))('that are traced are refused by %s, also under jit', (name, use) => {
    const expected =
      `${name}: got a traced tensor as index array; indices are constants, without derivative. ` +
      'In grad, jvp or vjp take stopGradient(indices); in jit compute them outside, or choose with where(mask, a, b).'
    const index = tensor([0, 1])
    for (const error of [errorOf(() => jvp(use)(index, index)), errorOf(() => jit(use)(index))]) {
      expect(error).toBeInstanceOf(TracingError)
      expect(error.message).toBe(expected)
    }
  })

  it.each(Object.entries(uses))('with a value may be computed inside a derivative: %s', (_, use) => {
    const f = (x: Tensor): Tensor => mul(sum(x), use(stopGradient(add(real(x), tensor([0, 1])))))
    // d(Σx · y) along (1, 0), y constant
    const index = tensor([1, 1])
    expect(maxDifference(jvp(f)(index, tensor([1, 0])).tangent, use(tensor([1, 2])))).toBe(0)
  })

  it.each([
    [() => take(A, tensor([{ re: 1, im: 0 }])), DtypeError, 'take: expected a real tensor of integers as indices'],
    [() => take(A, 'x' as unknown as Indices), DtypeError, "take: expected integers, arrays of them or a real tensor as indices, got the string 'x'."], // prettier-ignore
    [
      () => take(A, [[1, 2], [3]]),
      ShapeError,
      'take: an index array is rectangular, got parts of shapes [2] and [1]. Give lists of equal length.',
    ],
    [() => take(A, [0], { axis: 2 }), ShapeError, 'take: axis 2 does not exist; the tensor has 2 axes. Use -2 … 1.'],
    [
      () => take(zeros([0]), [0]),
      ArgumentError,
      'take: index 0 is not valid for axis 0 of shape [0]. The axis is empty.',
    ],
    [
      () => takeAlongAxis(A, [0]),
      ShapeError,
      'takeAlongAxis: expected an index array of 2 axes like x, got shapes [1] and [2, 3]. For the same positions in every line use take.',
    ],
    [
      () => takeAlongAxis(A, [[0], [0], [0]]),
      ShapeError,
      'takeAlongAxis: shapes [3, 1] and [2, 1] do not broadcast (3 against 2 along axis 0).',
    ],
    [
      () => gather(A, 0, 0, 0),
      ShapeError,
      'gather: got 3 index arrays for shape [2, 3]. Give at most one for each axis.',
    ],
    [
      () => gather(A, [0, 1], [0, 1, 2]),
      ShapeError,
      'gather, index arrays: shapes [] and [2] and [3] do not broadcast (2 against 3 along axis 0).',
    ],
    [
      () => scatter(A, [0, 2], 1),
      ShapeError,
      'scatter: expected a list of index arrays, one for each axis, got [0, 2]. ' +
        'Write [[0, 2]] for positions 0 and 2 of the first axis, [[0], [2]] for the element at (0, 2).',
    ],
    [() => scatterAdd(A, 1 as unknown as Indices[], 1), ShapeError, 'scatterAdd: expected a list of index arrays, one for each axis, got number.'], // prettier-ignore
    [
      () => scatter(A, [[0, 1]], randomReal([2], 1)),
      ShapeError,
      'scatter: values of shape [2] do not broadcast to [2, 3], the shape of x[indices]. Reshape them, or give one number.',
    ],
    [
      () => scatterAdd(A, [[0], [1]], randomReal([1, 1], 1)),
      ShapeError,
      'scatterAdd: values of shape [1, 1] do not broadcast to [1], the shape of x[indices].',
    ],
  ])('that do not fit are refused (%#)', (f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toContain(message)
  })
})
