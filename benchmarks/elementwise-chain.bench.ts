/**
 * Ten elementwise operations on 10⁵ complex numbers, compiled and one by one, beside NumPy in a process of its own. All results
 * agree to 1e-13 of the largest number, which is checked before anything is timed.
 */
import { add, conj, complex, div, exp, jit, mul, neg, sin, square, sub, type Tensor } from '@cad/core'
import { randomComplex } from '@cad/testing'
import { compare } from './compare.ts'
import { numpyChain } from './peers/elementwise-chain.ts'

const count = 100_000
const c = complex(0.3, 0.4)

/** −(conj((zw + z)c − w)z + 1)² + w */
function arithmetic(z: Tensor, w: Tensor): Tensor {
  const inner = conj(sub(mul(add(mul(z, w), z), c), w))
  return add(neg(square(add(mul(inner, z), 1))), w)
}

/** sin((exp(zw) + w)c/(z + 3) − w)z + 1 */
function functions(z: Tensor, w: Tensor): Tensor {
  const inner = sub(div(mul(add(exp(mul(z, w)), w), c), add(z, 3)), w)
  return add(mul(sin(inner), z), 1)
}

const [z, w] = [randomComplex([count], 1), randomComplex([count], 2)]
const input = new Float64Array(4 * count)
input.set(z.data)
input.set(w.data, 2 * count)

function requireAgreement(what: string, values: Float64Array, expected: Float64Array): void {
  let [largest, difference] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]))
    difference = Math.max(difference, Math.abs(values[i] - expected[i]))
  }
  // Some ten roundings of 1e-16, and a factor of 100 for what the chain amplifies.
  if (!(values.length === expected.length && difference <= 1e-13 * largest))
    throw new Error(`${what}: expected a difference ≤ 1e-13 of ${largest}, got ${difference}.`)
}

const chains = {
  arithmetic: {
    f: arithmetic,
    expected:
      'jit < 1 × NumPy: one pass over the memory instead of ten. Eager: as many passes and new arrays as NumPy, without its SIMD',
  },
  functions: {
    f: functions,
    expected: 'jit < 1 × NumPy: one pass over the memory; complex exp and sin take most of the time on both sides',
  },
}

for (const name of ['arithmetic', 'functions'] as const) {
  const { f, expected } = chains[name]
  const title = `chain of ten operations on 10⁵ complex numbers: ${name}`
  const compiled = jit(f)
  const eager = f(z, w).data
  requireAgreement(`${title}, jit`, compiled(z, w).data, eager)

  const measured: Record<string, number> = {}
  for (const style of ['expressions', 'buffers'] as const) {
    const result = numpyChain(name, style, input)
    const row = style === 'expressions' ? 'NumPy' : 'NumPy, without new arrays'
    if ('missing' in result) console.log(`${title}: no row '${row}': ${result.missing}.`)
    else {
      requireAgreement(`${title}, ${row}`, result.values, eager)
      measured[row] = result.median
    }
  }
  await compare(title, {
    expected,
    measured,
    cases: { jit: () => compiled(z, w), eager: () => f(z, w) },
  })
}
