import fc from 'fast-check'
import { inverse, Matrix, MatrixTransposeView } from 'ml-matrix'
import { adjoint, ArgumentError, eye, grad, matmul, ShapeError, sum, tensor, TracingError } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { fromMlMatrix, toMlMatrix } from '@cad/linalg'
import { distance, random, sizes, thrown, wellConditioned } from './matrices.ts'

describe('toMlMatrix and fromMlMatrix', () => {
  it('are inverse to each other, exactly', () => {
    fc.assert(
      fc.property(sizes, ({ m, n, field, seed }) => {
        const A = random([m, n], seed, field)
        const back = fromMlMatrix(toMlMatrix(A, Matrix), { embedded: field === 'complex' })
        expect(back.dtype).toBe(A.dtype)
        expect(back.shape).toEqual([m, n])
        expect(distance(back, A)).toBe(0)
      }),
    )
  })

  it('embed a complex matrix as [[Re, −Im], [Im, Re]]', () => {
    const A = tensor([
      [
        { re: 1, im: 2 },
        { re: 3, im: 4 },
      ],
    ])
    expect(toMlMatrix(A, Matrix).to2DArray()).toEqual([
      [1, 3, -2, -4],
      [2, 4, 1, 3],
    ])
  })

  it('embed a real matrix on request', () => {
    expect(toMlMatrix(tensor([[5]]), Matrix, { embed: true }).to2DArray()).toEqual([
      [5, 0],
      [0, 5],
    ])
  })

  it('carry products over to products, and adjoints to transposes', () => {
    const [A, B] = [random([3, 4], 1), random([4, 2], 2)]
    const product = toMlMatrix(A, Matrix).mmul(toMlMatrix(B, Matrix))
    expect(distance(fromMlMatrix(product, { embedded: true }), matmul(A, B))).toBeLessThan(1e-14) // sums of 4 terms
    const transposed = new MatrixTransposeView(toMlMatrix(A, Matrix))
    expect(distance(fromMlMatrix(transposed, { embedded: true }), adjoint(A))).toBe(0)
  })

  it('take back what ml-matrix computed, where the two copies differ by rounding', () => {
    const A = wellConditioned(6, 6, 1)
    const Y = fromMlMatrix(inverse(toMlMatrix(A, Matrix)), { embedded: true })
    expect(distance(matmul(A, Y), eye(6))).toBeLessThan(1e-13) // κ ≤ 3
  })

  it.each([
    [0, 0],
    [0, 2],
    [2, 0],
  ])('keep the shape of an empty matrix, [%i, %i]', (m, n) => {
    expect(fromMlMatrix(toMlMatrix(random([m, n], 1), Matrix), { embedded: true }).shape).toEqual([m, n])
  })

  it('accept anything with rows, columns and get', () => {
    const hilbert = { rows: 2, columns: 3, get: (i: number, j: number) => 1 / (i + j + 1) }
    expect(fromMlMatrix(hilbert).toArray()).toEqual([
      [1, 1 / 2, 1 / 3],
      [1 / 2, 1 / 3, 1 / 4],
    ])
  })

  it.each([
    [
      'differ',
      new Matrix([
        [1, 2],
        [-2, 1.5],
      ]),
    ],
    [
      'hold NaN',
      new Matrix([
        [NaN, 2],
        [-2, NaN],
      ]),
    ],
  ])('refuse an embedding whose blocks %s', (_, matrix) => {
    const error = thrown(() => fromMlMatrix(matrix, { embedded: true }))
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toMatch(
      /^fromMlMatrix: expected an embedding \[\[Re, −Im\], \[Im, Re\]\], got blocks that differ/,
    )
  })

  it('refuse an embedding with an odd side', () => {
    const error = thrown(() => fromMlMatrix(new Matrix(2, 3), { embedded: true }))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(
      'fromMlMatrix: an embedding has an even number of rows and of columns, got 2 × 3. ' +
        'Leave out embedded: true for a real matrix.',
    )
  })

  it('refuse a vector and say what to do', () => {
    expect(thrown(() => toMlMatrix(tensor([1, 2, 3]), Matrix)).message).toBe(
      'toMlMatrix: A must be a matrix, got shape [3]. Reshape a vector to a column [3, 1].',
    )
  })

  it('refuse a traced tensor, whose derivative would be lost', () => {
    const loss = (A: Parameters<typeof sum>[0]) => sum(fromMlMatrix(toMlMatrix(A, Matrix)))
    expect(thrown(() => grad(loss)(eye(2)))).toBeInstanceOf(TracingError)
  })
})
