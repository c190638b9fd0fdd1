/** The hand-written loops of `spin-chain.as.ts`, compiled now and filled with the numbers of the model. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FieldData } from '../compiled-field.ts'
import { coupling, denseCoupling, field } from '../models/spin-chain.ts'

const root = join(import.meta.dirname, '..', '..')

/** The flags of the kernels of this project. */
const flags = '-O3 --converge --noAssert --runtime stub --enable simd --use abort='

/** What the module exports: functions of f = cos(2t), and the addresses of its arrays. */
type Exports = Record<'slopeSparse' | 'slopeDense' | 'adjointSparse' | 'adjointDense', (f: number) => void> &
  Record<'y' | 'w' | 'out' | 'p' | 'g' | 'coupling' | 'field' | 'dense', WebAssembly.Global> & {
    readonly memory: WebAssembly.Memory
  }

/** One form of the chain, at the numbers of one call; `out` and `g` are views of the results. */
export interface SpinChainByHand {
  readonly slope: (t: number) => void
  readonly slopeAdjoint: (t: number) => void
  readonly out: Float64Array
  readonly g: Float64Array
}

/** The loops for the sparse or for the dense form. */
export function spinChainByHand(form: 'sparse' | 'dense', { y, p, w }: FieldData): SpinChainByHand {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(compile())).exports as Exports
  const view = (name: 'y' | 'w' | 'out' | 'p' | 'g' | 'coupling' | 'field' | 'dense', length: number): Float64Array =>
    new Float64Array(exports.memory.buffer, exports[name].value as number, length)
  const numbers = { y, w, p, coupling, field, dense: denseCoupling.data }
  for (const [name, data] of Object.entries(numbers)) view(name as keyof typeof numbers, data.length).set(data)
  const [slope, adjoint] =
    form === 'dense' ? [exports.slopeDense, exports.adjointDense] : [exports.slopeSparse, exports.adjointSparse]
  return {
    slope: (t) => slope(Math.cos(2 * t)),
    slopeAdjoint: (t) => adjoint(Math.cos(2 * t)),
    out: view('out', y.length),
    g: view('g', p.length),
  }
}

let module: Uint8Array<ArrayBuffer> | undefined

function compile(): Uint8Array<ArrayBuffer> {
  if (module !== undefined) return module
  const folder = mkdtempSync(join(tmpdir(), 'spin-chain-'))
  const output = join(folder, 'spin-chain.wasm')
  try {
    const compiler = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js')
    const source = join(import.meta.dirname, 'spin-chain.as.ts')
    execFileSync(process.execPath, [compiler, source, '-o', output, ...flags.split(' ')], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    })
    return (module = new Uint8Array(readFileSync(output)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
