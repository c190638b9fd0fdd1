import fc from 'fast-check'
import {
  add,
  adjoint,
  complex,
  concat,
  div,
  eye,
  matmul,
  mul,
  norm,
  reshape,
  sign,
  slice,
  sub,
  Tensor,
  type Shape,
} from '@cad/core'
import { complexData, seededNormal } from '@cad/core/compiler'
import { callsOf } from './counting-backend.ts'

export type Field = 'real' | 'complex'

/** Normally distributed entries, the same for the same seed. */
export function random(shape: Shape, seed: number, field: Field = 'complex'): Tensor {
  const next = seededNormal(seed)
  const size = shape.reduce((product, length) => product * length, 1)
  const part = (): Tensor => new Tensor(shape, 'float64', Float64Array.from({ length: size }, next))
  return field === 'real' ? part() : complex(part(), part())
}

/** I − 2vvᴴ/‖v‖², exactly unitary up to rounding. */
export function reflection(n: number, seed: number, field: Field = 'complex'): Tensor {
  const v = random([n, 1], seed, field)
  return sub(eye(n), mul(div(2, mul(norm(v), norm(v))), matmul(v, adjoint(v))))
}

/** Full rank and κ ≤ 3: reflections of [I; 0] + ½ G/‖G‖, whose singular values lie in [½, 3/2]. */
export function wellConditioned(m: number, n: number, seed: number, field: Field = 'complex'): Tensor {
  if (m === 0 || n === 0) return random([m, n], seed, field)
  const G = random([m, n], seed, field)
  const size = Math.max(m, n)
  const identity = slice(eye(size), { end: m }, { end: n })
  const middle = add(identity, mul(div(0.5, norm(G)), G))
  return matmul(matmul(reflection(m, seed + 1, field), middle), reflection(n, seed + 2, field))
}

/** Well-conditioned first min(m, n) columns, which is what the factors of QR and their rules depend on; κ ≤ 3 for tall and square. */
export function wellLed(m: number, n: number, seed: number, field: Field = 'complex'): Tensor {
  const k = Math.min(m, n)
  return concat([wellConditioned(m, k, seed, field), random([m, n - k], seed + 3, field)], { axis: 1 })
}

/** Diagonal near 3, the rest small, so that κ stays below 10 with either triangle; a diagonal that is not read is left as it is. */
export const diagonallyDominant = (n: number, seed: number, field: Field): Tensor =>
  add(mul(0.3 / Math.max(n, 1), random([n, n], seed, field)), mul(3, eye(n)))

/** Singular values falling geometrically from κ to 1, so that ‖A⁺‖ = 1 and unit steps along a tangent stay small. */
export function illConditioned(m: number, n: number, kappa: number, seed: number): Tensor {
  const k = Math.min(m, n)
  const S = new Float64Array(m * n)
  for (let i = 0; i < k; i++) S[i * n + i] = kappa ** (1 - i / (k - 1))
  const [U, V] = [reflection(m, seed), reflection(n, seed + 1)]
  return matmul(matmul(U, new Tensor([m, n], 'float64', S)), V)
}

/** The largest modulus of any part of a − b; NaN if there is one. */
export function distance(a: Tensor, b: Tensor): number {
  return complexData(sub(a, b)).reduce((largest, part) => Math.max(largest, Math.abs(part)), 0)
}

/** A diagonal matrix of numbers on the unit circle. */
export function phases(n: number, seed: number): Tensor {
  const diagonal = sign(random([n], seed))
  return mul(eye(n), reshape(diagonal, [1, n]))
}

/** Counts the calls of one routine of the backend, complex and real, while `body` runs. */
export function countCalls(routine: 'getrf' | 'geqrf', body: () => void): number {
  const calls = callsOf(body)
  return (calls.get(routine) ?? 0) + (calls.get(`${routine}Real`) ?? 0)
}

/** What `body` throws; fails if it does not. */
export function thrown(body: () => unknown): Error {
  try {
    body()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('thrown: expected an error, but nothing was thrown.')
}

export const fields: readonly Field[] = ['real', 'complex']

/** A size, a field and a seed: enough for a property to make its own data. */
export const sizes: fc.Arbitrary<{ m: number; n: number; k: number; field: Field; seed: number }> = fc.record({
  m: fc.integer({ min: 1, max: 9 }),
  n: fc.integer({ min: 1, max: 9 }),
  k: fc.integer({ min: 1, max: 3 }),
  field: fc.constantFrom(...fields),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
})
