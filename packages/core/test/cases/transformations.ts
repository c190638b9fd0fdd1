import {
  abs2,
  add,
  cadConvention,
  checkpoint,
  conj,
  customRule,
  derivative,
  diag,
  forwardMode,
  grad,
  hessian,
  hvp,
  jacobian,
  jaxConvention,
  jit,
  jvp,
  linearize,
  mul,
  reverseMode,
  square,
  sum,
  valueAndGrad,
  vjp,
  vmap,
  wirtinger,
  type JacobianMode,
  type Tensor,
  type WirtingerPair,
} from '@cad/core'
import type { CoreCase } from './core-case.ts'
import { c, rightHalf } from './points.ts'

/** z² z̄, which is not holomorphic: w_z = 2|z|², w_z̄ = z². */
const f = (z: Tensor): Tensor => mul(square(z), conj(z))
const byZ = (z: Tensor): Tensor => mul(2, abs2(z))
const byZBar = (z: Tensor): Tensor => square(z)

/** Σ|f|² = Σ z³ z̄³, with the gradient 2 ∂/∂z̄ = 6 z³ z̄². */
const loss = (z: Tensor): Tensor => sum(abs2(f(z)))
const gradient = (z: Tensor): Tensor => mul(6, mul(square(abs2(z)), z))
const gradientByZ = (z: Tensor): Tensor => mul(18, square(abs2(z)))
const gradientByZBar = (z: Tensor): Tensor => mul(12, mul(abs2(z), square(z)))

const pushed = (z: Tensor, u: Tensor): Tensor => add(mul(byZ(z), u), mul(byZBar(z), conj(u)))
const pulled = (z: Tensor, w: Tensor): Tensor => add(mul(byZ(z), w), mul(byZBar(z), conj(w)))
const both = ({ dz, dzbar }: WirtingerPair): readonly Tensor[] => [dz, dzbar]

const one = { '': [rightHalf([2], 1)] }
const two = { '': [rightHalf([2], 1), c([2], 2)] }
const kind = 'transformation'

const derivatives: readonly CoreCase[] = [
  { name: 'jvp', kind, f: (z, u) => jvp(f)(z, u).tangent, same: pushed, variants: two },
  { name: 'vjp', kind, f: (z, w) => vjp(f)(z).pullback(w), same: pulled, variants: two },
  {
    name: 'linearize',
    kind,
    f: (z, u) => {
      const { pushforward, pullback } = linearize(f)(z)
      return [pushforward(u), pullback(u)]
    },
    same: (z, u) => [pushed(z, u), pulled(z, u)],
    variants: two,
  },
  { name: 'grad', kind, f: (z) => grad(loss)(z), same: gradient, variants: one },
  {
    name: 'valueAndGrad',
    kind,
    f: (z) => {
      const found = valueAndGrad(loss)(z)
      return [found.value, found.gradient]
    },
    same: (z) => [loss(z), gradient(z)],
    variants: one,
  },
  {
    name: 'jacobian',
    kind,
    f: (z) => both(jacobian(f)(z) as WirtingerPair),
    same: (z) => [diag(byZ(z)), diag(byZBar(z))],
    variants: one,
  },
  {
    name: 'wirtinger',
    kind,
    f: (z) => both(wirtinger(f)(z)),
    same: (z) => [diag(byZ(z)), diag(byZBar(z))],
    variants: one,
  },
  {
    name: 'derivative',
    kind,
    f: (z) => derivative((x) => mul(x, square(x)))(z),
    same: (z) => mul(3, square(z)),
    variants: one,
  },
  {
    name: 'hessian',
    kind,
    f: (z) => both(hessian(loss)(z) as WirtingerPair),
    same: (z) => [diag(gradientByZ(z)), diag(gradientByZBar(z))],
    variants: one,
  },
  {
    name: 'hvp',
    kind,
    f: (z, v) => hvp(loss)(z, v),
    same: (z, v) => add(mul(gradientByZ(z), v), mul(gradientByZBar(z), conj(v))),
    variants: two,
  },
]

const sameFunctions: readonly CoreCase[] = [
  { name: 'checkpoint', kind, f: (z) => checkpoint(f)(z), same: f, variants: one },
  { name: 'vmap', kind, f: (z) => vmap(f)(z), same: f, variants: one },
  {
    name: 'customRule',
    kind,
    f: (z) =>
      customRule(f, {
        jvp: ([x], [u]) => pushed(x, u),
        vjp: ([x], _value, w) => [pulled(x, w)],
      })(z),
    same: f,
    variants: one,
  },
  { name: 'jit', kind, f: (z) => jit(f)(z), same: f, variants: one },
]

const modeCase = (name: string, mode: JacobianMode): CoreCase => ({
  name,
  kind: 'option',
  f: (z) => both(jacobian(f, { mode })(z) as WirtingerPair),
  same: (z) => [diag(byZ(z)), diag(byZBar(z))],
  variants: one,
})

const options: readonly CoreCase[] = [
  modeCase('forwardMode', forwardMode),
  modeCase('reverseMode', reverseMode),
  {
    name: 'cadConvention',
    kind: 'option',
    f: (z) => grad(loss, { convention: cadConvention })(z),
    same: gradient,
    variants: one,
  },
  {
    name: 'jaxConvention',
    kind: 'option',
    f: (z) => grad(loss, { convention: jaxConvention })(z),
    same: (z) => conj(gradient(z)),
    variants: one,
  },
]

/** Functions of functions, applied to one, and the values of their options. */
export const transformations: readonly CoreCase[] = [...derivatives, ...sameFunctions, ...options]
