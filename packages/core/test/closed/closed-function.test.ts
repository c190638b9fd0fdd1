import { abs2, add, conj, exp, fft, grad, jit, jvp, matmul, mul, norm, sum, type Tensor } from '@cad/core'
import {
  closedFunction,
  contentsOf,
  definePrimitive,
  bind,
  graphOf,
  Opaque,
  opaqueType,
  type Primitive,
} from '@cad/core/compiler'
import { checkRule } from '../../src/check/check-rule.ts'
import { maxDifference, randomComplex, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'

let squarings = 0

/** A costly map with a handle: x ↦ x², by way of what is behind the handle. */
const prepareP: Primitive = definePrimitive('prepare', {
  type: () => opaqueType(),
  kernel: ([x]) => {
    squarings++
    return new Opaque([mul(x, x)])
  },
  jvp: () => [undefined],
  vjp: () => [undefined],
})
const usePreparedP: Primitive = definePrimitive('usePrepared', {
  type: ([x]) => x,
  kernel: ([, handle, y]) => mul(contentsOf<Tensor>(handle)[0], y).data,
  linearIn: () => [false, false, true],
  adjoint: ([bar], { args: [x] }) => [() => mul(conjugate(mul(x, x)), bar)],
  jvp: ([xDot], { args: [x, , y] }) => [mul(mul(2, mul(x, xDot)), y)],
  vjp: ([bar], _, { args: [x, , y] }) => [() => mul(conjugate(mul(mul(2, x), y)), bar), undefined],
})
const conjugate = conj
const times = (x: Tensor, y: Tensor): Tensor => bind(usePreparedP, [x, bind(prepareP, [x], undefined), y], undefined)

const [x, y] = [randomComplex([3], 1), randomComplex([3], 2)]
const { value: f } = closedFunction(graphOf(([a, b]) => [add(times(a, b), exp(b))], [x, y]))

describe('a closed function', () => {
  it('is one object for graphs of equal structure', () => {
    const again = closedFunction(graphOf(([a, b]) => [add(times(a, b), exp(b))], [x, y]))
    expect(again.value).toBe(f)
    const other = closedFunction(graphOf(([a, b]) => [add(times(a, b), exp(a))], [x, y]))
    expect(other.value).not.toBe(f)
  })

  it('splits into what is costly and early, and the rest', () => {
    const { early, late } = f.split([false, true])
    expect(early.outputs.map(({ dtype }) => dtype)).toEqual(['opaque'])
    expect(late.graph.nodes.map(({ primitive }) => primitive.name)).not.toContain('prepare')
    const residuals = early.runOnce([x]) as Opaque[]
    const [found] = late.run([x, ...residuals, y]) as Float64Array[]
    const [whole] = f.run([x, y]) as Float64Array[]
    expect([...found]).toEqual([...whole])
  })

  it('leaves sums and products of early inputs where their zeros are seen', () => {
    const A = randomComplex([4, 4], 3)
    const { value } = closedFunction(graphOf(([p, v]) => [matmul(mul(p, A), v)], [randomComplex([], 4), randomComplex([4, 1], 5)])) // prettier-ignore
    expect(value.split([false, true]).early.outputs).toEqual([])
  })

  it('does what is costly once for value and pullback, eager, compiled, and both ways round', () => {
    const loss = (a: Tensor): Tensor => sum(abs2(times(a, y)))
    const runs = (g: () => unknown): number => {
      const before = squarings
      g()
      return squarings - before
    }
    const expected = grad(loss)(x)
    const jitted = jit(loss)
    expect(relativeDifference(grad(jitted)(x), expected)).toBeLessThan(1e-14) // the same operations in another order
    expect(runs(() => grad(jitted)(x))).toBe(1)
    expect(runs(() => jit(grad(loss))(x))).toBe(1)
    expect(runs(() => jit(grad(jit(loss)))(x))).toBe(1)
    expect(runs(() => jitted(x))).toBe(1)
  })

  it('has derivatives of order 2 through what it keeps for the pullback', () => {
    checkRule(
      jit((a: Tensor) => times(a, exp(a))),
      [randomComplex([2], 6)],
    )
    const through = jit((a: Tensor) => sum(abs2(fft(times(a, a)))))
    checkRule((a: Tensor) => grad(through)(a), [randomComplex([2], 7)], { order: 1 })
    expect(maxDifference(jvp((a: Tensor) => norm(through(a)))(x, y), jvp((a: Tensor) => norm(sum(abs2(fft(times(a, a))))))(x, y))).toBeLessThan(1e-10) // prettier-ignore
  })
})
