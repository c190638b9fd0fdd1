import fc from 'fast-check'
import { Matrix, QrDecomposition } from 'ml-matrix'
import {
  abs2,
  adjoint,
  ArgumentError,
  checkRule,
  concat,
  eye,
  grad,
  imag,
  jit,
  jvp,
  matmul,
  mul,
  real,
  ShapeError,
  slice,
  sum,
  tensor,
  vdot,
  vjp,
  zeros,
  type Tensor,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { fromMlMatrix, qr, SingularMatrixError, toMlMatrix, tril, triu } from '@cad/linalg'
import {
  countCalls,
  distance,
  fields,
  illConditioned,
  phases,
  random,
  reflection,
  sizes,
  thrown,
  wellConditioned,
  wellLed,
} from './matrices.ts'

const factors = (A: Tensor): [Tensor, Tensor] => {
  const { Q, R } = qr(A)
  return [Q, R]
}

/** Rows and columns of an embedding, from blocks [Re; Im] to pairs (Re, Im): then the R of a complex R is triangular as well. */
const interleaved = (A: Tensor): Tensor => {
  const embedding = fromMlMatrix(toMlMatrix(A, Matrix, { embed: true }))
  const order = (n: number): Tensor => {
    const P = new Float64Array(n * n)
    for (let i = 0; i < n; i++) P[i * n + (i % 2) * (n / 2) + Math.floor(i / 2)] = 1
    return tensor(P, { shape: [n, n] })
  }
  return matmul(matmul(order(embedding.shape[0]), embedding), adjoint(order(embedding.shape[1])))
}

/** The factors of ml-matrix, brought to a positive diagonal of R. */
function realFactors(A: Tensor): [Tensor, Tensor] {
  const { orthogonalMatrix, upperTriangularMatrix } = new QrDecomposition(toMlMatrix(A, Matrix))
  const R = fromMlMatrix(upperTriangularMatrix)
  const n = R.shape[1]
  const signs = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? Math.sign(R.data[i]) : 0))
  const S = tensor(signs, { shape: [n, n] })
  return [matmul(fromMlMatrix(orthogonalMatrix), S), matmul(S, R)]
}

/** The last of the first k columns is a combination of the others. */
const dependent = (m: number, n: number, seed: number): Tensor => {
  const k = Math.min(m, n)
  const independent = wellConditioned(m, k - 1, seed)
  const parts = [independent, matmul(independent, random([k - 1, 1], seed)), random([m, n - k], seed)]
  return concat(parts, { axis: 1 })
}

const shapes: readonly (readonly [number, number])[] = [
  [6, 4],
  [4, 4],
  [3, 5],
  [5, 1],
  [1, 5],
  [1, 1],
]

