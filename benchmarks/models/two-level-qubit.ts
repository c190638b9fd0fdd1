import { add, at, complex, cos, matmul, mul, sin, tensor, type Tensor } from '@cad/core'
import type { Model } from './model.ts'

const sigmaX = tensor([
  [0, 1],
  [1, 0],
])
const sigmaY = tensor([
  [0, complex(0, -1)],
  [complex(0, 1), 0],
])
const sigmaZ = tensor([
  [1, 0],
  [0, -1],
])
const minusI = complex(0, -1)

function schroedinger(t: Tensor, psi: Tensor, p: Tensor): Tensor {
  const [omega, a, nu, phi, b] = [0, 1, 2, 3, 4].map((i) => at(p, i))
  const drift = mul(mul(0.5, omega), sigmaZ)
  const driveX = mul(mul(a, cos(add(mul(nu, t), phi))), sigmaX)
  const driveY = mul(mul(b, sin(mul(nu, t))), sigmaY)
  return mul(minusI, matmul(add(add(drift, driveX), driveY), psi))
}

/** ψ' = −iHψ, H = (ω/2) σz + a cos(νt + φ) σx + b sin(νt) σy with p = (ω, a, ν, φ, b). */
export const twoLevelQubit: Model = {
  title: 'driven two-level qubit',
  state: { shape: [2], dtype: 'complex128' },
  p: [1.0, 0.4, 1.1, 0.3, 0.2],
  f: schroedinger,
}
