import { abs2, add, conj, cos, grad, jit, matmul, mul, reciprocal, reshape, sum, tensor, type Tensor } from '@cad/core'
import { solve } from '@cad/linalg'
import { describe, expect, it } from 'vitest'
import { explicitKernels, generic } from '../../src/compile/explicit-kernels.ts'
import type { Field } from '../../src/field.ts'
import { dopri5, solveIvp, tsit5 } from '../../src/index.ts'
import type { Scheme } from '../../src/methods/tableau.ts'
import type { StepBars } from '../../src/steps/explicit.ts'
import { methods } from '../cases/index.ts'
import { schemeOf } from '../cases/solver-case.ts'
import { numbers, plainField, randomTensor, relativeError } from '../problems.ts'

interface Size {
  readonly n: number
  readonly components: number
  readonly dtype: 'float64' | 'complex128'
}

// n counts numbers; up to 8 of them are written out one by one, more become loops.
const sizes: Size[] = [
  { n: 1, components: 1, dtype: 'float64' },
  { n: 2, components: 1, dtype: 'complex128' },
  { n: 8, components: 4, dtype: 'complex128' },
  { n: 9, components: 9, dtype: 'float64' },
  { n: 30, components: 15, dtype: 'complex128' },
]

/** y' = A y + p cos t conj(y), p of the size of y. */
function fieldOf({ components, dtype }: Size): Field {
  const A = randomTensor([components, components], 1, dtype)
  const type = { shape: [components], dtype }
  return plainField((t, y, [p]) => add(matmul(A, y), mul(mul(p, cos(t)), conj(y))), type, [type])
}

const values = (length: number, seed: number): Float64Array => randomTensor([length], seed, 'float64').data

function forward(scheme: Scheme, field: Field, kernels: ReturnType<typeof generic>): Float64Array[] {
  const { n } = field
  const stages = scheme.a.length
  const base = n // not at the start of the array
  const states = new Float64Array((stages + 1) * n)
  const slopes = new Float64Array(stages * n)
  states.set(values(n, 2), base)
  slopes.set(values(n, 3))
  const error = new Float64Array(n)
  kernels.step({ t: 0.3, h: 0.1, states, base, p: values(n, 4) }, slopes)
  if (scheme.e !== undefined) kernels.error(0.1, slopes, error)
  return [states, slopes, error]
}

function backward(scheme: Scheme, field: Field, kernels: ReturnType<typeof generic>, hasSlopes: boolean) {
  const { n } = field
  const stages = scheme.a.length
  const bars: StepBars = {
    y: values(n, 5),
    slopes: hasSlopes ? values(stages * n, 6) : new Float64Array(stages * n),
    hasSlopes,
    p: values(n, 7),
    stages: values(stages * n, 8), // leftovers of another step
    slope: new Float64Array(n),
  }
  kernels.adjoint({ t: 0.3, h: 0.1, states: values((stages + 1) * n, 9), base: n, p: values(n, 4) }, bars)
  return [bars.y, bars.p]
}

const cases = methods.flatMap(({ method }) => sizes.map((size) => ({ method, ...size })))

describe('generated kernels', () => {
  it.each(cases)('are the generic ones to rounding: $method.name, n = $n', ({ method, ...size }) => {
    const scheme = schemeOf(method)
    const field = fieldOf(size)
    const [generated, reference] = [explicitKernels(scheme, field), generic(scheme, field)]
    expect(field.n).toBe(size.n)
    expect(generated.step.toString()).toContain('run(') // generated text, with the stages written out
    // Sums of up to seven terms in another order: some ε.
    const agree = (a: readonly Float64Array[], b: readonly Float64Array[]): void =>
      a.forEach((x, i) => {
        const size = Math.max(...b[i].map(Math.abs))
        const distance = Math.max(...x.map((value, k) => Math.abs(value - b[i][k])))
        expect(distance).toBeLessThanOrEqual(1e-14 * size)
      })
    agree(forward(scheme, field, generated), forward(scheme, field, reference))
    for (const hasSlopes of [false, true]) {
      agree(backward(scheme, field, generated, hasSlopes), backward(scheme, field, reference, hasSlopes))
    }
  })

  it('are made once for a method and a field', () => {
    const field = fieldOf(sizes[1])
    const [first, other] = [schemeOf(tsit5), schemeOf(dopri5)]
    expect(explicitKernels(first, field)).toBe(explicitKernels(first, field))
    expect(explicitKernels(first, field)).not.toBe(explicitKernels(other, field))
  })
})

