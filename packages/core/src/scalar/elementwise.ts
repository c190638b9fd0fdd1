import { keyOf } from '../identity.ts'
import type { Tensor, TensorType } from '../tensor.ts'
import { lengthOf, sameShape, sizeOf } from '../tensor.ts'
import { broadcastMap } from './broadcast-map.ts'
import { canGenerateCode } from './can-generate.ts'
import type { Pair } from './complex-scalar.ts'
import { emitJs } from './emit-js.ts'
import { runScalarProgram } from './run-scalar.ts'
import { ScalarProgram, type Scalar } from './scalar-program.ts'

/**
 * One element of an elementwise operation, written once: the eager kernel and the compiled code both come from it.
 * `real` is true where every argument is real-typed; then `im` is the constant 0 and the result's `re` counts alone.
 */
export type Formula = (s: ScalarProgram, args: readonly Pair[], real: boolean, params: unknown) => Pair

/** n elements; argument k starts at `args[2k]` and advances by `args[2k + 1]` elements (0: the same one throughout). */
type Loop = (n: number, out: Float64Array, ...args: (Float64Array | number)[]) => void

type Kernel = (args: readonly Tensor[], params: unknown, type: TensorType) => Float64Array

/** The eager kernel of a formula; where `quick` is given, and gives no NaN, it is that of `quick` but for the sign of zeros, which is lost. */
export function elementwiseKernel(formula: Formula, quick?: Formula): Kernel {
  const whole = loopsOf(formula)
  if (quick === undefined) return whole
  const first = loopsOf(quick)
  return (args, params, type) => {
    const out = first(args, params, type)
    for (let i = 0; i < out.length; i++) if (Number.isNaN((out[i] += 0))) return whole(args, params, type)
    return out
  }
}

/** Loops are generated once for each combination of dtypes, and kept. */
function loopsOf(formula: Formula): Kernel {
  const byDtypes: Loop[] = []
  const byParams = new Map<string, Loop>()
  const loopFor = (args: readonly Tensor[], params: unknown, type: TensorType): Loop => {
    let code = type.dtype === 'complex128' ? 3 : 2
    for (const { dtype } of args) code = 2 * code + (dtype === 'complex128' ? 1 : 0)
    if (params === undefined) return (byDtypes[code] ??= makeLoop(formula, args, params, type))
    const key = `${code} ${keyOf(params)}`
    let loop = byParams.get(key)
    if (loop === undefined) byParams.set(key, (loop = makeLoop(formula, args, params, type)))
    return loop
  }
  return (args, params, type) => {
    const loop = loopFor(args, params, type)
    const out = new Float64Array(lengthOf(type))
    const n = sizeOf(type.shape)
    const operands: (Float64Array | number)[] = []
    for (const arg of args) {
      if (sizeOf(arg.shape) === 1) operands.push(arg.data, 0)
      else operands.push(sameShape(arg.shape, type.shape) ? arg.data : broadcastData(arg, type), 1)
    }
    if (operands.length === 4) loop(n, out, operands[0], operands[1], operands[2], operands[3])
    else loop(n, out, ...operands)
    return out
  }
}

function makeLoop(formula: Formula, args: readonly TensorType[], params: unknown, type: TensorType): Loop {
  const s = new ScalarProgram()
  const widths = args.map(({ dtype }) => (dtype === 'complex128' ? 2 : 1))
  const pairs = widths.map((width, slot) => ({ re: s.input(slot, 0), im: width === 2 ? s.input(slot, 1) : s.zero }))
  const value = formula(s, pairs, !widths.includes(2), params)
  const outputs: Scalar[] = type.dtype === 'complex128' ? [value.re, value.im] : [value.re]
  return canGenerateCode() ? generatedLoop(s, widths, outputs) : interpretedLoop(s, widths, outputs)
}

function generatedLoop(s: ScalarProgram, widths: readonly number[], outputs: readonly Scalar[]): Loop {
  const parameters = widths.map((_, k) => `x${k},s${k}`).join(',')
  const starts = widths.map((_, k) => `p${k}=0`).join(',')
  const steps = widths.map((width, k) => `p${k}+=${width === 2 ? '2*' : ''}s${k};`).join('')
  const { text } = emitJs(
    s,
    (slot, offset) => `x${slot}[p${slot}${offset === 0 ? '' : `+${offset}`}]`,
    outputs.map((value, part) => ({ target: `out[q+${part}]`, value })),
  )
  const body = `for(let i=0,q=0${starts === '' ? '' : `,${starts}`};i<n;i++){${text}\nq+=${outputs.length};${steps}}`
  return new Function('n', 'out', ...(parameters === '' ? [] : [parameters]), `'use strict';${body}`) as Loop
}

function interpretedLoop(s: ScalarProgram, widths: readonly number[], outputs: readonly Scalar[]): Loop {
  const run = runScalarProgram(s, outputs)
  const element = new Float64Array(outputs.length)
  return (n, out, ...args) => {
    for (let i = 0; i < n; i++) {
      run(
        (slot, offset) => (args[2 * slot] as Float64Array)[i * widths[slot] * (args[2 * slot + 1] as number) + offset],
        element,
      )
      out.set(element, i * outputs.length)
    }
  }
}

function broadcastData(arg: Tensor, type: TensorType): Float64Array {
  const map = broadcastMap(arg.shape, type.shape)
  const width = arg.dtype === 'complex128' ? 2 : 1
  const out = new Float64Array(map.length * width)
  const { data } = arg
  for (let i = 0; i < map.length; i++)
    for (let part = 0; part < width; part++) out[width * i + part] = data[width * map[i] + part]
  return out
}
