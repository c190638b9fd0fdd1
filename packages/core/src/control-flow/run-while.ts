import type { CompiledProgram } from '../compile/graph/layout.ts'
import { StepLimitError } from '../errors.ts'
import type { Tensor } from '../tensor.ts'
import { evaluate } from '../trace.ts'
import { joined, parted } from './run-scan.ts'
import { stepProgram, stepTypes, type ScanBody } from './scan-body.ts'
import { conditionOf, turnOf, type WhileBody } from './while-body.ts'

export type StepLimit = {
  readonly caller: string
  readonly maxSteps: number
  /** Where the leaves of the carry stand, for the message. */
  readonly paths: readonly string[]
}

/** The numbers of the last carry, and the number of steps, for arguments (carry, constants). */
export function runWhile(loop: WhileBody, args: readonly Tensor[], limit: StepLimit): Float64Array[] {
  const start = args.slice(0, loop.carryCount)
  const [first] = evaluate(conditionOf(loop).graph, args)
  if (isFalse(first.data)) return [...start.map(({ data }) => data), Float64Array.of(0)]
  if (limit.maxSteps < 1)
    throw tooManySteps(
      limit,
      start.map(({ data }) => data),
    )
  const turn = turnOf(loop)
  const program = stepProgram(turn)
  return program === undefined ? runByKernels(turn, args, limit) : runCompiled(program, turn, { args, limit })
}

const isFalse = (condition: Float64Array): boolean => condition[0] === 0

/** Two buffers for the carry, exchanged after each step: nothing is allocated in the loop. */
function runCompiled(
  { run }: CompiledProgram,
  turn: ScanBody,
  { args, limit }: { readonly args: readonly Tensor[]; readonly limit: StepLimit },
): Float64Array[] {
  const { carry } = stepTypes(turn)
  let now = joined(args.slice(0, carry.length))
  let next: Float64Array = new Float64Array(now.length)
  const condition = new Float64Array(1)
  const slots = [now, next, ...args.slice(carry.length).map(({ data }) => data), condition, 0]
  for (let steps = 1; ; steps++) {
    slots[0] = now
    slots[1] = next
    run(...slots)
    const old = now
    now = next
    next = old
    if (isFalse(condition)) return [...parted(now, carry), Float64Array.of(steps)]
    if (steps >= limit.maxSteps) throw tooManySteps(limit, parted(now, carry))
  }
}

function runByKernels({ f, carryCount: n }: ScanBody, args: readonly Tensor[], limit: StepLimit): Float64Array[] {
  const constants = args.slice(n)
  let carry: readonly Tensor[] = args.slice(0, n)
  for (let steps = 1; ; steps++) {
    const outputs = evaluate(f.graph, [...carry, ...constants])
    carry = outputs.slice(0, n)
    const data = carry.map((x) => x.data)
    if (isFalse(outputs[n].data)) return [...data, Float64Array.of(steps)]
    if (steps >= limit.maxSteps) throw tooManySteps(limit, data)
  }
}

function tooManySteps({ caller, maxSteps, paths }: StepLimit, carry: readonly Float64Array[]): StepLimitError {
  const shown = paths.map((path, i) => `${path === '' ? 'the carry' : path} = ${showNumbers(carry[i])}`)
  return new StepLimitError(
    `${caller}: the condition still holds after maxSteps = ${maxSteps} steps, where ${shown.slice(0, 4).join(', ')}. ` +
      'Check that the body makes it false, or give a larger maxSteps.',
    maxSteps,
  )
}

function showNumbers(data: Float64Array): string {
  const numbers = Array.from(data.subarray(0, 4), (x) => `${Number(x.toPrecision(6))}`)
  return data.length === 1 ? numbers[0] : `[${numbers.join(', ')}${data.length > 4 ? ', …' : ''}]`
}