describe('right-hand sides that are not generated', () => {
  it('run and differentiate where an operation has no scalar form, and say so', () => {
    // y' = −M⁻¹ y against y' = −(M⁻¹) y with the inverse written out.
    const M = (a: Tensor): Tensor => add(tensor([[0, 1], [1, 3]]), mul(a, tensor([[1, 0], [0, 0]]))) // prettier-ignore
    const start = tensor([1, 2])
    const run = (a: Tensor) => solveIvp((_t, y) => mul(-1, solve(M(a), y)), [0, 1], start)
    const { stats, ys } = run(tensor(2))
    expect(stats).toMatchObject({ target: 'wasm', targetReason: expect.stringContaining('no scalar form') })

    const written = (a: Tensor): Tensor => {
      const determinant = add(mul(3, a), -1) // M = [[a, 1], [1, 3]]
      const adjugate = add(tensor([[3, -1], [-1, 0]]), mul(a, tensor([[0, 0], [0, 1]]))) // prettier-ignore
      return solveIvp((_t, y) => mul(mul(-1, matmul(adjugate, y)), reciprocal(determinant)), [0, 1], start).ys
    }
    expect(relativeError(ys, numbers(written(tensor(2))))).toBeLessThan(1e-12)
    const loss = (f: (a: Tensor) => Tensor) => grad((a: Tensor) => sum(abs2(f(a))))(tensor(2))
    expect(
      relativeError(
        loss((a) => run(a).ys),
        numbers(loss(written)),
      ),
    ).toBeLessThan(1e-11)
    const compiled = jit((a: Tensor) => run(a).ys)
    expect(relativeError(loss(compiled), numbers(loss(written)))).toBeLessThan(1e-11)
  })

  it('may solve with a new constant matrix in every closure, and with other numbers beside it', () => {
    // y' = −c A⁻¹ y with A = a: y(1) = e^{−c/a}
    const same = tensor([[2]])
    const run = (A: Tensor, c: number): number =>
      numbers(solveIvp((_t, y) => mul(-c, solve(A, y)), [0, 1], tensor([1]), { rtol: 1e-9 }).ys)[0]
    const cases = [
      [same, 1],
      [tensor([[4]]), 1],
      [same, 3],
      [same, 5],
      [tensor([[0.5]]), 3],
      [tensor([[4]]), 5],
    ] as const
    for (const [A, c] of cases) expect(run(A, c)).toBeCloseTo(Math.exp(-c / A.data[0]), 6)
  })

  it('run and differentiate where they are too large to write out, and say so', () => {
    const n = 120
    const A = mul(0.05, randomTensor([n, n], 5, 'float64'))
    const start = randomTensor([n], 6, 'float64')
    const run = (shape: readonly number[]) => (y: Tensor) =>
      solveIvp((_t, x) => reshape(matmul(A, x), shape), [0, 1], y, { rtol: 1e-8, atol: 1e-10 })
    const { stats, ys } = run([n])(start)
    expect(stats).toMatchObject({ target: 'wasm', targetReason: expect.stringContaining('too many') })
    // d|y(1)|²/dy0 along y0 is 2|y(1)|², since y(1) is linear in y0.
    const bar = grad((y: Tensor) => sum(abs2(run([n])(y).ys)))(start)
    const along = numbers(bar).reduce((total, x, k) => total + x * start.data[k], 0)
    expect(along / (2 * numbers(sum(abs2(ys)))[0])).toBeCloseTo(1, 12)
  })
})
