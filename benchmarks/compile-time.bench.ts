/**
 * How long the first result takes: the VJP of the 9 × 9 Lindblad equation in a fresh process, from before `jit` to its result, and the
 * same from a new closure with the same graph. Each process checks its result against the one without jit, to 1e-12, and that
 * the second closure compiled nothing.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { tsxOnBuilt } from '../scripts/tsx.mjs'
import { compare } from './compare.ts'

interface Gradient {
  /** Milliseconds. */
  readonly first: number
  readonly again: number
  readonly difference: number
}

interface Report {
  /** Milliseconds. */
  readonly first: number
  readonly again: number
  /** WebAssembly modules that were built. */
  readonly modulesFirst: number
  readonly modulesAgain: number
  readonly target: string
  readonly difference: number
}

function freshProcess(name: string): unknown {
  const script = fileURLToPath(import.meta.resolve(`./${name}`))
  const [command, args] = tsxOnBuilt(script)
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${name} failed with exit code ${status}:\n${stderr}`)
  return JSON.parse(stdout)
}

function firstVjp(): Report {
  const report = freshProcess('first-vjp.ts') as Report
  if (!(report.difference <= 1e-12))
    throw new Error(`first-vjp.ts: expected the result without jit to 1e-12, got a difference of ${report.difference}.`)
  if (report.target !== 'wasm' || report.modulesFirst === 0 || report.modulesAgain !== 0)
    throw new Error(
      `first-vjp.ts: expected target wasm, compiled once and not again, got target ${report.target} with ` +
        `${report.modulesFirst} modules for the first closure and ${report.modulesAgain} for the second.`,
    )
  return report
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

const reports = Array.from({ length: 5 }, firstVjp)

await compare('VJP of the 9 × 9 Lindblad equation, fresh process: time to the first result', {
  expected:
    'first closure ≤ 100 ms: trace, lower, generate and build some 5000 operations in code that the engine has not optimised yet. ' +
    'A new closure with the same graph ≤ 0.1 × that: traced again, found by its skeleton, not compiled',
  baseline: 'first closure',
  cases: {},
  measured: {
    'first closure': median(reports.map(({ first }) => first)) / 1000,
    'new closure, same graph': median(reports.map(({ again }) => again)) / 1000,
  },
})

function firstGradient(): Gradient {
  const report = freshProcess('first-gradient.ts') as Gradient
  if (report.difference <= 1e-10) return report
  throw new Error(
    `first-gradient.ts: expected the gradient of another process to 1e-10, got a difference of ${report.difference}.`,
  )
}

const gradients = Array.from({ length: 5 }, firstGradient)

await compare('value and gradient of a 9 × 9 Lindblad solve, fresh process: time to the first result', {
  expected:
    'first ≤ 150 ms: right-hand side and its vjp compiled, 230 steps forwards and back; again without anything compiled',
  baseline: 'first',
  cases: {},
  measured: {
    first: median(gradients.map(({ first }) => first)) / 1000,
    again: median(gradients.map(({ again }) => again)) / 1000,
  },
})
