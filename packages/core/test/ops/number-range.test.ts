import {
  add,
  arg,
  atan,
  complex,
  div,
  grad,
  jit,
  jvp,
  log,
  mul,
  ones,
  real,
  sign,
  sqrt,
  tan,
  tanh,
  tensor,
  vjp,
  type Complex,
  type Tensor,
} from '@cad/core'
import { describe, expect, it } from 'vitest'
import { graphOf } from '../../src/trace.ts'
import { sections } from '../cases/index.ts'
import { everyWay, inEveryWay } from '../compile/every-way.ts'

// Every elementwise operation and its derivatives over the whole range of numbers, on both axes. Compiled code gives what eager
// operations give; where those overflow, so does it, in some part or other.

const largest = Number.MAX_VALUE
const smallest = Number.MIN_VALUE
const smallestNormal = 2 ** -1022

/** Among them where exponentials, their halves and their squares overflow, and where squares and quotients of the parts do. */
const sizes = [
  smallest, 1e-320, smallestNormal, 1e-300, 1e-160, 1e-20, 1e-3, 0.5, 1, 2, 30, 300, 354.5, 700, 709.5, 710.3, 711, 746, 800,
  1500, 1e9, 1e16, 1e150, 1e160, 1e300, 1e308, largest,
] // prettier-ignore
const axis = [0, ...sizes, ...sizes.map((x) => -x)]
const grid = tensor(axis.flatMap((re) => axis.map((im) => ({ re, im }))))

/** Relative to the modulus: some ten roundings. A power is the exponential of up to 745, which amplifies its rounding. */
const toleranceOf = (name: string): number => (/^z\^|\^z$/.test(name) ? 5e-13 : 4e-15)

type Unary = (z: Tensor) => Tensor

const unit = (dtype: Tensor['dtype']): Tensor[] => (dtype === 'complex128' ? [complex(1), complex(0, 1)] : [tensor(1)])

/** Value, tangents along 1 and i, and cotangents for 1 and i. */
function withDerivatives(f: Unary, z: Tensor): Tensor[] {
  const { value, pullback } = vjp(f)(z)
  return [
    value,
    ...unit(z.dtype).map((seed) => jvp(f)(z, mul(seed, ones(z.shape))).tangent),
    ...unit(value.dtype).map((bar) => pullback(mul(bar, ones(z.shape)))),
  ]
}

function differ(found: readonly number[], expected: readonly number[], tolerance: number): boolean {
  if (!expected.every(Number.isFinite)) return found.every(Number.isFinite)
  const defect = Math.max(...found.map((x, i) => Math.abs(x - expected[i])))
  return !(defect < smallestNormal || defect <= tolerance * Math.hypot(...expected))
}

const elementOf = ({ data, size }: Tensor, i: number): Float64Array =>
  data.slice((data.length / size) * i, (data.length / size) * (i + 1))

/** The points at which compiled code gives something else than eager operations. */
function wrongPoints(f: Unary, z: Tensor, tolerance: number): string[] {
  const expected = withDerivatives(f, z)
  const ways = everyWay(graphOf(([x]) => withDerivatives(f, x), [{ shape: [], dtype: z.dtype }]))
  const wrong: string[] = []
  for (let i = 0; i < z.size; i++) {
    const point = elementOf(z, i)
    // The interpreter, which is the last, runs the eager kernels.
    for (const { name, run } of ways.slice(0, -1)) {
      run([point]).forEach((found, output) => {
        const right = elementOf(expected[output], i)
        if (differ([...found], [...right], tolerance))
          wrong.push(`${name}, output ${output} at ${point.join()}: ${found.join()} for ${right.join()}`)
      })
    }
  }
  return wrong
}

const functions = sections.filter(({ isMask }) => isMask !== true)

