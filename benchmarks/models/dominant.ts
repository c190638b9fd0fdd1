import { tensor, type Tensor } from '@cad/core'

/** A seeded complex matrix with dominant diagonal where it is square: well-conditioned for every n. */
export function dominant(n: number, columns: number, seed: number): Tensor {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
  const data = Float64Array.from({ length: 2 * n * columns }, next)
  if (columns === n) for (let i = 0; i < n; i++) data[2 * (i * n + i)] += Math.sqrt(n)
  return tensor(data, { shape: [n, columns], dtype: 'complex128' })
}
