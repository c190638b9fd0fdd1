import { absPair, expPair, sqrtPair, type Pair } from '../compile/complex-scalar.ts'
import type { ScalarProgram } from '../compile/scalar-program.ts'
import { bind, definePrimitive } from '../primitive.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { mul, neg, reciprocal, square, sub } from './arithmetic.ts'
import { joined } from './types.ts'

/** A real function of a real argument, as the formula of one element. */
const realPart = (re: number, s: ScalarProgram): Pair => ({ re, im: s.zero })

const expP = definePrimitive('exp', {
  type: joined('exp'),
  formula: (s, [z]) => expPair(s, z),
  partials: (_, w) => ({ dz: w }),
})

/** eᶻ. */
export const exp = (z: TensorLike): Tensor => bind(expP, [z], undefined)

const logP = definePrimitive('log', {
  type: joined('log'),
  formula: (s, [z], real) =>
    real ? realPart(s.call('log', z.re), s) : { re: s.call('log', absPair(s, z)), im: s.call2('atan2', z.im, z.re) },
  partials: ([z]) => ({ dz: reciprocal(z) }),
  poles: true,
})

/** Principal logarithm, cut along the negative real axis; a real tensor gives a real one, NaN below 0. */
export const log = (z: TensorLike): Tensor => bind(logP, [z], undefined)

const sqrtP = definePrimitive('sqrt', {
  type: joined('sqrt'),
  formula: (s, [z], real) => (real ? realPart(s.call('sqrt', z.re), s) : sqrtPair(s, z)),
  partials: (_, w) => ({ dz: mul(0.5, reciprocal(w)) }),
  poles: true,
})

/** Principal square root, Re ≥ 0, cut along the negative real axis; a real tensor gives a real one, NaN below 0. */
export const sqrt = (z: TensorLike): Tensor => bind(sqrtP, [z], undefined)

/** sin(x + iy) = sin x cosh y + i cos x sinh y */
const sinPair = (s: ScalarProgram, { re, im }: Pair): Pair => ({
  re: s.mul(s.call('sin', re), s.call('cosh', im)),
  im: s.mul(s.call('cos', re), s.call('sinh', im)),
})

/** cos(x + iy) = cos x cosh y − i sin x sinh y */
const cosPair = (s: ScalarProgram, { re, im }: Pair): Pair => ({
  re: s.mul(s.call('cos', re), s.call('cosh', im)),
  im: s.neg(s.mul(s.call('sin', re), s.call('sinh', im))),
})

/** i z and −i z: how a hyperbolic function is its trigonometric one turned by 90°. */
const turn = (s: ScalarProgram, { re, im }: Pair): Pair => ({ re: s.neg(im), im: re })
const turnBack = (s: ScalarProgram, { re, im }: Pair): Pair => ({ re: im, im: s.neg(re) })

const sinP = definePrimitive('sin', {
  type: joined('sin'),
  formula: (s, [z]) => sinPair(s, z),
  partials: ([z]) => ({ dz: cos(z) }),
})

/** sin z. */
export const sin = (z: TensorLike): Tensor => bind(sinP, [z], undefined)

const cosP = definePrimitive('cos', {
  type: joined('cos'),
  formula: (s, [z]) => cosPair(s, z),
  partials: ([z]) => ({ dz: neg(sin(z)) }),
})

/** cos z. */
export const cos = (z: TensorLike): Tensor => bind(cosP, [z], undefined)

const sinhP = definePrimitive('sinh', {
  type: joined('sinh'),
  formula: (s, [z], real) => (real ? realPart(s.call('sinh', z.re), s) : turnBack(s, sinPair(s, turn(s, z)))),
  partials: ([z]) => ({ dz: cosh(z) }),
})

/** sinh z = −i sin(iz). */
export const sinh = (z: TensorLike): Tensor => bind(sinhP, [z], undefined)

const coshP = definePrimitive('cosh', {
  type: joined('cosh'),
  formula: (s, [z], real) => (real ? realPart(s.call('cosh', z.re), s) : cosPair(s, turn(s, z))),
  partials: ([z]) => ({ dz: sinh(z) }),
})

/** cosh z = cos(iz). */
export const cosh = (z: TensorLike): Tensor => bind(coshP, [z], undefined)

/** tanh(x + iy) = (sinh x cosh x + i sin y cos y) / (sinh² x + cos² y): no cancellation, unlike (t + iu)/(1 + itu). */
function tanhPair(s: ScalarProgram, z: Pair): Pair {
  if (z.im === s.zero) return realPart(s.call('tanh', z.re), s)
  const [sinY, cosY] = [s.call('sin', z.im), s.call('cos', z.im)]
  const bounded = s.call2('max', s.constant(-300), s.call2('min', s.constant(300), z.re)) // sinh² stays finite
  const [sinhX, coshX] = [s.call('sinh', bounded), s.call('cosh', bounded)]
  const denominator = s.add(s.mul(sinhX, sinhX), s.mul(cosY, cosY))
  return { re: s.div(s.mul(sinhX, coshX), denominator), im: s.div(s.mul(sinY, cosY), denominator) }
}

const tanhP = definePrimitive('tanh', {
  type: joined('tanh'),
  formula: (s, [z]) => tanhPair(s, z),
  partials: (_, w) => ({ dz: sub(1, square(w)) }),
  poles: true,
})

/** tanh z. */
export const tanh = (z: TensorLike): Tensor => bind(tanhP, [z], undefined)

const tanP = definePrimitive('tan', {
  type: joined('tan'),
  formula: (s, [z], real) => (real ? realPart(s.call('tan', z.re), s) : turnBack(s, tanhPair(s, turn(s, z)))),
  partials: (_, w) => ({ dz: addOne(square(w)) }),
  poles: true,
})

const addOne = (w: Tensor): Tensor => sub(w, -1)

/** tan z = −i tanh(iz). */
export const tan = (z: TensorLike): Tensor => bind(tanP, [z], undefined)