describe('over the whole range of numbers', () => {
  it.each(functions.filter(({ onlyReal }) => onlyReal !== true))(
    '$name of a complex number is the same compiled, with its derivatives',
    ({ name, f }) => {
      expect(wrongPoints((z) => f(z), grid, toleranceOf(name)).slice(0, 9)).toEqual([])
    },
  )

  it.each(functions)(
    '$name of a real number is the same compiled, with its derivatives',
    ({ name, f, realWhere = () => true }) => {
      const points = tensor(axis.filter(realWhere))
      expect(wrongPoints((z) => f(z), points, toleranceOf(name)).slice(0, 9)).toEqual([])
    },
  )

  // The plain product is ∞ − ∞ where its terms overflow.
  it.each(functions.filter(({ name }) => name !== 'c z' && name !== 'prod'))(
    '$name has no NaN, neither in its value nor in a derivative',
    ({ f, onlyReal, realWhere = () => true }) => {
      const points = [...(onlyReal ? [] : [grid]), tensor(axis.filter(realWhere))]
      const results = points.flatMap((z) => withDerivatives((x) => f(x), z))
      expect(results.map(({ data }) => data.filter(Number.isNaN).length)).toEqual(results.map(() => 0))
    },
  )
})

/** The number as fraction · 2^exponent, 1 ≤ |larger part of fraction| < 2. */
function scaled({ re, im }: Complex): { readonly fraction: Complex; readonly exponent: number } {
  const size = Math.max(Math.abs(re), Math.abs(im))
  // log2 may round up to the next integer; one more or less does not matter here.
  const exponent = Math.floor(Math.log2(size))
  const down = (x: number): number => x * 2 ** -Math.floor(exponent / 2) * 2 ** -Math.ceil(exponent / 2)
  return { fraction: { re: down(re), im: down(im) }, exponent }
}

/** a / b from fractions near 1. */
function referenceQuotient(a: Complex, b: Complex): number[] {
  const [{ fraction: p, exponent: m }, { fraction: q, exponent: n }] = [scaled(a), scaled(b)]
  const size = q.re * q.re + q.im * q.im
  const parts = [(p.re * q.re + p.im * q.im) / size, (p.im * q.re - p.re * q.im) / size]
  // In three steps: 2 to the whole shift may be out of range where the product is not.
  const third = Math.trunc((m - n) / 3)
  return parts.map((x) => x * 2 ** third * 2 ** third * 2 ** (m - n - 2 * third))
}

describe('a complex quotient', () => {
  it.each([
    [complex(1e308, 1e308), complex(1, 1), [1e308, 0]],
    [complex(largest, largest), complex(largest, largest), [1, 0]],
    [complex(smallest, smallest), complex(smallest, smallest), [1, 0]],
    [complex(largest, 0), complex(0.6, 0.8), [0.6 * largest, -0.8 * largest]],
    [complex(3e-320, 1e-320), complex(1e-320, 0), [3, 1]],
    [complex(-1, -0), complex(2, 0), [-0.5, -0]],
  ])('at the ends of the range: %s / %s', (a, b, [re, im]) => {
    for (const found of inEveryWay(([x, y]) => [div(x, y)], [a, b])) expect(differ(found, [re, im], 5e-16)).toBe(false)
  })

  it('over 0 is infinite in the parts that are not 0, and over ∞ it is 0', () => {
    const quotient = (a: Complex, b: Complex): number[][] =>
      inEveryWay(([x, y]) => [div(x, y)], [complex(a.re, a.im), complex(b.re, b.im)])
    const zero = { re: 0, im: 0 }
    for (const found of quotient({ re: 1, im: 0 }, zero)) expect(found.map((x) => x + 0)).toEqual([Infinity, 0])
    for (const found of quotient({ re: 0, im: -2 }, zero)) expect(found.map((x) => x + 0)).toEqual([0, -Infinity])
    for (const found of quotient(zero, zero)) expect(found).toEqual([NaN, NaN])
    for (const found of quotient({ re: 1, im: 2 }, { re: Infinity, im: -Infinity }))
      expect(found.map((x) => x + 0)).toEqual([0, 0])
  })

  it('is right for parts of any size', () => {
    const ways = everyWay(graphOf(([x, y]) => [div(x, y)], [complex(1, 1), complex(1, 1)]))
    const parts = [0, smallest, 3e-320, 1e-300, 1e-160, 1, -1.5, 3e160, 1e300, -largest]
    const points = parts.flatMap((re) => parts.map((im) => ({ re, im }))).filter(({ re, im }) => re !== 0 || im !== 0)
    const wrong: string[] = []
    for (const a of points) {
      for (const b of points) {
        const expected = referenceQuotient(a, b)
        const inputs = [Float64Array.of(a.re, a.im), Float64Array.of(b.re, b.im)]
        for (const { name, run } of ways) {
          const [found] = run(inputs)
          if (differ([...found], expected, 2e-15))
            wrong.push(`${name}, ${JSON.stringify([a, b])}: ${found.join()} for ${expected.join()}`)
        }
      }
    }
    expect(wrong.slice(0, 9)).toEqual([])
  })
})

