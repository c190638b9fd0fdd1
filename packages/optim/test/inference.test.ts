import { describe, expect, it } from 'vitest'
import { add, complex, mul, square, stack, sub, sum, tensor, type Tensor } from '@cad/core'
import { leastSquares, minimize } from '@cad/optim'

describe('the types of parameters', () => {
  it('follow from x0 when the function is written in place', () => {
    const { x } = leastSquares((p) => sub(p, 1), tensor([3, 4]))
    expect(x.toArray()).toEqual([1, 1])
    const tree = leastSquares(({ a, b }) => stack([sub(a, 2), sub(add(a, b), 5)]), { a: tensor(0), b: tensor(0) })
    expect(tree.x.b.item()).toBeCloseTo(3, 12)
  })

  it('follow from the annotated function when x0 holds plain numbers', () => {
    const { x } = minimize((p: { k: Tensor }) => square(sub(p.k, 3)), { k: 1 })
    expect(x.k.item()).toBeCloseTo(3, 8)
    const loss = (z: Tensor): Tensor => sum(square(sub(mul(z, 1), 2)))
    expect(minimize(loss, 1).x.item()).toBeCloseTo(2, 8)
    const residual = (z: Tensor): Tensor => sub(mul(z, z), complex(-1))
    expect(leastSquares(residual, { re: 0.3, im: 0.8 }).x.item()).toMatchObject({ im: expect.closeTo(1, 12) as number })
  })
})
