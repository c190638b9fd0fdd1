import {
  abs2,
  add,
  adjoint,
  at,
  complex,
  div,
  matmul,
  mul,
  neg,
  pow,
  square,
  stack,
  sub,
  type Tensor,
  tensor,
  toTensor,
  type Complex,
  type TensorLike,
} from '@cad/core'
import type { TensorType } from '@cad/core'
import { ClosedFunction, project, seededNormal, graphOf } from '@cad/core/compiler'
import { Field } from '../src/field.ts'

/** Problems with known answers, shared by the tests; sources and digits in the comments. */

const i: Complex = { re: 0, im: 1 }

/** The numbers of a tensor, complex ones interleaved. */
export const numbers = (x: TensorLike): number[] => [...toTensor(x).data]

/** Largest |a − b| relative to the largest |b|. */
export function relativeError(a: TensorLike, b: readonly number[]): number {
  const found = numbers(a)
  if (found.length !== b.length) throw new Error(`expected ${b.length} numbers, got ${found.length}`)
  const distances = found.map((x, k) => Math.abs(x - b[k]))
  // Math.max drops nothing: NaN stays NaN, and every comparison with it fails.
  return Math.max(...distances) / Math.max(...b.map(Math.abs))
}

/** A tensor of normally distributed numbers. */
export function randomTensor(
  shape: readonly number[],
  seed: number,
  dtype: 'float64' | 'complex128' = 'complex128',
): Tensor {
  const random = seededNormal(seed)
  const length = shape.reduce((size, n) => size * n, dtype === 'complex128' ? 2 : 1)
  return tensor(Float64Array.from({ length }, random), { shape, dtype })
}

/** ⟨a, b⟩ = Re Σ conj(a) b */
export function inner(a: Tensor, b: Tensor): number {
  if (a.dtype !== b.dtype) throw new Error(`inner: ${a.dtype} against ${b.dtype}`)
  return a.data.reduce((total, x, k) => total + x * b.data[k], 0)
}

/** z' = a z: e^{aT} z0 */
export function exponential(a: Complex, T: number): Complex {
  const size = Math.exp(a.re * T)
  return { re: size * Math.cos(a.im * T), im: size * Math.sin(a.im * T) }
}

// Damped driven mode: z' = −(k/2 + iw) z + e.

export interface Mode {
  readonly k: Tensor
  readonly w: Tensor
  readonly e: Tensor
}

export const drivenMode = (_t: Tensor, z: Tensor, { k, w, e }: Mode): Tensor =>
  add(neg(mul(complex(mul(0.5, k), w), z)), e)

/** z(T) = z0 E + e (1 − E)/a, a = k/2 + iw, E = e^{−aT}; traced for its derivatives. */
export function drivenModeExact({ k, w, e }: Mode, z0: TensorLike, T: number, exp: (z: TensorLike) => Tensor): Tensor {
  const a = complex(mul(0.5, k), w)
  const E = exp(mul(-T, a))
  return add(mul(z0, E), div(mul(e, sub(1, E)), a))
}

// Stuart–Landau: z' = (μ + iw) z − (1 + ib) |z|² z; not holomorphic.

export interface Oscillator {
  readonly mu: Tensor
  readonly w: Tensor
  readonly b: Tensor
}

export const stuartLandau = (_t: Tensor, z: Tensor, { mu, w, b }: Oscillator): Tensor =>
  sub(mul(complex(mu, w), z), mul(mul(complex(1, b), abs2(z)), z))

export const oscillator = { mu: 0.5, w: 2, b: 0.7 }
export const oscillatorStart: Complex = { re: 0.2, im: 0 }

/** Closed form: |z|² = μ/(1 + (μ/r0² − 1) e^{−2μT}), arg z = wT − b (μT − ln(r/r0)). */
export function stuartLandauExact({ mu, w, b }: typeof oscillator, r0: number, T: number): Complex {
  const r = Math.sqrt(mu / (1 + (mu / (r0 * r0) - 1) * Math.exp(-2 * mu * T)))
  const phase = w * T - b * (mu * T - Math.log(r / r0))
  return { re: r * Math.cos(phase), im: r * Math.sin(phase) }
}

/** z(3) and the derivatives of Re z + |z|² with respect to (μ, w, b), from the closed form. */
export const stuartLandauReference = {
  z: [0.462944629974612, -0.321926891556614],
  gradient: [1.57049175076025, 0.965780674669842, -0.149208394660669],
}

// The same oscillator with complex parameters: z' = c z − d |z|² z, at t = 20.

export interface ComplexOscillator {
  readonly c: Tensor
  readonly d: Tensor
}

export const complexOscillator = (_t: Tensor, z: Tensor, { c, d }: ComplexOscillator): Tensor =>
  sub(mul(c, z), mul(mul(d, abs2(z)), z))

export const complexOscillatorAt = {
  c: { re: 0.3, im: 1.2 },
  d: { re: 1, im: -0.5 },
  z0: { re: 0.1, im: 0.05 },
} as const

