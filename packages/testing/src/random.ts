import { add, adjoint, eye, matmul, mul, norm, real, tensor, type Shape, type Tensor } from '@cad/core'

/** Uniform numbers in [−1, 1), the same for the same seed (mulberry32). */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
  }
}

const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1)

/** Real numbers, uniform in [−1, 1). */
export function randomReal(shape: Shape, seed: number): Tensor {
  const next = seededUniform(seed)
  return tensor(Float64Array.from({ length: sizeOf(shape) }, next), { shape })
}

/** Complex numbers, uniform in the square |Re z|, |Im z| ≤ 1. */
export function randomComplex(shape: Shape, seed: number): Tensor {
  const next = seededUniform(seed)
  return tensor(Float64Array.from({ length: 2 * sizeOf(shape) }, next), { shape, dtype: 'complex128' })
}

/** E / (2 ‖E‖): adding the identity gives singular values in [½, 3⁄2]. */
const halfUnit = (E: Tensor): Tensor => mul(0.5 / Math.max(Number(norm(E).item()), Number.MIN_VALUE), E)

/** A complex [n, n] matrix 1 + E with ‖E‖ = ½, so that its condition number is at most 3. Not hermitian, not normal. */
export function randomWellConditioned(n: number, seed: number): Tensor {
  return add(eye(n), halfUnit(randomComplex([n, n], seed)))
}

/** The same with real elements. */
export function randomWellConditionedReal(n: number, seed: number): Tensor {
  return add(eye(n), halfUnit(randomReal([n, n], seed)))
}

/** A complex hermitian [n, n] matrix, (A + Aᴴ)/2. */
export function randomHermitian(n: number, seed: number): Tensor {
  const A = randomComplex([n, n], seed)
  return mul(0.5, add(A, adjoint(A)))
}

/** A hermitian [n, n] matrix with eigenvalues in [½, 3⁄2]. */
export function randomPositiveDefinite(n: number, seed: number): Tensor {
  return add(eye(n), halfUnit(randomHermitian(n, seed)))
}

/** A unitary [n, n] matrix: a random one, with its columns made orthonormal twice, which leaves rounding alone. */
export function randomUnitary(n: number, seed: number): Tensor {
  return orthonormalised(orthonormalised(randomWellConditioned(n, seed)))
}

/** X ← X (3 − XᴴX)/2 converges to the unitary polar factor for singular values in (0, √3); 8 steps are enough from [½, 3⁄2]. */
function orthonormalised(A: Tensor): Tensor {
  let X = A
  for (let step = 0; step < 8; step++) X = matmul(X, add(mul(1.5, eye(A.shape[0])), mul(-0.5, matmul(adjoint(X), X))))
  return X
}

/** The real part of `randomHermitian`: symmetric. */
export function randomSymmetric(n: number, seed: number): Tensor {
  return real(randomHermitian(n, seed))
}
