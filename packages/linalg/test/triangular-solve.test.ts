import fc from 'fast-check'
import { abs2, add, adjoint, eye, grad, matmul, ShapeError, sum, tensor, zeros, type Tensor } from '@cad/core'
import { describe, expect, it } from 'vitest'
import { SingularMatrixError, triangularSolve, tril, triu } from '@cad/linalg'
import { diagonallyDominant, distance, random, sizes, thrown } from './matrices.ts'

const choices = [true, false].flatMap((upper) =>
  [true, false].flatMap((isAdjoint) =>
    [true, false].map((unitDiagonal) => ({ upper, adjoint: isAdjoint, unitDiagonal })),
  ),
)

/** The triangle that the options name, as a matrix of its own. */
const read = (A: Tensor, { upper, unitDiagonal }: (typeof choices)[number]): Tensor =>
  unitDiagonal ? add(strictPart(A, upper), eye(A.shape[0])) : upper ? triu(A) : tril(A)

const strictPart = (A: Tensor, upper: boolean): Tensor => (upper ? triu(A, { offset: 1 }) : tril(A, { offset: -1 }))

describe.each(choices)('triangularSolve %j', (options) => {
  const apply = (A: Tensor, B: Tensor): Tensor => triangularSolve(A, B, options)

  it('leaves no residual', () => {
    fc.assert(
      fc.property(sizes, ({ n, k, field, seed }) => {
        const [A, B] = [diagonallyDominant(n, seed, field), random([n, k], seed, field)]
        const T = read(A, options)
        const residual = distance(matmul(options.adjoint ? adjoint(T) : T, apply(A, B)), B)
        expect(residual).toBeLessThan(1e-13) // some 100 ε ‖B‖
      }),
    )
  })

  it('has a gradient of zero in the part that is not read', () => {
    const b = random([4], 2)
    const bar = grad((A: Tensor) => sum(abs2(apply(A, b))))(diagonallyDominant(4, 1, 'complex'))
    const part = options.unitDiagonal ? strictPart(bar, options.upper) : options.upper ? triu(bar) : tril(bar)
    expect(distance(bar, part)).toBe(0)
  })

  it('does not read the rest of A', () => {
    const A = diagonallyDominant(3, 1, 'real')
    const data = A.data.slice()
    data[options.upper ? 3 : 1] = NaN
    const spoiled = tensor(data, { shape: [3, 3] })
    expect(distance(apply(spoiled, random([3], 2)), apply(A, random([3], 2)))).toBe(0)
  })
})

describe('triangularSolve', () => {
  it('reads the upper triangle if not told otherwise', () => {
    expect(
      triangularSolve(
        tensor([
          [2, 1],
          [NaN, 4],
        ]),
        tensor([4, 8]),
      ).toArray(),
    ).toEqual([1, 2]) // exact
  })

  it('refuses a zero on the diagonal', () => {
    const error = thrown(() =>
      triangularSolve(
        tensor([
          [1, 2],
          [0, 0],
        ]),
        tensor([1, 2]),
      ),
    )
    expect(error).toBeInstanceOf(SingularMatrixError)
    expect(error.message).toBe(
      'triangularSolve: A is singular: diagonal entry 1 of 2 is zero. ' +
        'Check the model for dependent equations, or use lstsq.',
    )
  })

  it.each([NaN, Infinity])('refuses %d in the triangle', (bad) => {
    const error = thrown(() =>
      triangularSolve(
        tensor([
          [1, bad],
          [0, 1],
        ]),
        tensor([1, 2]),
      ),
    )
    expect(error).toBeInstanceOf(SingularMatrixError)
    expect(error.message).toContain('row 0 of the triangle of A is not finite')
  })

  it.each([
    [[3, 4], [3], 'triangularSolve: A must be square, got shape [3, 4]. Take the square part that is triangular.'],
    [
      [3, 3],
      [4, 1],
      'triangularSolve: b must have 3 rows like A, got shape [4, 1]. One right-hand side is a vector [3], several are the columns of [3, k].',
    ],
  ])('says what is wrong with shapes %j and %j', (ofA, ofB, message) => {
    const error = thrown(() => triangularSolve(zeros(ofA), zeros(ofB)))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toBe(message)
  })
})
