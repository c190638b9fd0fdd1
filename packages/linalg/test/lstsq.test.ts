import fc from 'fast-check'
import { Matrix, pseudoInverse, QrDecomposition } from 'ml-matrix'
import {
  abs2,
  adjoint,
  checkRule,
  concat,
  eye,
  grad,
  jit,
  jvp,
  matmul,
  mul,
  norm,
  real,
  ShapeError,
  sub,
  sum,
  tensor,
  valueAndGrad,
  vdot,
  vjp,
  zeros,
  type Tensor,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { fromMlMatrix, lstsq, qr, SingularMatrixError, solve, toMlMatrix, triangularSolve } from '@cad/linalg'
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
  type Field,
} from './matrices.ts'

const shapes: readonly (readonly [number, number])[] = [
  [6, 3],
  [4, 4],
  [3, 5],
  [4, 1],
  [1, 4],
  [1, 1],
]

/** Some 100 ε ‖B‖, for κ ≤ 3. */
const tolerance = (B: Tensor): number => 100 * Number.EPSILON * (1 + (norm(B).item() as number))

describe('lstsq', () => {
  it('leaves a residual orthogonal to the columns of A', () => {
    fc.assert(
      fc.property(sizes, ({ m, n, k, field, seed }) => {
        const [A, B] = [wellConditioned(m, n, seed, field), random([m, k], seed, field)]
        const X = lstsq(A, B)
        expect(X.shape).toEqual([n, k])
        const residual = sub(B, matmul(A, X))
        expect(distance(matmul(adjoint(A), residual), zeros([n, k]))).toBeLessThan(tolerance(B))
      }),
    )
  })

  it('leaves no residual where A is wide, and a solution in the span of its rows', () => {
    fc.assert(
      fc.property(sizes, ({ m, n, k, field, seed }) => {
        fc.pre(m <= n)
        const [A, B] = [wellConditioned(m, n, seed, field), random([m, k], seed, field)]
        const X = lstsq(A, B)
        expect(distance(matmul(A, X), B)).toBeLessThan(tolerance(B))
        expect(distance(matmul(adjoint(A), lstsq(adjoint(A), X)), X)).toBeLessThan(tolerance(B))
      }),
    )
  })

  for (const field of fields) {
    it.each([
      [7, 4],
      [4, 4],
      [5, 1],
    ])(`agrees with the QR of ml-matrix, ${field} [%i, %i]`, (m, n) => {
      const [A, B] = [wellConditioned(m, n, 1, field), random([m, 2], 2, field)]
      const expected = new QrDecomposition(toMlMatrix(A, Matrix)).solve(toMlMatrix(B, Matrix))
      const embedded = field === 'complex'
      expect(distance(lstsq(A, B), fromMlMatrix(expected, { embedded }))).toBeLessThan(1e-13) // κ ≤ 3
    })

    it.each([
      [2, 6],
      [4, 5],
      [1, 3],
    ])(`agrees with the pseudoinverse of ml-matrix, ${field} [%i, %i]`, (m, n) => {
      const [A, B] = [wellConditioned(m, n, 1, field), random([m, 2], 2, field)]
      const expected = pseudoInverse(toMlMatrix(A, Matrix)).mmul(toMlMatrix(B, Matrix))
      const embedded = field === 'complex'
      expect(distance(lstsq(A, B), fromMlMatrix(expected, { embedded }))).toBeLessThan(1e-13) // κ ≤ 3
    })
  }

  it.each([
    [0, 0],
    [0, 3],
    [3, 0],
  ])('gives zeros for an empty matrix, [%i, %i]', (m, n) => {
    expect(distance(lstsq(random([m, n], 1), random([m], 2)), zeros([n]))).toBe(0)
  })

  it.each(shapes)('has a gradient with rules of its own, [%i, %i]', (m, n) => {
    const b = random([m], 3)
    checkRule(
      grad((A: Tensor) => sum(abs2(lstsq(A, b)))),
      [wellConditioned(m, n, 4)],
    )
  })

  it('has the derivatives of its composition from qr and triangularSolve', () => {
    const [A, b] = [wellConditioned(6, 3, 1), random([6, 2], 2)]
    const composed = (X: Tensor, y: Tensor): Tensor => {
      const { Q, R } = qr(X)
      return triangularSolve(R, matmul(adjoint(Q), y))
    }
    const bar = random([3, 2], 3)
    const [ours, traced] = [lstsq, composed].map((f) =>
      vjp(([X, y]: [Tensor, Tensor]) => f(X, y))([A, b]).pullback(bar),
    )
    ours.forEach((cotangent, i) => expect(distance(cotangent, traced[i])).toBeLessThan(1e-12)) // κ ≤ 3
  })

  it('agrees with solve on a square matrix, in value and gradient', () => {
    const [A, b] = [wellConditioned(4, 4, 1), random([4], 2)]
    const gradients = [lstsq, solve].map((f) => grad((X: Tensor) => sum(abs2(f(X, b))))(A))
    expect(distance(lstsq(A, b), solve(A, b))).toBeLessThan(1e-13) // κ ≤ 3
    expect(distance(gradients[0], gradients[1])).toBeLessThan(1e-12)
  })

  it('follows units and phases of the unknowns, and rotations of the equations', () => {
    fc.assert(
      fc.property(sizes, ({ m, n, k, seed }) => {
        const [A, B] = [wellConditioned(m, n, seed), random([m, k], seed)]
        const X = lstsq(A, B)
        const D = phases(n, seed)
        expect(distance(lstsq(matmul(A, D), B), matmul(adjoint(D), X))).toBeLessThan(1e-12) // κ ≤ 3
        const U = reflection(m, seed)
        expect(distance(lstsq(matmul(U, A), matmul(U, B)), X)).toBeLessThan(1e-12)
      }),
    )
  })

  it.each([1e3, 1e6])('has rules for κ = %d, as good as the condition allows', (kappa) => {
    // c ε κ: c = 10 for the identity; c = 10⁵ for differences, which divide the rounding of x by their step. At the scale
    // ‖A⁺‖ = 1, where a tangent of size 1 is a small step, the κ² of the residual's term is hidden in ‖A‖ = κ.
    const error = Number.EPSILON * kappa
    const options = { order: 1, identityTolerance: 10 * error, differenceTolerance: 1e5 * error } as const
    for (const [m, n] of [
      [7, 4],
      [4, 7],
      [4, 4],
    ]) {
      checkRule(lstsq, [illConditioned(m, n, kappa, 3), random([m], 3)], options)
    }
  })

  it.each([1e-300, 1e-150, 1e150, 1e300])('solves at the scale %d, tall and wide', (scale) => {
    for (const [m, n] of shapes) {
      const [A, b] = [wellConditioned(m, n, 1), random([m], 2)]
      expect(distance(lstsq(mul(scale, A), mul(scale, b)), lstsq(A, b))).toBeLessThan(1e-13) // κ ≤ 3
    }
  })

  it('does not take columns in very different units for dependent ones', () => {
    const units = tensor([
      [1e-200, 0, 0],
      [0, 1, 0],
      [0, 0, 1e200],
    ])
    const [A, b] = [wellConditioned(5, 3, 1), random([5], 2)]
    const x = matmul(units, lstsq(matmul(A, units), b))
    expect(distance(x, lstsq(A, b))).toBeLessThan(1e-13) // Householder QR is stable column by column
  })

  it.each(shapes)('factors [%i, %i] once for value, gradient and Hessian', (m, n) => {
    const [A, b] = [wellConditioned(m, n, 1), random([m], 2)]
    const loss = (X: Tensor): Tensor => sum(abs2(lstsq(X, b)))
    const calls = countCalls('geqrf', () => {
      lstsq(A, b)
      valueAndGrad(loss)(A)
      jvp(grad(loss))(A, random([m, n], 3))
      grad((X: Tensor) => real(vdot(random([m, n], 4), grad(loss)(X))))(A)
    })
    expect(calls).toBe(1)
  })

  it.each(shapes)('runs, differentiates and refuses under jit, [%i, %i]', (m, n) => {
    const [A, b] = [wellConditioned(m, n, 1), random([m], 2)]
    const gradient = grad((X: Tensor) => sum(abs2(lstsq(X, b))))
    // Compiled loops add up in another order: some ε of numbers of size 1.
    expect(distance(jit(lstsq)(A, b), lstsq(A, b))).toBeLessThan(1e-14)
    expect(distance(jit(gradient)(A), gradient(A))).toBeLessThan(1e-13)
    expect(thrown(() => jit(lstsq)(zeros([m, n]), b))).toBeInstanceOf(SingularMatrixError)
  })

  const dependentColumn = (m: number, n: number, field: Field, seed: number): Tensor => {
    const first = wellConditioned(m, n - 1, seed, field)
    return concat([first, matmul(first, random([n - 1, 1], seed, field))], { axis: 1 })
  }

  it('refuses every matrix with a dependent column, and its adjoint', () => {
    fc.assert(
      fc.property(sizes, ({ m, n, field, seed }) => {
        fc.pre(m > n && n > 1)
        const A = dependentColumn(m, n, field, seed)
        expect(thrown(() => lstsq(A, zeros([m])))).toBeInstanceOf(SingularMatrixError)
        expect(thrown(() => lstsq(adjoint(A), zeros([n])))).toBeInstanceOf(SingularMatrixError)
      }),
    )
  })

  it.each([
    [
      'a dependent column',
      tensor([
        [1, 2, 2],
        [3, 4, 6],
        [5, 6, 10],
        [7, 8, 14],
      ]),
      2,
    ],
    [
      'a zero column',
      tensor([
        [1, 0],
        [3, 0],
        [5, 0],
      ]),
      1,
    ],
    ['only zeros', zeros([3, 2]), 0],
    [
      'NaN',
      tensor([
        [1, 0],
        [3, NaN],
        [5, 0],
      ]),
      1,
    ],
    [
      'an infinity',
      tensor([
        [Infinity, 0],
        [3, 1],
        [5, 0],
      ]),
      0,
    ],
  ])('names the column of a tall matrix with %s', (_, A, column) => {
    const [m, n] = A.shape
    const error = thrown(() => lstsq(A, zeros([m])))
    expect(error).toBeInstanceOf(SingularMatrixError)
    expect(error.message).toBe(
      `lstsq: A does not have full rank or is not finite: column ${column} of ${n} depends on the columns before it, or holds NaN. ` +
        'Leave that unknown out, or regularize: append √λ I to A and zeros to b.',
    )
  })

  it('names the row of a wide matrix that does not have full rank', () => {
    const A = tensor([
      [1, 2, 3],
      [2, 4, 6],
    ])
    expect(thrown(() => lstsq(A, zeros([2]))).message).toBe(
      'lstsq: A does not have full rank or is not finite: row 1 of 2 depends on the rows before it, or holds NaN. ' +
        'Leave that equation out.',
    )
  })

  it('takes a rank-deficient matrix after the advice of its message', () => {
    const A = tensor([
      [1, 1],
      [1, 1],
      [1, 1],
    ])
    const x = lstsq(concat([A, mul(Math.sqrt(1e-6), eye(2))]), tensor([2, 2, 2, 0, 0]))
    expect(distance(x, tensor([1, 1]))).toBeLessThan(1e-6) // the bias is λ / (6 + λ)
  })

  it.each([
    [[3], [3], 'lstsq: A must be a matrix, got shape [3]. For one unknown, reshape it to a column [m, 1].'],
    [
      [4, 3],
      [3],
      'lstsq: b must have 4 rows like A, got shape [3]. One right-hand side is a vector [4], several are the columns of [4, k].',
    ],
    [
      [3, 4],
      [4, 2],
      'lstsq: b must have 3 rows like A, got shape [4, 2]. One right-hand side is a vector [3], several are the columns of [3, k].',
    ],
  ])('says what is wrong with shapes %j and %j', (ofA, ofB, message) => {
    const error = thrown(() => lstsq(random(ofA, 1), random(ofB, 2)))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(message)
  })
})
