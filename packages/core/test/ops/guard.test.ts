import { ArgumentError, checkRule, complex, exp, jit, jvp, mul, scan, sum, tensor, vmap, type Tensor } from '@cad/core'
import { guard, type Target } from '@cad/core/compiler'
import { randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'

const seen: number[][] = []

function requireBelow([x]: readonly Tensor[], limit: number): void {
  seen.push([...x.data])
  const bad = x.data.findIndex((value) => !(value < limit))
  if (bad >= 0) throw new ArgumentError(`test: element ${bad} is ${x.data[bad]}, not below ${limit}. Make it smaller.`)
}

const guarded = (x: Tensor): Tensor => guard(mul(2, exp(x)), [x], requireBelow, 3)
const ways: readonly (Target | undefined)[] = [undefined, 'js', 'wasm', 'interpreter']

describe('guard', () => {
  it('is the identity in value and derivative', () => {
    checkRule((x: Tensor) => guard(mul(x, x), [], () => {}, undefined), [randomComplex([2], 1)])
    expect(guarded(tensor([1, 2])).toArray()).toEqual([2 * Math.E, 2 * Math.exp(2)])
  })

  it.each(ways)('refuses with the same words when it is compiled, target %s', (target) => {
    const compiled = jit(guarded, target === undefined ? {} : { target })
    expect(compiled(tensor([1, 2])).toArray()).toEqual([2 * Math.E, 2 * Math.exp(2)])
    const message = 'test: element 1 is 4, not below 3. Make it smaller.'
    expect(() => compiled(tensor([1, 4]))).toThrow(message)
    expect(() => guarded(tensor([1, 4]))).toThrow(message)
    expect(() => jvp(compiled)(tensor([1, 4]), tensor([1, 1]))).toThrow(message)
    expect(compiled(tensor([0, 2])).toArray()).toEqual([2, 2 * Math.exp(2)]) // and goes on
  })

  it('does not forbid unrolled code', () => {
    const compiled = jit(guarded)
    compiled(tensor([1, 2]))
    expect(compiled.explain()).toMatch(/target: js, unrolled/)
  })

  it('sees one example at a time under vmap, nested as well', () => {
    seen.length = 0
    vmap(guarded)(tensor([[1, 2], [-1, 0]])) // prettier-ignore
    expect(seen).toEqual([[1, 2], [-1, 0]]) // prettier-ignore
    seen.length = 0
    vmap(vmap(guarded))(tensor([[[1], [2]], [[0], [-1]]])) // prettier-ignore
    expect(seen).toEqual([[1], [2], [0], [-1]])
    expect(() => jit(vmap(guarded))(tensor([[1, 2], [1, 7]]))).toThrow('test: element 1 is 7') // prettier-ignore
  })

  it('is looked at as long as the value that it guards is needed', () => {
    const unused = jit((x: Tensor) => (guard(x, [x], requireBelow, 3), mul(2, x)))
    expect(unused(tensor(5)).item()).toBe(10)
    const inLoop = jit((x: Tensor) =>
      sum(scan((c) => ({ carry: guard(mul(2, c), [c], requireBelow, 3) }), x, undefined, { length: 4 }).carry),
    )
    expect(inLoop(tensor(0.1)).item()).toBeCloseTo(1.6, 14)
    expect(() => inLoop(tensor(0.7))).toThrow('test: element 0 is 5.6')
  })

  it('sees complex numbers as they are', () => {
    const seenAt: Tensor[] = []
    const look = (checked: readonly Tensor[]): void => void seenAt.push(...checked)
    const z = tensor([complex(1, 2), complex(3, -4)])
    jit((x: Tensor) => guard(mul(1, x), [mul(x, 2), randomReal([2], 1)], look, 0))(z)
    expect(seenAt[0].toArray()).toEqual([{ re: 2, im: 4 }, { re: 6, im: -8 }]) // prettier-ignore
  })
})