describe('qr', () => {
  it('gives A = Q R with orthonormal columns of Q, and R upper triangular with a real positive diagonal', () => {
    fc.assert(
      fc.property(sizes, ({ m, n, field, seed }) => {
        const A = random([m, n], seed, field)
        const { Q, R } = qr(A)
        const k = Math.min(m, n)
        expect([Q.shape, R.shape, Q.dtype, R.dtype]).toEqual([[m, k], [k, n], A.dtype, A.dtype])
        expect(distance(matmul(Q, R), A)).toBeLessThan(1e-13) // some 100 ε of entries near 1
        expect(distance(matmul(adjoint(Q), Q), eye(k))).toBeLessThan(2e-14) // some 100 ε
        expect(distance(R, triu(R))).toBe(0)
        const diagonal = mul(eye(k), slice(R, {}, { end: k }))
        expect(real(diagonal).data.every((x, i) => (i % (k + 1) === 0 ? x > 0 : x === 0))).toBe(true)
        expect(imag(diagonal).data.every((x) => x === 0)).toBe(true)
      }),
    )
  })

  it.each([
    [7, 4],
    [4, 4],
    [5, 1],
  ])('agrees with ml-matrix on real data, [%i, %i]', (m, n) => {
    const A = wellConditioned(m, n, 3, 'real')
    factors(A).forEach((factor, i) => expect(distance(factor, realFactors(A)[i])).toBeLessThan(1e-13)) // κ ≤ 3
  })

  it.each([
    [7, 4],
    [4, 4],
    [5, 1],
  ])('agrees with ml-matrix on the embedding of complex data, [%i, %i]', (m, n) => {
    const A = wellConditioned(m, n, 3)
    const expected = realFactors(interleaved(A))
    factors(A).forEach((factor, i) => expect(distance(interleaved(factor), expected[i])).toBeLessThan(1e-13)) // κ ≤ 3
  })

  it('follows phases of the columns, and leaves R as it is under a unitary factor from the left', () => {
    fc.assert(
      fc.property(sizes, ({ m, n, seed }) => {
        const A = wellLed(m, n, seed)
        const { Q, R } = qr(A)
        const D = phases(n, seed)
        const D1 = slice(D, { end: R.shape[0] }, { end: R.shape[0] })
        const turned = qr(matmul(A, D))
        expect(distance(turned.Q, matmul(Q, D1))).toBeLessThan(1e-13) // some 100 ε κ, κ ≤ 3
        expect(distance(turned.R, matmul(matmul(adjoint(D1), R), D))).toBeLessThan(1e-13)
        const U = reflection(m, seed)
        const reflected = qr(matmul(U, A))
        expect(distance(reflected.Q, matmul(U, Q))).toBeLessThan(1e-13)
        expect(distance(reflected.R, R)).toBeLessThan(1e-13)
      }),
    )
  })

  for (const field of fields) {
    it.each(shapes)(`has rules of order 1 and 2 for either factor alone, ${field} [%i, %i]`, (m, n) => {
      const A = wellLed(m, n, m + n, field)
      checkRule((X) => qr(X).Q, [A])
      checkRule((X) => qr(X).R, [A])
    })
  }

  it('has a gradient with rules of its own, for a loss that depends on the phases', () => {
    const [C, D] = [random([5, 3], 1), random([3, 3], 2)]
    const loss = (A: Tensor): Tensor => {
      const { Q, R } = qr(A)
      return sum(abs2(real(matmul(Q, matmul(R, mul(D, R))))))
    }
    checkRule(grad(loss), [wellConditioned(5, 3, 3)])
    checkRule(
      grad((A: Tensor) => real(vdot(C, qr(A).Q))),
      [wellConditioned(5, 3, 4)],
    )
  })

  it.each([1e3, 1e6])('has rules for κ = %d, as good as the condition allows', (kappa) => {
    // c ε κ: c = 10 for the identity; c = 10⁵ for differences, which divide the rounding of the factors by their step.
    const error = Number.EPSILON * kappa
    const options = { order: 1, identityTolerance: 10 * error, differenceTolerance: 1e5 * error } as const
    checkRule(factors, [illConditioned(7, 4, kappa, 3)], options)
    checkRule(factors, [illConditioned(4, 4, kappa, 3)], options)
  })

  it('keeps Ṙ upper triangular with a real diagonal', () => {
    const A = wellLed(4, 6, 1)
    const [, RDot] = jvp(factors)(A, random([4, 6], 2)).tangent
    const upper = triu(RDot)
    expect(distance(RDot, upper)).toBe(0)
    expect(imag(mul(eye(4), slice(RDot, {}, { end: 4 }))).data.every((x) => Math.abs(x) < 1e-15)).toBe(true)
  })

  it('ignores cotangents of what is fixed: the lower triangle of R, and imaginary parts of its diagonal', () => {
    const A = wellConditioned(5, 3, 1)
    const { pullback } = vjp(factors)(A)
    const fixed = tril(random([3, 3], 2), { offset: -1 })
    const imaginary = mul({ re: 0, im: 1 }, mul(eye(3), random([3, 3], 3, 'real')))
    for (const bar of [fixed, imaginary]) {
      expect(distance(pullback([zeros([5, 3]), bar]), zeros([5, 3]))).toBeLessThan(1e-15) // one rounding
    }
  })

  it.each([1e-300, 1e-290, 1e-160, 1e160, 1e290, 1e300])('survives entries of size %d, with derivatives', (scale) => {
    const [A, ADot] = [wellConditioned(5, 3, 1), random([5, 3], 2)]
    const [Q, R] = factors(A)
    const scaled = jvp(factors)(mul(scale, A), mul(scale, ADot))
    expect(distance(scaled.value[0], Q)).toBeLessThan(1e-13) // κ ≤ 3
    expect(distance(mul(1 / scale, scaled.value[1]), R)).toBeLessThan(1e-13)
    const [QDot, RDot] = jvp(factors)(A, ADot).tangent
    expect(distance(scaled.tangent[0], QDot)).toBeLessThan(1e-12)
    expect(distance(mul(1 / scale, scaled.tangent[1]), RDot)).toBeLessThan(1e-12)
    const pulled = vjp(factors)(mul(scale, A)).pullback([random([5, 3], 3), zeros([3, 3])])
    expect(pulled.data.every(Number.isFinite)).toBe(true)
  })

  it('runs, differentiates and refuses under jit', () => {
    const A = wellConditioned(4, 3, 1)
    const gradient = grad((X: Tensor) => sum(abs2(real(qr(X).Q))))
    expect(distance(jit((X: Tensor) => qr(X).R)(A), qr(A).R)).toBe(0)
    expect(distance(jit(gradient)(A), gradient(A))).toBe(0)
    expect(thrown(() => jit(gradient)(zeros([4, 3])))).toBeInstanceOf(SingularMatrixError)
  })

  it('factors once for value and derivatives', () => {
    const A = wellConditioned(4, 3, 1)
    const calls = countCalls('geqrf', () => {
      const { pullback } = vjp(factors)(A)
      pullback([random([4, 3], 2), random([3, 3], 3)])
      pullback([random([4, 3], 4), random([3, 3], 5)])
    })
    expect(calls).toBe(1)
  })

  it.each([
    ['dependent columns, tall', dependent(6, 4, 1), 3],
    ['dependent columns, square', dependent(4, 4, 1), 3],
    ['dependent first columns, wide', dependent(3, 5, 1), 2],
    [
      'a zero column',
      tensor([
        [1, 0, 3],
        [4, 0, 6],
        [7, 0, 9.5],
      ]),
      1,
    ],
    ['only zeros', zeros([3, 2]), 0],
  ])('factors %s, and refuses the derivative', (_, A, column) => {
    const { Q, R } = qr(A)
    expect(distance(matmul(Q, R), A)).toBeLessThan(1e-13)
    expect(distance(matmul(adjoint(Q), Q), eye(Q.shape[1]))).toBeLessThan(1e-13)
    const message =
      `qr: the derivative does not exist: column ${column} of A depends on the columns before it. ` +
      'Leave that column out, or move it to the end of a wide A.'
    for (const derivative of [
      () => jvp(factors)(A, random(A.shape, 2)),
      () => grad((X: Tensor) => sum(abs2(qr(X).R)))(A),
    ]) {
      const error = thrown(derivative)
      expect(error).toBeInstanceOf(SingularMatrixError)
      expect(error.message).toBe(message)
    }
  })

  it('accepts dependent columns of a wide matrix after the first square block', () => {
    const first = wellConditioned(3, 3, 1)
    checkRule(factors, [concat([first, slice(first, {}, { end: 2 })], { axis: 1 })])
  })

  it.each([NaN, Infinity])('refuses a matrix that holds %d', (bad) => {
    const error = thrown(() =>
      qr(
        tensor([
          [1, 2],
          [3, bad],
          [5, 6],
        ]),
      ),
    )
    expect(error).toBeInstanceOf(ArgumentError)
    expect(error.message).toBe(
      'qr: A must be finite, got NaN, an infinity or numbers near the largest one in column 1. ' +
        'Look for where they come from, or scale the column.',
    )
  })

  it('refuses a vector', () => {
    const error = thrown(() => qr(zeros([3])))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe('qr: A must be a matrix, got shape [3]. Reshape it, or stack its rows.')
  })
})
