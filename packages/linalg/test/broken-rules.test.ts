import {
  adjoint,
  CadError,
  checkRule,
  customRule,
  matmul,
  neg,
  sub,
  transpose,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { randomComplex, randomWellConditioned, randomWellConditionedReal, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { solve } from '../src/solve.ts'

const [A, B] = [randomWellConditioned(4, 1), randomComplex([4, 2], 2)]

/** solve with a reverse rule whose cotangent of B is `backward(A, X̄)`; A⁻ᴴ X̄ is the right one. */
const solveWith = (backward: (A: Tensor, XBar: Tensor) => Tensor): ((A: Tensor, B: Tensor) => Tensor) =>
  customRule((a: TensorLike, b: TensorLike) => solve(a, b), {
    jvp: ([a], [aDot, bDot], X) => solve(a, sub(bDot, matmul(aDot, X))),
    vjp: ([a], X, XBar) => {
      const BBar = backward(a, XBar)
      return [neg(matmul(BBar, adjoint(X))), BBar]
    },
  })

describe('checkRule of a linear solve', () => {
  it('passes the right rule', () => {
    const right = solveWith((a, XBar) => solve(a, XBar, { adjoint: true }))
    expect(checkRule(right, [A, B]).identity).toBeLessThan(1e-13)
  })

  it.each<[string, (a: Tensor, XBar: Tensor) => Tensor]>([
    ['the adjoint flag', (a, XBar) => solve(a, XBar)],
    ['the conjugate of the transpose', (a, XBar) => solve(transpose(a), XBar)],
  ])('finds that a rule has dropped %s, by the adjoint identity', (_, backward) => {
    const check = (): unknown => checkRule(solveWith(backward), [A, B])
    expect(check).toThrow(CadError)
    expect(check).toThrow(/^checkRule: adjoint identity ⟨w̄, jvp\(ż\)⟩ = ⟨vjp\(w̄\), ż⟩ fails: relative defect/)
  })

  it('finds the dropped flag for real matrices as well', () => {
    const broken = solveWith((a, XBar) => solve(a, XBar))
    expect(() => checkRule(broken, [randomWellConditionedReal(4, 3), randomReal([4, 2], 4)])).toThrow(
      /adjoint identity/,
    )
  })
})
