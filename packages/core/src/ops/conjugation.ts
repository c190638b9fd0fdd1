import { absPair, conjPair, mulPairs } from '../scalar/complex-scalar.ts'
import type { Scalar } from '../scalar/scalar-program.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { bySwitching } from '../finiteness.ts'
import type { Primitive } from '../primitive.ts'
import { toTensor, type Dtype, type Tensor, type TensorLike } from '../tensor.ts'
import { div, mul, seeded } from './arithmetic.ts'
import { equal, where } from './comparison.ts'
import { clamp, largest } from './formulas/selection.ts'
import { sumTo } from './gather.ts'
import { joined, realOnly, toComplex, toReal } from './types.ts'

export const conjP: Primitive = definePrimitive('conj', {
  type: joined('conj'),
  formula: (s, [z]) => conjPair(s, z),
  // Re⟨w̄, conj ż⟩ = Re⟨conj w̄, ż⟩
  adjoint: (cotangent) => conj(cotangent),
})

/** Complex conjugate; a real tensor is its own. */
export function conj(z: TensorLike): Tensor {
  const x = toTensor(z, 'conj')
  return x.dtype === 'float64' ? x : bind(conjP, [x], undefined)
}

export const realP: Primitive = definePrimitive('real', {
  type: toReal('real'),
  formula: (s, [z]) => ({ re: z.re, im: s.zero }),
  adjoint: (cotangent) => cotangent,
})

/** Re z. */
export function real(z: TensorLike): Tensor {
  const x = toTensor(z, 'real')
  return x.dtype === 'float64' ? x : bind(realP, [x], undefined)
}

const imagP = definePrimitive('imag', {
  type: toReal('imag'),
  formula: (s, [z]) => ({ re: z.im, im: s.zero }),
  // w̄ real: w̄ Im ż = Re⟨i w̄, ż⟩
  adjoint: (cotangent) => complex(0, cotangent),
})

/** Im z. */
export const imag = (z: TensorLike): Tensor => bind(imagP, [z], undefined)

const complexP = definePrimitive('complex', {
  type: (args) => {
    realOnly('complex', 'Its two parts are real: take real or imag of it.')(args)
    return toComplex('complex')(args)
  },
  formula: (_, [x, y]) => ({ re: x.re, im: y.re }),
  adjoint: (cotangent, { args: [x, y] }) => [
    () => sumTo(real(cotangent), x.shape),
    () => sumTo(imag(cotangent), y.shape),
  ],
})

/** x + iy from two real tensors. */
export function complex(x: TensorLike, y: TensorLike = 0): Tensor {
  return bind(complexP, [x, y], undefined)
}

/** x as an element of the space that `dtype` names: its real part where that is real, with imaginary part 0 where it is complex. */
export function project(x: Tensor, dtype: Dtype): Tensor {
  if (x.dtype === dtype) return x
  return dtype === 'float64' ? real(x) : complex(x)
}

const abs2P = definePrimitive('abs2', {
  type: toReal('abs2'),
  formula: (s, [z]) => ({ re: mulPairs(s, z, conjPair(s, z)).re, im: s.zero }),
  partials: ([z]) => ({ dz: conj(z), dzbar: z }),
})

/** |z|² = z z̄; its unit is that of z squared. */
export const abs2 = (z: TensorLike): Tensor => bind(abs2P, [z], undefined)

/** x where it is finite because z ≠ 0; 0 where z = 0, where abs, sign and arg have no derivative (a subgradient is 0). */
const unlessZero = (z: Tensor, x: (safe: Tensor) => Tensor): Tensor => {
  const isZero = equal(z, 0)
  return where(isZero, 0, x(where(isZero, 1, z)))
}

const absP = definePrimitive('abs', {
  type: toReal('abs'),
  formula: (s, [z]) => ({ re: absPair(s, z), im: s.zero }),
  // d|z| = Re(conj(s) dz), s = z/|z|  ⇒  ∂/∂z = conj(s)/2, ∂/∂z̄ = s/2
  partials: ([z]) => {
    const half = mul(0.5, sign(z))
    return { dz: conj(half), dzbar: half }
  },
})

/** |z|, without overflow of the squares. Its derivative at 0 is 0. */
export const abs = (z: TensorLike): Tensor => bind(absP, [z], undefined)

const signP = definePrimitive('sign', {
  type: joined('sign'),
  formula: (s, [z], isReal) => {
    if (isReal) return { re: s.call('sign', z.re), im: s.zero }
    // Scaled by the larger part first: |z| itself overflows close to the largest numbers, and has few digits below 10⁻³⁰⁸.
    const size = s.call2('min', s.constant(largest), s.call2('max', s.call('abs', z.re), s.call('abs', z.im)))
    const isZero = s.equal(size, s.zero)
    const part = (x: Scalar): Scalar => s.select(isZero, s.zero, s.div(clamp(s, x, largest), size))
    const [x, y] = [part(z.re), part(z.im)]
    const modulus = s.select(isZero, s.one, s.call('sqrt', s.add(s.mul(x, x), s.mul(y, y))))
    return { re: s.div(x, modulus), im: s.div(y, modulus) }
  },
  // ds = i s Im(conj(s) dz)/|z|, its own adjoint; from the two partials it would be ∞ − ∞ below 10⁻³⁰⁸
  jvp: ([z], [zDot], [s]) => turned(z, s, zDot),
  vjp: ([z], [s], [cotangent]) => [turned(z, s, cotangent)],
  finiteness: bySwitching,
})

/** i s Im(conj(s) x)/|z|, and 0 at z = 0 */
function turned(z: Tensor, s: Tensor, x: Tensor): Tensor {
  const across = imag(seeded(conj(s), x))
  return seeded(
    s,
    complex(
      0,
      unlessZero(z, (safe) => div(across, abs(safe))),
    ),
  )
}

/** z/|z|, and 0 at 0. Its derivative at 0 is 0. */
export const sign = (z: TensorLike): Tensor => bind(signP, [z], undefined)

const argP = definePrimitive('arg', {
  type: toReal('arg'),
  formula: (s, [z]) => ({ re: s.call2('atan2', z.im, z.re), im: s.zero }),
  // arg z = Im log z = (log z − log z̄)/(2i)
  partials: ([z]) => {
    const half = unlessZero(z, (safe) => div(complex(0, -0.5), safe))
    return { dz: half, dzbar: conj(half) }
  },
})

/**
 * Phase of z in [−π, π], where the sign of a zero imaginary part chooses the side of the negative real axis. Its derivative at 0
 * is 0.
 */
export const arg = (z: TensorLike): Tensor => bind(argP, [z], undefined)
