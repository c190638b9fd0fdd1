/**
 * A process that takes value and gradient of a solve of the 9 × 9 Lindblad equation twice, and prints the times in milliseconds as JSON:
 * from before `solveIvp` to the gradient, everything imported. Run by compile-time.bench.ts.
 */
import { at, real, tensor, valueAndGrad, type Tensor } from '@cad/core'
import { dopri5, solveIvp } from '@cad/ode'
import { coupledModes } from './models/coupled-modes.ts'

const { f, p } = coupledModes
const numbers = new Float64Array(162)
numbers[0] = 1
const y0 = tensor(numbers, { shape: [9, 9], dtype: 'complex128' })
const options = { method: dopri5, rtol: 1e-8, atol: 1e-10, firstStep: 1e-3 }
const loss = (q: Tensor): Tensor => real(at(solveIvp<Tensor>(f, [0, 10], y0, { ...options, args: q }).ys, 0, 4, 4))

function timed(): { readonly milliseconds: number; readonly gradient: Float64Array } {
  const start = performance.now()
  const { gradient } = valueAndGrad(loss)(tensor(p))
  return { milliseconds: performance.now() - start, gradient: gradient.data }
}

const [first, again] = [timed(), timed()]

/** By benchmarks/peers/dopri5.c, which takes the same steps. */
const expected = [
  0.20999736420132611, 0.27503549818571521, 0.089892332324249882, 0.037000154196892988, 0.2468154755523719,
  0.83114404328657565,
]
const difference = Math.max(...expected.map((g, i) => Math.abs(g - first.gradient[i])))

console.log(JSON.stringify({ first: first.milliseconds, again: again.milliseconds, difference }))
