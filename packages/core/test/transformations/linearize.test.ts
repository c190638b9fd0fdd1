import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { linearize } from '../../src/transformations/linearize.ts'
import { add, mul } from '../../src/ops/arithmetic.ts'
import { abs2, conj, real } from '../../src/ops/conjugation.ts'
import { exp } from '../../src/ops/holomorphic.ts'
import { vdot } from '../../src/ops/products.ts'
import { toTensor, type Tensor } from '../../src/tensor.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

const f = (z: Tensor): Tensor => mul(abs2(z), conj(exp(z)))
const z = randomComplex([4], 1)

/** Re Σ conj(a) b */
const inner = (a: Tensor, b: Tensor): number => Number(real(vdot(a, b)).item())

describe('linearize', () => {
  const { value, pushforward, pullback } = linearize(f)(z)

  it('gives the value, the jvp and the vjp', () => {
    expect(maxDifference(value, f(z))).toBe(0)
    const [dz, w] = [randomComplex([4], 2), randomComplex([4], 3)]
    expect(maxDifference(pushforward(dz), jvp(f)(z, dz).tangent)).toBe(0)
    expect(maxDifference(pullback(w), vjp(f)(z).pullback(w))).toBe(0)
  })

  it.each([1, 2, 3, 4, 5])('gives maps that are adjoint, however often they are used (seed %i)', (seed) => {
    const [dz, w] = [randomComplex([4], 10 + seed), randomComplex([4], 20 + seed)]
    // Four terms below 10 on each side
    expect(Math.abs(inner(w, pushforward(dz)) - inner(pullback(w), dz))).toBeLessThan(1e-13)
  })

  it('gives maps that are linear over the reals', () => {
    const [a, b] = [randomComplex([4], 4), randomComplex([4], 5)]
    expect(maxDifference(pushforward(add(mul(2, a), b)), add(mul(2, pushforward(a)), pushforward(b)))).toBeLessThan(
      1e-14,
    )
    expect(maxDifference(pullback(add(mul(2, a), b)), add(mul(2, pullback(a)), pullback(b)))).toBeLessThan(1e-14)
  })

  it('runs the function once', () => {
    let calls = 0
    const line = linearize((x: Tensor) => (calls++, mul(x, x)))(3)
    expect([line.pushforward(1).item(), line.pushforward(2).item(), line.pullback(1).item()]).toEqual([6, 12, 6])
    expect(calls).toBe(1)
  })

  it('takes and gives trees, and constants behind the first argument', () => {
    const g = ({ x, y }: { x: Tensor; y: Tensor }, k: number): Tensor[] => [mul(k, x), mul(x, y)]
    const line = linearize(g)({ x: 2, y: 3 }, 10)
    expect(line.pushforward({ x: 1, y: 0 }).map((t) => t.item())).toEqual([10, 3])
    const bar = line.pullback([1, 1])
    expect([bar.x.item(), bar.y.item()]).toEqual([13, 2])
  })

  it('is differentiable where it stands', () => {
    expect(grad((x: Tensor) => linearize((y: Tensor) => mul(x, mul(y, y)))(x).pushforward(1))(3).item()).toBe(12)
  })

  it('refuses tangents and cotangents that do not fit', () => {
    for (const wrong of [() => pushforward(toTensor(1)), () => pullback(randomReal([3], 1))]) {
      const error = errorOf(wrong)
      expect(error).toBeInstanceOf(ShapeError)
      expect(error.message).toMatch(
        /^linearize: a (co)?tangent has the shape of (its argument|the value); expected complex128 \[4\], got/,
      )
    }
  })
})
