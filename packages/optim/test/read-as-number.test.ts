import { describe, expect, it } from 'vitest'
import {
  add,
  at,
  DerivativeError,
  exp,
  floor,
  linspace,
  mul,
  neg,
  square,
  stopGradient,
  sub,
  sum,
  tensor,
  type Tensor,
} from '@cad/core'
import { leastSquares, minimize } from '@cad/optim'

const t = linspace(0, 3, 9)
const truth = mul(3, exp(mul(-0.5, t)))

describe('a model that reads a parameter as a number', () => {
  it('is refused, instead of a search that ends converged at its start', () => {
    const loss = (x: Tensor): Tensor => tensor((Number(x.item()) - 3) ** 2)
    expect(() => minimize(loss, tensor(5))).toThrow(DerivativeError)
    expect(() => minimize(loss, tensor(5))).toThrow(
      'minimize: the loss changes with x0, but its derivative by it is zero wherever it is: the loss reads the number, by item(), toArray() or data,',
    )
  })

  it('is refused for one parameter among others, which the message names', () => {
    const residual = (p: { A: Tensor; rates: readonly Tensor[] }): Tensor =>
      sub(mul(p.A, exp(mul(-Number(p.rates[0].item()), t))), truth)
    expect(() => leastSquares(residual, { A: 1, rates: [1] })).toThrow(
      'leastSquares: the residual changes with x0.rates[0]',
    )
    const elements = (x: Tensor): Tensor => sum(square(tensor((x.toArray() as number[]).map((v) => v - 1))))
    expect(() => minimize(elements, tensor([0, 0]))).toThrow(DerivativeError)
  })

  it.each([
    ['stopGradient', (x: Tensor) => square(sub(stopGradient(x), 3))],
    ['floor', (x: Tensor) => square(sub(floor(x), 3))],
  ])('and one that takes its derivative away otherwise: %s', (_, loss) => {
    expect(() => minimize(loss, tensor(500))).toThrow('minimize: the loss changes with x0,')
  })

  it('is left alone where the number decides between tensors', () => {
    const loss = (x: Tensor): Tensor => (Number(x.item()) > 2 ? square(sub(x, 1)) : add(square(sub(x, 1)), 0))
    expect(minimize(loss, tensor(5)).x.item()).toBeCloseTo(1, 7)
  })

  it('is left alone where a parameter has no influence at all', () => {
    const { x } = minimize((p: { a: Tensor; b: Tensor }) => square(sub(p.a, 2)), { a: 1, b: 7 })
    expect(x.b.item()).toBe(7)
    expect(leastSquares((x: Tensor) => neg(sub(at(x, 0), 1)), tensor([3, 4])).x.toArray()).toEqual([1, 4])
  })
})
