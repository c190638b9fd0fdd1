import { maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import {
  abs2,
  add,
  ArgumentError,
  at,
  checkpoint,
  checkRule,
  complex,
  concat,
  conj,
  customRule,
  derivative,
  exp,
  grad,
  greater,
  hessian,
  jit,
  jvp,
  linearize,
  matmul,
  mul,
  norm,
  real,
  reshape,
  ShapeError,
  sin,
  slice,
  stack,
  stopGradient,
  sum,
  type Tensor,
  TracingError,
  transpose,
  vmap,
  where,
} from '@cad/core'
import { bind, contentsOf, definePrimitive, Opaque, opaqueType, graphOf, type Primitive } from '@cad/core/compiler'
import { errorOf } from '../error-of.ts'

// The same operations on each element, but for sums and products that a kernel may order in another way.
const rounding = 1e-14

const f = (z: Tensor, w: Tensor): Tensor =>
  mul(norm(z), sum(mul(exp(z), where(greater(real(w), 0), w, conj(matmul(z, w))))))
const [Z, W] = [randomComplex([4, 3], 1), randomComplex([4, 3], 2)]
const [z, w] = [at(Z, 0), at(W, 0)]
const each = (g: (i: number) => Tensor): Tensor => stack([0, 1, 2, 3].map(g))

describe('vmap', () => {
  it('takes the examples from any axis and puts them at any axis', () => {
    const g = (x: Tensor): Tensor => mul(x, [x].length)
    const x = randomReal([2, 5, 3], 1)
    for (const axis of [0, 1, 2, -1, -3]) {
      for (const to of [0, 1, 2, -1]) {
        const found = vmap(g, { inAxes: axis, outAxes: to })(x)
        const [from, target] = [(axis + 3) % 3, (to + 3) % 3]
        const others = [0, 1, 2].filter((i) => i !== from)
        const order = [...others.slice(0, target), from, ...others.slice(target)]
        expect(maxDifference(found, transpose(x, order))).toBe(0)
      }
    }
  })

  it('takes and gives trees, with trees of axes', () => {
    const g = (p: { a: Tensor; b: Tensor[] }, c: Tensor): { y: Tensor; list: Tensor[] } => ({
      y: mul(p.a, c),
      list: [add(p.b[0], p.b[1])],
    })
    const [a, b0, b1] = [randomComplex([2, 4], 1), randomReal([4, 2], 2), randomReal([2], 3)]
    const found = vmap(g, { inAxes: [{ a: 1, b: [0, null] }, null], outAxes: { y: 1, list: 0 } })({ a, b: [b0, b1] }, 3)
    expect(maxDifference(found, { y: mul(3, a), list: [add(b0, b1)] })).toBe(0)
  })

  it('repeats a result that does not depend on the example', () => {
    const found = vmap((_: Tensor, c: Tensor) => [mul(2, c), complex(1, 1)], { inAxes: [0, null] })(
      Z,
      randomReal([2], 1),
    )
    expect(found.map(({ shape }) => shape)).toEqual([[4, 2], [4]])
  })

  it.each([[0], [1]])('works for %i examples', (n) => {
    const [A, B] = [randomComplex([n, 3], 1), randomComplex([n, 3, 3], 2)]
    expect(vmap(f)(A, A).shape).toEqual([n])
    expect(vmap((x: Tensor, M: Tensor) => matmul(M, x))(A, B).shape).toEqual([n, 3])
    expect(vmap((x: Tensor) => grad((y: Tensor) => sum(abs2(y)))(x))(A).shape).toEqual([n, 3])
  })

  it('is one operation for all examples where the primitive says how', () => {
    const nodes = (g: (x: Tensor) => Tensor): string[] =>
      graphOf(([x]) => [vmap(g)(x)], [randomComplex([50, 3], 1)]).nodes.map(({ primitive }) => primitive.name)
    const M = randomComplex([3, 3], 2)
    expect(nodes((x) => mul(2, exp(x)))).toEqual(['exp', 'mul'])
    expect(nodes((x) => sum(x))).toEqual(['scatterAdd', 'reshape'])
    expect(nodes((x) => slice(x, { start: 1 }))).toEqual(['gather'])
    expect(nodes((x) => norm(x))).toEqual(['norm', 'reshape'])
    expect(nodes((x) => concat([x, x]))).toEqual(['join', 'gather'])
    expect(nodes((x) => matmul(x, M)).filter((name) => name === 'matmul')).toHaveLength(1)
    expect(nodes((x) => matmul(M, x)).filter((name) => name === 'matmul')).toHaveLength(1)
  })
})

describe('vmap nests', () => {
  const gradOf = (x: Tensor, v: Tensor): Tensor => grad((y: Tensor) => real(f(y, v)))(x)

  it('around derivatives', () => {
    expect(
      relativeDifference(
        vmap(gradOf)(Z, W),
        each((i) => gradOf(at(Z, i), at(W, i))),
      ),
    ).toBeLessThan(rounding)
    const pushed = (x: Tensor, v: Tensor): Tensor => jvp((y: Tensor) => f(y, w))(x, v).tangent
    expect(
      relativeDifference(
        vmap(pushed)(Z, W),
        each((i) => pushed(at(Z, i), at(W, i))),
      ),
    ).toBeLessThan(rounding)
    const slope = (x: Tensor): Tensor => derivative((y) => mul(y, sin(y)))(x)
    expect(relativeDifference(vmap(slope)(Z), slope(Z))).toBeLessThan(rounding)
    const second = (x: Tensor): Tensor => (hessian((y) => real(f(y, w)))(x) as { dz: Tensor }).dz
    expect(
      relativeDifference(
        vmap(second)(Z),
        each((i) => second(at(Z, i))),
      ),
    ).toBeLessThan(rounding)
  })

  it('inside derivatives', () => {
    const batched = (x: Tensor): Tensor => vmap(f, { inAxes: [0, null] })(x, w)
    const looped = (x: Tensor): Tensor => each((i) => f(at(x, i), w))
    const loss = (g: (x: Tensor) => Tensor) => (x: Tensor) => sum(abs2(g(x)))
    expect(relativeDifference(grad(loss(batched))(Z), grad(loss(looped))(Z))).toBeLessThan(rounding)
    expect(relativeDifference(jvp(batched)(Z, W).tangent, jvp(looped)(Z, W).tangent)).toBeLessThan(rounding)
    const dual = randomComplex([4], 3)
    expect(relativeDifference(linearize(batched)(Z).pullback(dual), linearize(looped)(Z).pullback(dual))).toBeLessThan(
      rounding,
    )
    checkRule(batched, [Z])
  })

  it('with a captured argument of an outer derivative', () => {
    const loss = (p: Tensor): Tensor => sum(abs2(vmap((x: Tensor) => mul(sin(p), x))(Z)))
    const plain = (p: Tensor): Tensor => sum(abs2(mul(sin(p), Z)))
    expect(relativeDifference(grad(loss)(w), grad(plain)(w))).toBeLessThan(rounding)
  })

  it('with jit both ways', () => {
    expect(relativeDifference(jit(vmap(f))(Z, W), vmap(f)(Z, W))).toBeLessThan(rounding)
    expect(relativeDifference(vmap(jit(f))(Z, W), vmap(f)(Z, W))).toBeLessThan(rounding)
    expect(relativeDifference(jit(vmap(jit(gradOf)))(Z, W), vmap(gradOf)(Z, W))).toBeLessThan(rounding)
  })

  it('with itself: all pairs of two lists', () => {
    const inner = vmap(f, { inAxes: [null, 0] })
    const pairs = vmap((x: Tensor, all: Tensor) => inner(x, all), { inAxes: [0, null] })(Z, W)
    const expected = each((i) => each((j) => f(at(Z, i), at(W, j))))
    expect(relativeDifference(pairs, expected)).toBeLessThan(rounding)
  })

  it('with checkpoint, customRule and stopGradient', () => {
    const g = (x: Tensor): Tensor => sum(abs2(checkpoint((y: Tensor) => mul(y, exp(y)))(x)))
    const plain = (x: Tensor): Tensor => sum(abs2(mul(x, exp(x))))
    expect(relativeDifference(vmap((x: Tensor) => grad(g)(x))(Z), grad(plain)(Z))).toBeLessThan(rounding)
    expect(relativeDifference(grad((x: Tensor) => sum(vmap(g)(x)))(Z), grad(plain)(Z))).toBeLessThan(rounding)

    const marked = customRule((x: Tensor, y: Tensor) => mul(x, y), {
      jvp: ([, y], [dx]) => mul(mul(100, y), dx),
      vjp: ([, y], _, bar) => [mul(100, mul(conj(y), bar)), undefined],
    })
    const expected = each((i) => mul(200, mul(at(Z, i), abs2(w))))
    const loss = (x: Tensor): Tensor => mul(1, sum(abs2(marked(x, w))))
    expect(relativeDifference(vmap((x: Tensor) => grad(loss)(x))(Z), expected)).toBeLessThan(rounding)
    expect(relativeDifference(grad((x: Tensor) => sum(vmap(loss)(x)))(Z), expected)).toBeLessThan(rounding)

    const stopped = (x: Tensor): Tensor => sum(mul(stopGradient(x), x))
    expect(maxDifference(grad((x: Tensor) => real(sum(vmap(stopped)(x))))(Z), conj(Z))).toBe(0)
  })

  it('with handles between primitives, one an example', () => {
    const keepP: Primitive = definePrimitive('keep', {
      type: () => opaqueType(),
      kernel: ([x]) => new Opaque([x]),
      jvp: () => [undefined],
      vjp: () => [undefined],
    })
    const timesP: Primitive = definePrimitive('times', {
      type: ([, y]) => y,
      kernel: ([kept, y]) => mul(contentsOf<Tensor>(kept)[0], y).data,
      jvp: ([kept], [, yDot]) => bind(timesP, [kept, yDot], undefined),
      vjp: ([kept], _, [bar]) => [undefined, bind(timesP, [kept, bar], undefined)],
    })
    const g = (x: Tensor, y: Tensor): Tensor => bind(timesP, [bind(keepP, [x], undefined), y], undefined)
    const [X, Y] = [randomReal([4, 3], 1), randomReal([4, 3], 2)]
    expect(maxDifference(vmap(g)(X, Y), mul(X, Y))).toBe(0)
    expect(maxDifference(vmap(g, { inAxes: [null, 0] })(at(X, 0), Y), mul(at(X, 0), Y))).toBe(0)
    expect(maxDifference(grad((v: Tensor) => sum(vmap(g)(X, v)))(Y), X)).toBe(0)
  })
})

describe('vmap refuses', () => {
  it.each<[string, () => unknown, typeof ShapeError, RegExp]>([
    [
      'axes of different length',
      () =>
        vmap((p: { a: Tensor; b: Tensor[] }, c: Tensor) => mul(mul(p.a, p.b[0]), c))(
          { a: Z, b: [Z] },
          reshape(Z, [3, 4]),
        ),
      ShapeError,
      /^vmap: the axes of examples must be equally long, got 4 for argument 0\.a \(axis 0\) and 3 for argument 1 \(axis 0\)\. For an argument that all examples share set inAxes to null\.$/,
    ],
    [
      'different length inside a tree',
      () => vmap((p: { a: Tensor; b: Tensor[] }) => mul(p.a, p.b[0]), { inAxes: [{ a: 0, b: [1] }] })({ a: Z, b: [Z] }),
      ShapeError,
      /4 for argument 0\.a \(axis 0\) and 3 for argument 0\.b\[0\] \(axis 1\)/,
    ],
    [
      'an axis that does not exist',
      () => vmap(exp)(1),
      ShapeError,
      /^vmap, argument 0: axis 0 does not exist; the tensor has 0 axes/,
    ],
    [
      'a result axis that does not exist',
      () => vmap(exp, { outAxes: 3 })(Z),
      ShapeError,
      /^vmap, outAxes: axis 3 does not exist/,
    ],
    [
      'no axis at all',
      () => vmap(f, { inAxes: null })(z, w),
      ArgumentError,
      /no argument has an axis of examples, got inAxes null for all/,
    ],
    [
      'too few axes',
      () => vmap(f, { inAxes: [0] })(Z, W),
      ArgumentError,
      /^vmap: inAxes must be an axis, null, or a tree of them for \[•, •\], got \[0\]\./,
    ],
    [
      'axes with another key',
      () => vmap((p: { a: Tensor }) => p.a, { inAxes: [{ b: 0 }] })({ a: Z }),
      ArgumentError,
      /inAxes\[0\]\.a must be .* for •, got undefined/,
    ],
  ])('%s', (_, call, type, message) => {
    const error = errorOf(call)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toMatch(message)
  })

  it('a function that asks for a value', () => {
    const error = errorOf(() => vmap((x: Tensor) => (Number(x.item()) > 0 ? x : mul(-1, x)))(randomReal([3], 1)))
    expect(error).toBeInstanceOf(TracingError)
    expect(error.message).toMatch(/inside jit, vmap or a right-hand side.*without jit or vmap/)
  })
})
