import { describe, expect, it } from 'vitest'
import { jit } from '../../src/closed/jit.ts'
import { TracingError } from '../../src/errors.ts'
import { grad } from '../../src/transformations/grad.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { stopGradient } from '../../src/ops/stop-gradient.ts'
import { toTensor, type Tensor } from '../../src/tensor.ts'
import { errorOf } from '../error-of.ts'

describe('stopGradient', () => {
  const f = (x: Tensor): Tensor => mul(x, stopGradient(x))

  it('keeps the value and drops the derivative, eager and compiled, in both modes and at second order', () => {
    for (const g of [f, jit(f)]) {
      expect(g(toTensor(3)).item()).toBe(9)
      expect(grad(g)(3).item()).toBe(3)
      expect(jvp(g)(3, 2).tangent.item()).toBe(6)
      expect(grad((x: Tensor) => grad(g)(x))(3).item()).toBe(0)
    }
  })

  it('stops the outer derivative as well', () => {
    expect(grad((x: Tensor) => grad((y: Tensor) => mul(stopGradient(x), mul(y, y)))(x))(3).item()).toBe(6)
  })

  it('makes a traced tensor of a finished transformation a constant', () => {
    let memo: Tensor | undefined
    grad((x: Tensor) => (memo = mul(x, x)))(3)
    expect(grad((x: Tensor) => mul(x, stopGradient(memo!)))(2).item()).toBe(9)
    expect(stopGradient(memo!).isTraced).toBe(false)
  })

  it('cannot give a value to one that was traced without', () => {
    let memo: Tensor | undefined
    jit((x: Tensor) => (memo = mul(x, x)))(toTensor(3))
    expect(errorOf(() => stopGradient(memo!))).toBeInstanceOf(TracingError)
  })
})