/** z(20) and its Wirtinger derivatives, from the closed form in 50-digit arithmetic. */
export const complexOscillatorReference = {
  z: [0.018819136029839, 0.547360439787298],
  c: { dz: [-2.30448402128227, 6.01668648281255], dzbar: [-2.68086674187905, -4.93052231293342] },
  d: { dz: [0.488987636618289, -1.36243631732681], dzbar: [0.571999668762474, 1.05199452317692] },
  z0: { dz: [0.0944268161078778, 2.73703320904099], dzbar: [-0.0940818066575852, -2.73639868410685] },
} as const

// Qubit: ψ' = −iHψ, H = ½ (Ω σx + Δ σz).

export interface Drive {
  readonly O: Tensor
  readonly D: Tensor
}

const sigmaX = tensor([
  [0, 1],
  [1, 0],
])
const sigmaZ = tensor([
  [1, 0],
  [0, -1],
])
const hamiltonian = ({ O, D }: Drive): Tensor => mul(0.5, add(mul(O, sigmaX), mul(D, sigmaZ)))

export const qubit = (_t: Tensor, psi: Tensor, drive: Drive): Tensor =>
  mul({ re: 0, im: -1 }, matmul(hamiltonian(drive), psi))

export const rabi = { O: 1.3, D: 0.4 }
export const groundState = tensor([{ re: 1, im: 0 }, 0])

/** ψ(t) from (1, 0): (cos − i (D/W) sin, −i (O/W) sin) of Wt/2, with its phases. */
export function rabiExact({ O, D }: typeof rabi, t: number): number[] {
  const W = Math.hypot(O, D)
  const [c, s] = [Math.cos((W * t) / 2), Math.sin((W * t) / 2)]
  return [c, (-D / W) * s, 0, (-O / W) * s]
}

/** (O²/W²) sin²(Wt/2) at t = 2. */
export const rabiPopulation = 0.8735740963724489

/** ρ' = −i[H, ρ] + γ (L ρ L† − ½ {L†L, ρ}), L = |0⟩⟨1|; states are matrices. */
export function dampedQubit(_t: Tensor, rho: Tensor, { O, D, gamma }: Drive & { readonly gamma: Tensor }): Tensor {
  const H = hamiltonian({ O, D })
  const L = tensor([
    [0, 1],
    [0, 0],
  ])
  const excited = matmul(adjoint(L), L)
  const unitary = mul(neg(i), sub(matmul(H, rho), matmul(rho, H)))
  const jump = matmul(matmul(L, rho), adjoint(L))
  const loss = mul(0.5, add(matmul(excited, rho), matmul(rho, excited)))
  return add(unitary, mul(gamma, sub(jump, loss)))
}

// Real classics: Hairer, Nørsett, Wanner I, II.0, with digits of a 30-digit run.

export function brusselator(_t: Tensor, y: Tensor): Tensor {
  const [y1, y2] = [at(y, 0), at(y, 1)]
  const reaction = mul(square(y1), y2)
  return stack([sub(add(1, reaction), mul(4, y1)), sub(mul(3, y1), reaction)])
}

export const brusselatorStart = tensor([1.5, 3])
export const brusselatorAt20 = [0.49863707126834783, 4.596780349452011]
export const brusselatorOtherStart = tensor([1.01, 3])
export const brusselatorOtherAt20 = [0.4558085987188568, 4.457846674977516]

export function lotkaVolterra(_t: Tensor, y: Tensor): Tensor {
  const [prey, predator] = [at(y, 0), at(y, 1)]
  const meetings = mul(prey, predator)
  return stack([sub(mul(1.5, prey), meetings), sub(meetings, mul(3, predator))])
}

export const lotkaVolterraStart = tensor([1, 1])
export const lotkaVolterraAt10 = [1.0263447675750894, 0.9096910781360417]

/** Restricted three-body problem; (x, y, x', y'). */
export function arenstorf(_t: Tensor, u: Tensor): Tensor {
  const mu = 0.012277471
  const [x, y, vx, vy] = [0, 1, 2, 3].map((k) => at(u, k))
  const distanceCubed = (dx: Tensor): Tensor => pow(add(square(dx), square(y)), 1.5)
  const [D1, D2] = [distanceCubed(add(x, mu)), distanceCubed(sub(x, 1 - mu))]
  const pull = (a: Tensor, b: Tensor): Tensor => add(mul(1 - mu, div(a, D1)), mul(mu, div(b, D2)))
  return stack([vx, vy, sub(add(x, mul(2, vy)), pull(add(x, mu), sub(x, 1 - mu))), sub(sub(y, mul(2, vx)), pull(y, y))])
}

/** Two periodic orbits: start and period. */
export const arenstorfOrbits = [
  { start: [0.994, 0, 0, -2.0015851063790824], period: 17.065216560157964 },
  { start: [0.994, 0, 0, -2.031732629557337], period: 11.124340337266085 },
] as const

/** A right-hand side compiled by itself, with its constants folded in: the cache of `bindField` may make them parameters. */
export function plainField(
  f: (t: Tensor, y: Tensor, parameters: readonly Tensor[]) => TensorLike,
  state: TensorType,
  parameters: readonly TensorType[] = [],
): Field {
  const time: TensorType = { shape: [], dtype: 'float64' }
  const graph = graphOf(
    ([t, y, ...rest]) => [project(toTensor(f(t, y, rest)), state.dtype)],
    [time, state, ...parameters],
  )
  return new Field('general', new ClosedFunction(graph), parameters.length)
}
