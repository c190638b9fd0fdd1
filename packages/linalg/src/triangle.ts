import { mul, Tensor, where } from '@cad/core'
import { zerosOfType } from '@cad/core/compiler'

/** Weights of shape [m, n] by which side of the diagonal an element stands on: sign(row − column) + 1. */
function sideWeights([m, n]: readonly number[], [above, on, below]: readonly [number, number, number]): Tensor {
  const data = Float64Array.from({ length: m * n }, (_, i) => {
    const side = Math.floor(i / n) - (i % n)
    return side < 0 ? above : side === 0 ? on : below
  })
  return new Tensor([m, n], 'float64', data)
}

/** The triangle of X on one side of the diagonal, without the diagonal if `strict`; zeros elsewhere. */
export function triangle(X: Tensor, { upper, strict }: { readonly upper: boolean; readonly strict: boolean }): Tensor {
  const on = strict ? 0 : 1
  return where(sideWeights(X.shape, upper ? [1, on, 0] : [0, on, 1]), X, zerosOfType(X))
}

/** Φ(X): the lower triangle with its diagonal halved, so that Φ(X) + Φ(X)ᴴ = X for Hermitian X. */
export const lowerHalf = (X: Tensor): Tensor => mul(sideWeights(X.shape, [0, 0.5, 1]), X)
