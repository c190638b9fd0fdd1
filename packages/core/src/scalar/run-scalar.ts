import { schedule } from './emit-js.ts'
import type { Scalar, ScalarProgram } from './scalar-program.ts'

/**
 * Evaluates a scalar program without generating code: for environments that forbid `eval` and `Function`.
 * The result holds the values of `outputs`, in order. Slow: one dispatch an operation.
 */
export function runScalarProgram(
  program: ScalarProgram,
  outputs: readonly Scalar[],
): (read: (slot: number, offset: number) => number, into: Float64Array) => void {
  const { order } = schedule(
    program,
    outputs.map((value) => ({ value })),
  )
  const values = new Float64Array(program.size)
  return (read, into) => {
    for (const x of order) values[x] = valueOf(program, x, values, read)
    for (let i = 0; i < outputs.length; i++) into[i] = values[outputs[i]]
  }
}

function valueOf(
  program: ScalarProgram,
  x: Scalar,
  values: Float64Array,
  read: (slot: number, offset: number) => number,
): number {
  const [a, b] = [program.left[x], program.right[x]]
  const operation = program.operation(x)
  switch (operation) {
    case 'constant':
      return program.value(x)
    case 'input':
      return read(a, b)
    case 'add':
      return values[a] + values[b]
    case 'sub':
      return values[a] - values[b]
    case 'mul':
      return values[a] * values[b]
    case 'div':
      return values[a] / values[b]
    case 'neg':
      return -values[a]
    case 'less':
      return values[a] < values[b] ? 1 : 0
    case 'equal':
      return values[a] === values[b] ? 1 : 0
    case 'select':
      return values[a] !== 0 ? values[program.left[b]] : values[program.right[b]]
    case 'pair':
      return NaN // never asked for: `schedule` lists values only
    case 'atan2':
    case 'hypot':
    case 'pow':
    case 'max':
    case 'min':
      return Math[operation](values[a], values[b])
    default:
      return Math[operation](values[a])
  }
}
