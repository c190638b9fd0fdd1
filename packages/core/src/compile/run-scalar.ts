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
  const { left, right } = program
  return (read, into) => {
    for (const x of order) {
      const [a, b] = [left[x], right[x]]
      const operation = program.operation(x)
      switch (operation) {
        case 'constant':
          values[x] = program.value(x)
          break
        case 'input':
          values[x] = read(a, b)
          break
        case 'add':
          values[x] = values[a] + values[b]
          break
        case 'sub':
          values[x] = values[a] - values[b]
          break
        case 'mul':
          values[x] = values[a] * values[b]
          break
        case 'div':
          values[x] = values[a] / values[b]
          break
        case 'neg':
          values[x] = -values[a]
          break
        case 'less':
          values[x] = values[a] < values[b] ? 1 : 0
          break
        case 'equal':
          values[x] = values[a] === values[b] ? 1 : 0
          break
        case 'select':
          values[x] = values[a] !== 0 ? values[left[b]] : values[right[b]]
          break
        case 'pair':
          break
        case 'atan2':
        case 'hypot':
        case 'pow':
        case 'max':
        case 'min':
          values[x] = Math[operation](values[a], values[b])
          break
        default:
          values[x] = Math[operation](values[a])
      }
    }
    for (let i = 0; i < outputs.length; i++) into[i] = values[outputs[i]]
  }
}
