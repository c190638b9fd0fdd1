import { describe, expect, it } from 'vitest'
import {
  abs,
  abs2,
  add,
  at,
  checkpoint,
  complex,
  cond,
  customRule,
  foriLoop,
  grad,
  jit,
  jvp,
  less,
  log,
  mul,
  sqrt,
  stack,
  sum,
  vjp,
  vmap,
  type Tensor,
} from '@cad/core'
import { bind } from '../../src/bind.ts'
import { definePrimitive } from '../../src/define-primitive.ts'
import { type Primitive } from '../../src/primitive.ts'

/** The identity, which notes that it has run. */
function probe(): { readonly touch: (x: Tensor) => Tensor; readonly runs: () => number } {
  let runs = 0
  const touched: Primitive = definePrimitive('touch', {
    type: ([x]) => x,
    kernel: ([x]) => {
      runs++
      return x.data
    },
    adjoint: (cotangent) => touch(cotangent),
  })
  const touch = (x: Tensor): Tensor => bind(touched, [x], undefined)
  return { touch, runs: () => runs }
}

describe('of the branch that is not taken nothing runs', () => {
  const z = complex(0.3, 0.4)
  type Case = (touch: (x: Tensor) => Tensor, x: Tensor, p: number) => Tensor
  const cases: readonly (readonly [string, Case])[] = [
    ['of an operand', (touch, x, p) => cond(p, touch, (own) => own, x)],
    [
      'of a caught tensor',
      (touch, x, p) =>
        cond(
          p,
          () => touch(x),
          () => x,
        ),
    ],
    [
      'of a constant',
      (touch, x, p) =>
        cond(
          p,
          () => touch(z),
          () => x,
        ),
    ],
    [
      'of a gradient at a constant',
      (touch, x, p) =>
        cond(
          p,
          () => grad((y: Tensor) => sum(abs2(touch(y))))(z),
          () => x,
        ),
    ],
    [
      'of a custom rule at a constant',
      (touch, x, p) => {
        const rule = customRule(touch, { jvp: (_, [dot]) => dot, vjp: (_args, _value, bar) => [bar] })
        return cond(
          p,
          () => rule(z),
          () => x,
        )
      },
    ],
    [
      'of a branch in the branch',
      (touch, x, p) =>
        cond(
          p,
          () =>
            cond(
              1,
              () => touch(x),
              () => x,
            ),
          () => x,
        ),
    ],
    [
      'of a loop in the branch',
      (touch, x, p) =>
        cond(
          p,
          () => foriLoop(0, 2, (_, c) => add(c, touch(x)), x),
          () => x,
        ),
    ],
    [
      'of a checkpoint of a constant',
      (touch, x, p) =>
        cond(
          p,
          () => checkpoint(touch)(z),
          () => x,
        ),
    ],
    [
      'of a batch',
      (touch, x, p) =>
        cond(
          p,
          () => at(vmap(touch)(stack([z, x])), 1),
          () => x,
        ),
    ],
    [
      'of a compiled function',
      (touch, x, p) =>
        cond(
          p,
          () => jit(touch)(x),
          () => x,
        ),
    ],
  ]

  it.each(cases)('%s: eager, in derivatives, compiled', (_, f) => {
    const runsWith = (p: number): number => {
      const { touch, runs } = probe()
      const own = (x: Tensor): Tensor => f(touch, x, p)
      own(z)
      vjp(own)(z).pullback(complex(1))
      jvp(own)(z, z)
      jit(own)(z)
      return runs()
    }
    expect(runsWith(0)).toBe(0)
    expect(runsWith(1)).toBeGreaterThan(3)
  })

  it('so that it may be infinite there: the derivative of the other is not NaN', () => {
    const safe = (x: Tensor): Tensor =>
      cond(
        less(0, x),
        (y) => sqrt(y),
        () => 0,
        x,
      )
    expect(grad(safe)(0).item()).toBe(0)
    expect(grad(safe)(4).item()).toBe(0.25)
    const safeLog = (x: Tensor): Tensor =>
      cond(
        less(0, abs(x)),
        () => mul(x, log(x)),
        () => complex(0),
      )
    expect(vjp(safeLog)(complex(0)).pullback(complex(1)).item()).toEqual({ re: 0, im: 0 })
  })
})
