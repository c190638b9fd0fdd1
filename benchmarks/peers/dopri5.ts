import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What benchmarks/peers/dopri5.c prints; times in µs. */
export interface FromC {
  readonly loss: number
  readonly steps: number
  readonly rejected: number
  readonly gradient: readonly number[]
  readonly value: number
  readonly valueAndGradient: number
}

/** Compiles the peer for this machine and runs one of its models; undefined where there is no gcc. */
export function runInC(model: number): FromC | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'dopri5-'))
  const program = join(folder, 'dopri5')
  try {
    const source = join(import.meta.dirname, 'dopri5.c')
    const flags = ['-O3', '-march=native', `-DMODEL=${model}`]
    execFileSync('gcc', [...flags, source, '-o', program, '-lm'], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(execFileSync(program, { encoding: 'utf8' })) as FromC
  } finally {
    rmSync(folder, { recursive: true })
  }
}
