/**
 * A process that compiles the VJP of the 9 × 9 Lindblad equation twice, from two closures with the same graph, and prints the times
 * in milliseconds as JSON: from before `jit` to the first result, everything imported. Run by compile-time.bench.ts.
 */
import { jit, tensor, vjp, type Tensor } from '@cad/core'
import { relativeDifference } from '@cad/testing'
import { coupledModes } from './models/coupled-modes.ts'

let modules = 0
const WasmModule = WebAssembly.Module
/** Counts what is compiled; JavaScript code would not be seen, so the target is printed as well. */
WebAssembly.Module = class extends WasmModule {
  constructor(bytes: BufferSource) {
    super(bytes)
    modules += 1
  }
}

const { f, state, p } = coupledModes
/** A Hermitian matrix, row-major: 81 ρ_ij = 1 + ij + (i − j)√−1. */
const numbers = Float64Array.from({ length: 162 }, (_, k) => {
  const [i, j] = [Math.floor(k / 18), Math.floor((k % 18) / 2)]
  return (k % 2 === 0 ? 1 + i * j : i - j) / 81
})
const y = tensor(numbers, state as { shape: number[]; dtype: 'complex128' })
const args = [tensor(0.7), y, tensor(p), y] as const

function timed(): { milliseconds: number; bars: readonly Tensor[]; explain: string; modules: number } {
  const before = modules
  const start = performance.now()
  const pulledBack = jit((t: Tensor, y: Tensor, p: Tensor, w: Tensor) =>
    vjp(([y, p]: readonly Tensor[]) => f(t, y, p))([y, p]).pullback(w),
  )
  const bars = pulledBack(...args)
  const milliseconds = performance.now() - start
  return { milliseconds, bars, explain: pulledBack.explain(), modules: modules - before }
}

const [first, again] = [timed(), timed()]

// The reference: the same without jit.
const expected = vjp(([y, p]: readonly Tensor[]) => f(args[0], y, p))([y, args[2]]).pullback(y)
const differences = [first, again].map(({ bars }) => relativeDifference(bars, expected))

console.log(
  JSON.stringify({
    first: first.milliseconds,
    again: again.milliseconds,
    modulesFirst: first.modules,
    modulesAgain: again.modules,
    target: /^target: (\w+)/m.exec(first.explain)?.[1],
    difference: Math.max(...differences),
  }),
)
