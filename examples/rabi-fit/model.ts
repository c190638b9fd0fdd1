import { add, complex, cos, div, exp, mul, neg, real, reshape, sub, type Tensor } from '@cad/core'
import { solveIvp, tsit5 } from '@cad/ode'

/** f in MHz, T1 in µs, phi in rad; a0, a1 are dimensionless, s in 1/µs. */
export interface RabiParameters {
  readonly f: Tensor
  readonly T1: Tensor
  readonly phi: Tensor
  readonly a0: Tensor
  readonly a1: Tensor
  readonly s: Tensor
}

/** p(t) = a0 + a1 (1 − x(t)) + s t, where x is the oscillation. */
const signal = (t: Tensor, { a0, a1, s }: RabiParameters, x: Tensor): Tensor =>
  add(add(a0, mul(a1, sub(1, x))), mul(s, t))

/**
 * The signal at the times t in µs, with the oscillation as Re z of the Bloch equation z' = (−1/T1 + 2πi f) z, z(0) = e^{iφ}. The
 * transverse Bloch vector is the complex number z: one equation, not two.
 */
export function rabiModel(t: Tensor, p: RabiParameters): Tensor {
  const rate = complex(neg(div(1, p.T1)), mul(2 * Math.PI, p.f))
  const end = t.data[t.data.length - 1]
  const { ys } = solveIvp((_t, z, r: Tensor) => mul(r, z), [0, end], exp(complex(0, p.phi)), {
    args: rate,
    method: tsit5,
    rtol: 1e-9,
    atol: 1e-11,
    saveAt: t,
  })
  return signal(t, p, reshape(real(ys), t.shape))
}

/** The same from the closed form e^{−t/T1} cos(2πft + φ): the cross-check. */
export function rabiClosedForm(t: Tensor, p: RabiParameters): Tensor {
  const phase = add(mul(mul(2 * Math.PI, p.f), t), p.phi)
  return signal(t, p, mul(exp(neg(div(t, p.T1))), cos(phase)))
}
