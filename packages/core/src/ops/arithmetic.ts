import { addPairs, mulPairs, negPair, subPairs } from '../scalar/complex-scalar.ts'
import { bind } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import { mayMeetInfinity, unboundedAtPoles } from '../finiteness.ts'
import { finitenessOf } from '../finiteness-of.ts'
import { valueOf } from '../graph.ts'
import type { Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { sameType, toTensor, type TensorLike } from '../tensor.ts'
import { divPairs, seededPair, squarePair, type ZeroFactors } from './formulas/quotient.ts'
import { sumTo } from './gather.ts'
import { joined } from './types.ts'

export const addP: Primitive = definePrimitive('add', {
  holomorphic: true,
  type: joined('add'),
  formula: (s, [a, b]) => addPairs(s, a, b),
  adjoint: (cotangent, { args: [a, b] }) => [() => sumTo(cotangent, a.shape), () => sumTo(cotangent, b.shape)],
})

/** a + b, elementwise, with broadcasting. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = [toTensor(a, 'add'), toTensor(b, 'add')]
  if (x.isStructuralZero && sameType(joined('add')([x, y]), y)) return y
  if (y.isStructuralZero && sameType(joined('add')([x, y]), x)) return x
  return bind(addP, [x, y], undefined)
}

export const subP: Primitive = definePrimitive('sub', {
  holomorphic: true,
  type: joined('sub'),
  formula: (s, [a, b]) => subPairs(s, a, b),
  adjoint: (cotangent, { args: [a, b] }) => [() => sumTo(cotangent, a.shape), () => neg(sumTo(cotangent, b.shape))],
})

/** a − b, elementwise, with broadcasting. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  const [x, y] = [toTensor(a, 'sub'), toTensor(b, 'sub')]
  if (y.isStructuralZero && sameType(joined('sub')([x, y]), x)) return x
  return bind(subP, [x, y], undefined)
}

export const negP: Primitive = definePrimitive('neg', {
  holomorphic: true,
  type: joined('neg'),
  formula: (s, [a]) => negPair(s, a),
  adjoint: (cotangent) => neg(cotangent),
})

/** −a. */
export const neg = (a: TensorLike): Tensor => bind(negP, [a], undefined)

export const mulP: Primitive = definePrimitive('mul', {
  type: joined('mul'),
  formula: (s, [a, b]) => mulPairs(s, a, b),
  partials: ([a, b]) => [{ dz: b }, { dz: a }],
  vanishes: ([a, b]) => a || b,
})

/**
 * a b, elementwise, with broadcasting. It is the plain product: where its terms overflow with opposite signs, ∞ − ∞ is NaN as in
 * IEEE arithmetic.
 */
export const mul = (a: TensorLike, b: TensorLike): Tensor => bind(mulP, [a, b], undefined)

const seededP = definePrimitive<ZeroFactors>('seeded', {
  type: joined('seeded'),
  formula: (s, [partial, seed], _, zeros) => seededPair(s, partial, seed, zeros as ZeroFactors),
  quick: (s, [partial, seed]) => mulPairs(s, partial, seed),
  partials: ([partial, seed]) => [{ dz: seed }, { dz: partial }],
  vanishes: ([partial, seed]) => partial || seed,
})

/**
 * partial · seed, where a zero factor gives zero even if the other is infinite, and an infinite one gives no NaN. Symmetric, so
 * that it holds for its own derivatives. Where the graph says that no infinity can meet a zero it is the plain product.
 */
export function seeded(partial: Tensor, seed: Tensor): Tensor {
  if (valueOf(partial) !== undefined && valueOf(seed) !== undefined) return bind(seededP, [partial, seed], undefined)
  const [own, other] = [finitenessOf(partial), finitenessOf(seed)]
  const [ofPartial, ofSeed] = [mayMeetInfinity(own, other), mayMeetInfinity(other, own)]
  if (!ofPartial && !ofSeed) return mul(partial, seed)
  return bind(seededP, [partial, seed], ofPartial && ofSeed ? undefined : ofPartial ? 'partial' : 'seed')
}

/** `seeded` for factors of which none is zero where the other is infinite: in compiled code the plain product. */
const seededFar = (partial: Tensor, seed: Tensor): Tensor => bind(seededP, [partial, seed], 'none')

const divP = definePrimitive('div', {
  type: joined('div'),
  formula: (s, [a, b]) => divPairs(s, a, b),
  partials: ([, b], w) => {
    const slope = reciprocal(b)
    // w = 0 and slope = ∞ would be a = b = 0, where w is NaN
    return [{ dz: slope }, { dz: neg(seededFar(w, slope)) }]
  },
  // A constant without zeros has no pole.
  finiteness: (joined, [, b]) => (b.isTraced || b.data.includes(0) ? unboundedAtPoles(joined) : joined),
  vanishes: ([a]) => a,
})

/**
 * a / b, elementwise, with broadcasting; complex quotients after Smith, over the whole range of numbers. Finite over infinite is 0; over 0 the parts that are
 * not 0 become infinite, 0/0 is NaN.
 */
export const div = (a: TensorLike, b: TensorLike): Tensor => bind(divP, [a, b], undefined)

const reciprocalP = definePrimitive('reciprocal', {
  type: joined('reciprocal'),
  formula: (s, [z]) => divPairs(s, { re: s.one, im: s.zero }, z),
  partials: (_, w) => ({ dz: neg(seededFar(w, w)) }),
  finiteness: unboundedAtPoles,
})

/** 1 / z; at 0 it is Infinity, with the sign of the zero real part. */
export const reciprocal = (z: TensorLike): Tensor => bind(reciprocalP, [z], undefined)

const squareP = definePrimitive('square', {
  type: joined('square'),
  formula: (s, [z]) => squarePair(s, z),
  partials: ([z]) => ({ dz: mul(2, z) }),
})

/** z² (not |z|²: that is `abs2`). */
export const square = (z: TensorLike): Tensor => bind(squareP, [z], undefined)
