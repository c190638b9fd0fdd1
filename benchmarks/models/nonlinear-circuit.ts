import { add, at, div, exp, mul, neg, sin, square, stack, sub, type Tensor } from '@cad/core'
import type { Model } from './model.ts'

function circuit(t: Tensor, y: Tensor, p: Tensor): Tensor {
  const [x, v, z] = [0, 1, 2].map((i) => at(y, i))
  const [damping, drive, omega, tau, leak] = [0, 1, 2, 3, 4].map((i) => at(p, i))
  const damped = mul(mul(damping, sub(1, square(x))), v)
  const driven = mul(drive, sin(mul(omega, t)))
  const diode = mul(leak, sub(exp(neg(z)), 1))
  return stack([v, add(sub(damped, x), driven), add(div(sub(x, z), tau), diode)])
}

/** A van der Pol oscillator that charges a diode: y = (x, v, z), y' = (v, p₀(1 − x²)v − x + p₁ sin(p₂t), (x − z)/p₃ + p₄(e^{−z} − 1)). */
export const nonlinearCircuit: Model = {
  title: 'three-state nonlinear circuit',
  state: { shape: [3], dtype: 'float64' },
  p: [1.5, 0.8, 1.1, 0.7, 0.3],
  f: circuit,
}
