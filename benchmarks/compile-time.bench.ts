/**
 * How long the first result takes: the VJP of the 9 × 9 Lindblad equation in a fresh process, from before `jit` to its result, and the
 * same from a new closure with the same graph. Each process checks its result against the one without jit, to 1e-12, and that
 * the second closure compiled nothing.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { tsx } from '../scripts/tsx.mjs'
import { compare } from './compare.ts'

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

function freshProcess(): Report {
  const script = fileURLToPath(import.meta.resolve('./first-vjp.ts'))
  const [command, args] = tsx(script)
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`first-vjp.ts failed with exit code ${status}:\n${stderr}`)
  const report = JSON.parse(stdout) as Report
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

const reports = Array.from({ length: 5 }, freshProcess)

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
