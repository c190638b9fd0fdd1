import {
  add,
  checkRule,
  concat,
  conj,
  diag,
  matmul,
  mul,
  reshape,
  slice,
  stack,
  sum,
  toTensor,
  type Tensor,
} from '@cad/core'
import { graphOf } from '@cad/core/compiler'
import { solve } from '@cad/linalg'
import { maxDifference, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { defineSolver, type MatrixOf } from '../src/define-solver.ts'
import { SingularMatrixError } from '../src/errors.ts'
import { shareFactorization } from '../src/shared-factorization.ts'
import { random, thrown } from './matrices.ts'

// A trial of the seam: bidiagonal matrices, given by their diagonal d and the elements e below it, [..., n] and [..., n − 1].

interface Bidiagonal {
  readonly d: Float64Array
  readonly e: Float64Array
}

const factorization = shareFactorization<Bidiagonal>('bidiagonal', {
  ranks: [1, 1],
  check: (caller, [d, e]) => {
    if (d.shape[0] !== e.shape[0] + 1) throw new Error(`${caller}: the lengths do not fit.`)
  },
  factorize: ([d, e]) => {
    factorizations++
    return { d: d.data, e: e.data }
  },
})
let factorizations = 0

const zero = (X: Tensor): Tensor => slice(mul(0, X), ...X.shape.slice(2).map(() => ({})), { end: 1 })
const column = (x: Tensor): Tensor => reshape(x, [...x.shape, 1])
const shiftDown = (X: Tensor): Tensor => concat([zero(X), rows(X, { end: -1 })], { axis: -2 })
const shiftUp = (X: Tensor): Tensor => concat([rows(X, { start: 1 }), zero(X)], { axis: -2 })
const rows = (X: Tensor, range: { start?: number; end?: number }): Tensor =>
  slice(X, ...X.shape.slice(2).map(() => ({})), range)

let densest = 0
const note = (x: Tensor): Tensor => {
  densest = Math.max(densest, x.size)
  return x
}

const bidiagonal: MatrixOf<undefined> = {
  ranks: [1, 1],
  shape: ([d]) => [d.shape[0], d.shape[0]],
  product: ([d, e], X, flipped) => {
    const none = mul(0, slice(e, ...e.shape.slice(1).map(() => ({})), { end: 1 }))
    const below = column(concat([e, none], { axis: -1 }))
    return flipped
      ? add(mul(conj(column(d)), X), mul(conj(below), shiftUp(X)))
      : add(mul(column(d), X), shiftDown(mul(below, X)))
  },
  // Re⟨Y, A X⟩ = Σ Re conj(yᵢ) (dᵢ xᵢ + eᵢ₋₁ xᵢ₋₁): the stored entries alone, never Y Xᴴ
  outer: (Y, X, { flipped }) => {
    const [left, right] = flipped ? [X, Y] : [Y, X]
    return [
      () => note(sum(mul(left, conj(right)), { axis: -1 })),
      () => note(sum(mul(rows(left, { start: 1 }), conj(rows(right, { end: -1 }))), { axis: -1 })),
    ]
  },
}

const solveWith = defineSolver<Bidiagonal>('bidiagonalSolve', {
  factorization,
  matrix: bidiagonal,
  apply: (caller, { d, e }, B, { flipped }) => {
    const n = d.length / 2
    const k = B.shape[1]
    const X = B.data.slice()
    for (let step = 0; step < n; step++) {
      const i = flipped ? n - 1 - step : step
      const [re, im] = [d[2 * i], flipped ? -d[2 * i + 1] : d[2 * i + 1]]
      if (re === 0 && im === 0) throw new SingularMatrixError(`${caller}: diagonal entry ${i} is zero.`)
      for (let j = 0; j < k; j++) {
        let [x, y] = [X[2 * (i * k + j)], X[2 * (i * k + j) + 1]]
        if (step > 0) {
          const before = flipped ? i + 1 : i - 1
          const [a, b] = [e[2 * Math.min(i, before)], (flipped ? -1 : 1) * e[2 * Math.min(i, before) + 1]]
          const at = 2 * (before * k + j)
          x -= a * X[at] - b * X[at + 1]
          y -= a * X[at + 1] + b * X[at]
        }
        const size = re * re + im * im
        X[2 * (i * k + j)] = (x * re + y * im) / size
        X[2 * (i * k + j) + 1] = (y * re - x * im) / size
      }
    }
    return X
  },
})

const trial =
  (flipped: boolean) =>
  (d: Tensor, e: Tensor, B: Tensor): Tensor =>
    solveWith('trial', [d, e], B, { flipped, params: undefined })

const d = add(2, random([4], 1))
const e = random([3], 2)
const B = random([4, 2], 3)
const dense = add(diag(d), diag(e, { offset: -1 }))

describe('defineSolver, tried on bidiagonal matrices', () => {
  it('solves what the dense solver does', () => {
    expect(relativeDifference(trial(false)(d, e, B), solve(dense, B))).toBeLessThan(1e-13) // κ below 10
    expect(relativeDifference(trial(true)(d, e, B), solve(dense, B, { adjoint: true }))).toBeLessThan(1e-13)
    expect(maxDifference(bidiagonal.product([d, e], B, false, undefined), matmul(dense, B))).toBeLessThan(1e-14)
  })

  it.each([false, true])('has rules of order 1 and 2, also for stacks: flipped %s', (flipped) => {
    checkRule(trial(flipped), [d, e, B])
    checkRule(trial(flipped), [stack([d, mul(1.5, d)]), e, stack([B, mul(2, B)])])
  })

  it('never forms a dense cotangent', () => {
    densest = 0
    checkRule(trial(false), [d, e, B], { order: 1 })
    expect(densest).toBe(4)
  })

  it('is one node for the factorization and one for each solve', () => {
    const { nodes } = graphOf(([x, y, Z]) => [trial(false)(x, y, Z)], [d, e, B])
    expect(nodes.map(({ primitive }) => primitive.name)).toEqual(['bidiagonal', 'bidiagonalSolve'])
  })

  it('remembers the last factorizations of a tensor that meets new partners, and gives the others back', () => {
    const own = mul(1, d)
    const partners = Array.from({ length: 50 }, (_, i) => random([3], 10 + i))
    for (const partner of partners) trial(false)(own, partner, B)
    const before = factorizations
    for (const partner of partners.slice(-3)) trial(true)(own, partner, B)
    expect(factorizations).toBe(before)
    expect(own.handles!.length).toBeLessThan(10)
    expect(relativeDifference(trial(false)(own, partners[0], B), trial(false)(d, partners[0], B))).toBe(0)
    expect(factorizations).toBe(before + 2)
  })

  it('words a defect where it is read, in the words of the caller', () => {
    const singular = mul(toTensor(0), d)
    expect(thrown(() => trial(false)(singular, e, B)).message).toBe('trial: diagonal entry 0 is zero.')
  })
})
