import fc from 'fast-check'
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import {
  abs2,
  add,
  adjoint,
  complex,
  div,
  eye,
  grad,
  imag,
  jit,
  matmul,
  mul,
  norm,
  real,
  ShapeError,
  slice,
  stack,
  sub,
  sum,
  tensor,
  vmap,
  zeros,
  type Tensor,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { cholesky, fromMlMatrix, NotPositiveDefiniteError, toMlMatrix, tril, triu } from '@cad/linalg'
import { distance, random, sizes, thrown, wellConditioned, type Field } from './matrices.ts'

/** B Bᴴ with κ(B) ≤ 3, so κ ≤ 9 and entries near 1. */
const definite = (n: number, seed: number, field: Field = 'complex'): Tensor => {
  const B = wellConditioned(n, n, seed, field)
  return matmul(B, adjoint(B))
}

describe('cholesky', () => {
  it('gives A = L Lᴴ with L lower triangular and a real positive diagonal, in the dtype of A', () => {
    fc.assert(
      fc.property(sizes, ({ n, field, seed }) => {
        const A = definite(n, seed, field)
        const L = cholesky(A)
        expect([L.shape, L.dtype]).toEqual([A.shape, A.dtype])
        expect(distance(matmul(L, adjoint(L)), A)).toBeLessThan(2e-14) // some 100 ε of entries near 1
        expect(distance(L, tril(L))).toBe(0)
        const diagonal = mul(eye(n), L)
        expect(real(diagonal).data.every((x, i) => (i % (n + 1) === 0 ? x > 0 : x === 0))).toBe(true)
        expect(imag(diagonal).data.every((x) => x === 0)).toBe(true)
      }),
    )
  })

  it.each([1, 4, 9])('agrees with ml-matrix on real data, n = %i', (n) => {
    const A = definite(n, 3, 'real')
    const expected = new CholeskyDecomposition(toMlMatrix(A, Matrix)).lowerTriangularMatrix
    expect(distance(cholesky(A), fromMlMatrix(expected))).toBeLessThan(1e-13) // some 100 ε κ
  })

  it('reads the lower triangle and the real diagonal alone, and gives the rest a zero gradient', () => {
    const A = definite(4, 5)
    const disturbed = add(A, add(triu(random([4, 4], 1), { offset: 1 }), mul(complex(0, 7), eye(4))))
    expect(distance(cholesky(disturbed), cholesky(A))).toBe(0)
    const gradient = grad((a: Tensor) => sum(abs2(sub(cholesky(a), random([4, 4], 2)))))(disturbed)
    expect(distance(triu(gradient, { offset: 1 }), zeros([4, 4]))).toBe(0)
    expect(distance(mul(eye(4), imag(gradient)), zeros([4, 4]))).toBe(0)
  })

  it('takes what is nearly singular, with a small residual', () => {
    const B = matmul(definite(5, 7), mul(eye(5), tensor([[1, 1e-2, 1e-4, 1e-6, 1e-7]])))
    const A = matmul(B, adjoint(B)) // κ ≈ 1e14
    const L = cholesky(A)
    const residual = div(norm(sub(matmul(L, adjoint(L)), A)), norm(A))
    expect(residual.item()).toBeLessThan(1e-14) // backward stable: n ε, whatever κ is
  })

  it('takes no matrix, one number, and an empty stack', () => {
    expect(cholesky(zeros([0, 0])).shape).toEqual([0, 0])
    expect(cholesky(tensor([[4]])).toArray()).toEqual([[2]])
    expect(cholesky(zeros([0, 3, 3])).shape).toEqual([0, 3, 3])
  })

  it('of a stack is that of each, also under vmap and jit', () => {
    const each = [definite(3, 1), definite(3, 2), definite(3, 3)]
    const expected = stack(each.map((A) => cholesky(A)))
    for (const f of [cholesky, vmap((A: Tensor) => cholesky(A)), jit((A: Tensor) => cholesky(A))])
      expect(distance(f(stack(each)), expected)).toBe(0)
  })

  describe('bad input', () => {
    const indefinite = (at: number): Tensor => sub(eye(4), mul(2, matmul(slice(eye(4), {}, { start: at, end: at + 1 }), adjoint(slice(eye(4), {}, { start: at, end: at + 1 }))))) // prettier-ignore

    it.each([0, 2, 3])('names the leading block that is not positive definite, at row %i', (at) => {
      for (const A of [indefinite(at), mul(indefinite(at), complex(1))]) {
        const error = thrown(() => cholesky(A))
        expect(error).toBeInstanceOf(NotPositiveDefiniteError)
        expect(error.message).toContain(`a leading block of ${at + 1} × ${at + 1} (of 4)`)
        expect(error.message).toContain('use solve or qr')
      }
    })

    it.each([NaN, Infinity, 0, -1e-300])('refuses a matrix with %d on its diagonal', (x) => {
      expect(() => cholesky(tensor([[x]]))).toThrow(NotPositiveDefiniteError)
    })

    it('refuses NaN below the diagonal', () => {
      expect(() => cholesky(tensor([[1, 0], [NaN, 1]]))).toThrow(NotPositiveDefiniteError) // prettier-ignore
    })

    it('refuses what is no square matrix', () => {
      expect(() => cholesky(zeros([2, 3]))).toThrow(ShapeError)
      expect(() => cholesky(zeros([2, 3]))).toThrow('cholesky: A must be square, got shape [2, 3].')
      expect(() => cholesky(zeros([3]))).toThrow('cholesky: A must be a matrix, got shape [3].')
    })

    it('refuses one bad matrix of a stack', () => {
      expect(() => cholesky(stack([eye(4), indefinite(1)]))).toThrow(NotPositiveDefiniteError)
    })
  })
})
