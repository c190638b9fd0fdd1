import { describe, expect, it } from 'vitest'
import { isHolomorphic } from '../../src/closed/is-holomorphic.ts'
import {
  abs2,
  add,
  checkRule,
  complex,
  concat,
  conj,
  cumsum,
  customRule,
  div,
  exp,
  fft,
  jit,
  matmul,
  mul,
  pow,
  real,
  reshape,
  scan,
  sub,
  sum,
  tensor,
  transpose,
  where,
  type Tensor,
} from '../../src/index.ts'
import { graphOf } from '../../src/trace.ts'

const z: Tensor = tensor([complex(0.3, 0.4), complex(-1.2, 0.7), complex(0.5, -0.9), complex(1.1, 0.2)])
const square = (x: Tensor): Tensor => reshape(x, [2, 2])
const stacked = (x: Tensor): Tensor => reshape(x, [2, 2, 1])

/** By structure, in a complex state of four numbers. */
const isHolomorphicIn = (f: (x: Tensor, p: Tensor) => Tensor): boolean =>
  isHolomorphic(
    graphOf(([x, p]) => [f(x, p)], [z, z]),
    [true, false],
  )

const holomorphic: Readonly<Record<string, (x: Tensor, p: Tensor) => Tensor>> = {
  'products, sums and functions': (x, p) => add(mul(exp(x), conj(p)), div(sub(x, 2), add(x, 3))),
  powers: (x) => pow(x, 3),
  'a product of matrices': (x) => matmul(square(x), square(x)),
  'a stack of them': (x) => matmul(transpose(stacked(x), [0, 2, 1]), stacked(x)),
  'moved elements': (x) => sum(concat([x, mul(2, x)])),
  'sums along the way': (x) => cumsum(x),
  'a Fourier transform': (x) => fft(x),
  'a choice by a constant': (x, p) => where(tensor([1, 0, 1, 0]), x, mul(p, x)),
  'a compiled function': (x, p) => jit((y: Tensor) => mul(p, exp(y)))(x),
  'what does not depend on it': (_x, p) => abs2(p),
}

const others: Readonly<Record<string, (x: Tensor, p: Tensor) => Tensor>> = {
  'a conjugate': (x) => mul(x, conj(x)),
  'a real part': (x) => complex(real(x), 1),
  'a modulus': (x) => mul(abs2(x), x),
  'a conjugate in a compiled function': (x) => jit((y: Tensor) => conj(y))(x),
}

const unknown: Readonly<Record<string, (x: Tensor, p: Tensor) => Tensor>> = {
  'a loop': (x) => scan((carry: Tensor) => ({ carry: mul(carry, 2), y: carry }), x, tensor([1, 2])).carry,
  'a function with rules of its own': (x) =>
    customRule((y: Tensor) => mul(2, y), { jvp: (_, [dy]) => mul(2, dy), vjp: (_a, _v, w) => [mul(2, w)] })(x),
}

describe('holomorphic by structure', () => {
  it.each(Object.entries(holomorphic))('is %s, and it is true', (_name, f) => {
    expect(isHolomorphicIn(f)).toBe(true)
    checkRule((x) => f(x, conj(z)), [z], { order: 1, holomorphic: f(z, z).dtype === 'complex128' })
  })

  it.each(Object.entries(others))('is not %s', (_name, f) => {
    expect(isHolomorphicIn(f)).toBe(false)
    expect(checkRule((x) => f(x, z), [z], { order: 1 }).holomorphic).toBe(false)
  })

  it.each(Object.entries(unknown))('is not, because it is not known: %s', (_name, f) => {
    expect(isHolomorphicIn(f)).toBe(false)
  })

  it('is nothing that depends on a real input', () => {
    const graph = graphOf(([x, y]) => [mul(x, y)], [tensor([1, 2]), complex(1)])
    expect(isHolomorphic(graph, [true, false])).toBe(false)
    expect(isHolomorphic(graph, [false, true])).toBe(true)
  })
})
