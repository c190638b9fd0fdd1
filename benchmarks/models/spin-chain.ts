import { add, at, complex, cos, matmul, mul, tensor, type Tensor } from '@cad/core'
import { randomHermitian } from '@cad/testing'
import type { Model } from './model.ts'

const spins = 8
const n = 2 ** spins
const states = Array.from({ length: n }, (_, s) => s)

/** Eigenvalue of σz of spin k in basis state s. */
const sigmaZ = (s: number, k: number): number => ((s >> k) & 1 ? -1 : 1)

const sumOver = (count: number, term: (k: number) => number): number => {
  let total = 0
  for (let k = 0; k < count; k++) total += term(k)
  return total
}

/** Σ_k Z_k Z_{k+1}, as the numbers on its diagonal. */
export const coupling: Float64Array = Float64Array.from(states, (s) =>
  sumOver(spins - 1, (k) => sigmaZ(s, k) * sigmaZ(s, k + 1)),
)

/** ½ Σ_k Z_k, as the numbers on its diagonal. */
export const field: Float64Array = Float64Array.from(states, (s) => 0.5 * sumOver(spins, (k) => sigmaZ(s, k)))

/** A Hermitian matrix without zeros. */
export const denseCoupling: Tensor = randomHermitian(n, 7)

const matrix = (entry: (i: number, j: number) => number): Tensor =>
  tensor(
    Float64Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n)),
    { shape: [n, n] },
  )
const diagonal = (numbers: Float64Array): Tensor => matrix((i, j) => (i === j ? numbers[i] : 0))
const flips = Array.from({ length: spins }, (_, k) => matrix((i, j) => (i === (j ^ (1 << k)) ? 1 : 0)))
const fieldMatrix = diagonal(field)

/** ψ' = −i(constant + Σ_k p_k X_k + cos(2t) Σ_k Z_k / 2)ψ with plain matrices: what is sparse is for the compiler to find. */
const schroedinger =
  (constant: Tensor): Model['f'] =>
  (t, psi, p) => {
    const fields = flips.map((X, k) => mul(at(p, k), X))
    const H = [constant, ...fields, mul(cos(mul(2, t)), fieldMatrix)].reduce((sum, term) => add(sum, term))
    return mul(complex(0, -1), matmul(H, psi))
  }

const p = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]

/** A chain of 8 spins, H = Σ_k Z_k Z_{k+1} + Σ_k p_k X_k + cos(2t) Σ_k Z_k / 2, where X_k flips bit k. */
export const spinChain: Model = {
  title: 'chain of 8 spins, n = 256, sparse terms',
  state: { shape: [n], dtype: 'complex128' },
  p,
  f: schroedinger(diagonal(coupling)),
}

/** The same with a dense Hermitian matrix in place of Σ_k Z_k Z_{k+1}. */
export const spinChainDense: Model = {
  title: 'chain of 8 spins, n = 256, one dense term',
  state: { shape: [n], dtype: 'complex128' },
  p,
  f: schroedinger(denseCoupling),
}