describe('a slope that is finite, or underflows', () => {
  it('is so for tanh and tan far out, and for what is made of them', () => {
    for (const found of inEveryWay(([z, dot]) => [jvp(tanh)(z, dot).tangent], [complex(800, 1), complex(1)]))
      expect(found.map((x) => x + 0)).toEqual([0, 0])
    for (const found of inEveryWay(([z, w]) => [vjp(tan)(z).pullback(w)], [complex(1, -800), complex(1, 1)]))
      expect(found.map((x) => x + 0)).toEqual([0, 0])
    for (const found of inEveryWay(([z, dot]) => [jvp(atan)(z, dot).tangent], [complex(largest, largest), complex(1)]))
      expect(found.map((x) => x + 0)).toEqual([0, 0])
  })

  it('is so for the impedance tanh(s)/s of a finite line, s = √(10⁶ iτ)', () => {
    const Z = (tau: Tensor): Tensor => {
      const s = sqrt(mul(complex(0, 1e6), tau))
      return div(tanh(s), s)
    }
    for (const found of inEveryWay(([tau, dot]) => [jvp(Z)(tau, dot).tangent], [tensor(2), tensor(1)])) {
      expect(found[0] / -1.25e-4).toBeCloseTo(1, 12)
      expect(found[1] / 1.25e-4).toBeCloseTo(1, 12)
    }
  })

  it('of the sign of tiny numbers has no NaN, and is across them', () => {
    for (const size of [smallest, 1e-310, 2.8e-309, 1e-300]) {
      for (const found of inEveryWay(([z, dot]) => [jvp(sign)(z, dot).tangent], [complex(0, size), complex(1, 1)])) {
        expect(found[0]).toBe(1 / size)
        expect(found[1]).toBe(0)
      }
      expect(grad((z: Tensor) => real(sign(z)))(complex(size, 0)).toArray()).toEqual({ re: 0, im: 0 })
    }
  })
})

describe('an explicit −0', () => {
  const sides: readonly (readonly [string, (x: Tensor) => Tensor, number])[] = [
    ['log(x − 0i)', (x) => log(complex(x, -0)), -Math.PI],
    ['log(x + 0i)', (x) => log(complex(x, 0)), Math.PI],
    ['log(2(x − 0i))', (x) => log(mul(2, complex(x, -0))), -Math.PI],
    ['log((x − 0i)/2)', (x) => log(div(complex(x, -0), 2)), -Math.PI],
    ['log((x − 0i) + x)', (x) => log(add(complex(x, -0), x)), -Math.PI],
  ]

  it.each(sides)('chooses the side of a cut in compiled code too: %s', (_, f, phase) => {
    for (const [, im] of inEveryWay(([x]) => [f(x)], [tensor(-1)])) expect(im).toBe(phase)
  })

  it('is not mistaken for 0 when the same function is compiled again', () => {
    const compiled = (zero: number): number => arg(jit((x: Tensor) => complex(x, zero))(tensor(-1))).item() as number
    expect([compiled(0), compiled(-0), compiled(0)]).toEqual([Math.PI, -Math.PI, Math.PI])
    const root = (zero: number): number => jit((x: Tensor) => sqrt(complex(x, zero)))(tensor(-4)).data[1]
    expect([root(0), root(-0), root(0)]).toEqual([2, -2, 2])
  })
})
