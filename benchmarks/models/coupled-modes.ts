import {
  add,
  adjoint,
  at,
  complex,
  concat,
  cos,
  eye,
  imag,
  kron,
  matmul,
  mul,
  ravel,
  real,
  take,
  tensor,
  type Tensor,
} from '@cad/core'
import type { Model } from './model.ts'

/** Levels of one mode, and of both. */
const [levels, n] = [3, 9]

const lowering = tensor([
  [0, 1, 0],
  [0, 0, Math.SQRT2],
  [0, 0, 0],
])
const [a, b] = [kron(lowering, eye(levels)), kron(eye(levels), lowering)]
const [aDagger, bDagger] = [adjoint(a), adjoint(b)]
const [numberA, numberB] = [matmul(aDagger, a), matmul(bDagger, b)]
const numbers = add(numberA, numberB)
/** c†c†cc of both modes. */
const pairs = [a, b].map((c) => matmul(adjoint(matmul(c, c)), matmul(c, c))).reduce((sum, product) => add(sum, product))
const anharmonicity = mul(-0.2, pairs)
const exchange = add(matmul(aDagger, b), matmul(a, bDagger))
const drive = add(a, aDagger)

/** −iH − (γ/2)(a†a + b†b), so that ρ' = Kρ + ρK† + γ(aρa† + bρb†). */
function generator(t: Tensor, p: Tensor): Tensor {
  const [omegaA, omegaB, g, amplitude, nu, gamma] = [0, 1, 2, 3, 4, 5].map((i) => at(p, i))
  const H = [
    mul(omegaA, numberA),
    mul(omegaB, numberB),
    anharmonicity,
    mul(g, exchange),
    mul(mul(amplitude, cos(mul(nu, t))), drive),
  ].reduce((sum, term) => add(sum, term))
  return add(mul(complex(0, -1), H), mul(mul(-0.5, gamma), numbers))
}

const jumps = (rho: Tensor, p: Tensor): Tensor =>
  mul(at(p, 5), add(matmul(matmul(a, rho), aDagger), matmul(matmul(b, rho), bDagger)))

function lindblad(t: Tensor, rho: Tensor, p: Tensor): Tensor {
  const K = generator(t, p)
  return add(add(matmul(K, rho), matmul(rho, adjoint(K))), jumps(rho, p))
}

/** The same for a ρ that is known to be Hermitian: ρK† is the adjoint of Kρ. */
function lindbladHermitian(t: Tensor, rho: Tensor, p: Tensor): Tensor {
  const M = matmul(generator(t, p), rho)
  return add(add(M, adjoint(M)), jumps(rho, p))
}

/** Where (i, j) with i < j stands among the packed numbers: the diagonal comes first, then (re, im) row by row. */
const packedPosition = (i: number, j: number): number => n + 2 * (i * n - (i * (i + 1)) / 2 + (j - i - 1))

const indices = Array.from({ length: n }, (_, i) => i)
const square = <T>(entry: (i: number, j: number) => T): T[][] => indices.map((i) => indices.map((j) => entry(i, j)))
const realPositions = square((i, j) => (i === j ? i : packedPosition(Math.min(i, j), Math.max(i, j))))
const imagPositions = square((i, j) => (i === j ? i : realPositions[i][j] + 1))
const imagSigns = tensor(square((i, j) => Math.sign(j - i)))
/** For each packed number its place in (Re ρ, Im ρ), row-major. */
const packing = [
  ...indices.map((i) => i * n + i),
  ...indices.flatMap((i) => indices.slice(i + 1).flatMap((j) => [i * n + j, n * n + i * n + j])),
]

const unpack = (y: Tensor): Tensor => complex(take(y, realPositions), mul(imagSigns, take(y, imagPositions)))
const pack = (rho: Tensor): Tensor => take(concat([ravel(real(rho)), ravel(imag(rho))]), packing)

const p = [0.5, 0.8, 0.3, 0.6, 0.7, 0.05]

/**
 * The Lindblad equation of two coupled three-level modes, p = (ω_a, ω_b, g, amplitude, ν, γ):
 * H = ω_a a†a + ω_b b†b − 0.2(a†a†aa + b†b†bb) + g(a†b + ab†) + amplitude cos(νt)(a + a†), jumps √γ a and √γ b.
 */
export const coupledModes: Model = {
  title: 'Lindblad equation of two 3-level modes, 9 × 9',
  state: { shape: [n, n], dtype: 'complex128' },
  p,
  f: lindblad,
}

/** The same on 81 reals: the diagonal of ρ, then (Re ρ_ij, Im ρ_ij) for i < j row by row. */
export const coupledModesPacked: Model = {
  title: 'the same, packed as 81 Hermitian reals',
  state: { shape: [n * n], dtype: 'float64' },
  p,
  f: (t, y, p) => pack(lindbladHermitian(t, unpack(y), p)),
}
