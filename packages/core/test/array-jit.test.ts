import { jit, jvp, vjp, type Tensor } from '@cad/core'
import { randomComplex, randomReal, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { arrayCases } from './array-cases.ts'

const like = ({ dtype, shape }: Tensor, seed: number): Tensor =>
  dtype === 'complex128' ? randomComplex(shape, seed) : randomReal(shape, seed)

describe('a compiled operation', () => {
  it.each(arrayCases)('has the value, tangent and cotangents of the eager one: $name', ({ f, args }) => {
    const apply = (xs: readonly Tensor[]): Tensor => f(...xs)
    const compiled = jit(apply)
    const directions = args.map((x, i) => like(x, i))
    const eager = jvp(apply)(args, directions)
    const seed = like(eager.value, 9)
    const { pullback } = vjp(apply)(args)
    // The same sums of at most 37 terms in another order, and divisions by constants that became products.
    const tolerance = 1e-14
    expect(compiled(args).dtype).toBe(eager.value.dtype)
    expect(relativeDifference(compiled(args), eager.value)).toBeLessThan(tolerance)
    expect(relativeDifference(jvp(compiled)(args, directions), eager)).toBeLessThan(tolerance)
    expect(relativeDifference(vjp(compiled)(args).pullback(seed), pullback(seed))).toBeLessThan(tolerance)
    const whole = jit((xs: readonly Tensor[], w: Tensor) => vjp(apply)(xs).pullback(w))
    expect(relativeDifference(whole(args, seed), pullback(seed))).toBeLessThan(tolerance)
  })
})
