/** Runs `elementwise_chain.py` with the numbers of the benchmark. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Median of one evaluation in seconds, and the numbers it gave. */
export interface NumpyResult {
  readonly median: number
  readonly values: Float64Array
}

/** Why there is no result of NumPy. */
export interface NumpyMissing {
  readonly missing: string
}

/** A chain on the complex numbers `input`, (z, w) one after the other. */
export function numpyChain(
  chain: 'arithmetic' | 'functions',
  style: 'expressions' | 'buffers',
  input: Float64Array,
): NumpyResult | NumpyMissing {
  const folder = mkdtempSync(join(tmpdir(), 'elementwise-chain-'))
  const [source, target] = [join(folder, 'input'), join(folder, 'output')]
  try {
    writeFileSync(source, input)
    const script = join(import.meta.dirname, 'elementwise_chain.py')
    const { status, stdout, stderr, error } = spawnSync('python3', [script, chain, style, source, target], {
      encoding: 'utf8',
    })
    if (error !== undefined) return { missing: `python3 did not start (${error.message})` }
    if (stderr.includes('ModuleNotFoundError')) return { missing: 'python3 has no numpy' }
    if (status !== 0) throw new Error(`elementwise_chain.py failed with exit code ${status}:\n${stderr}`)
    const bytes = readFileSync(target)
    return { median: Number(stdout), values: new Float64Array(new Uint8Array(bytes).buffer) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
