import type { Finiteness } from '../finiteness.ts'
import { chosen, spread, typeOf } from '../closed/applicable.ts'
import type { ClosedFunction } from '../closed/closed-function.ts'
import { withOutputs } from '../closed/derived-graphs.ts'
import { LateFunction } from '../closed/late-function.ts'
import { identityOf, type ByIdentity } from '../identity.ts'
import { valueOf } from '../graph.ts'
import { zerosOfType, type Tensor } from '../tensor.ts'
import { evaluate, graphOf } from '../trace.ts'
import type { Checkpoints } from './checkpoints.ts'
import { stepTypes, type ScanBody } from './scan-body.ts'
import { tangentBody } from './scan-derivatives.ts'
import { pullBackScan } from './scan-primitive.ts'

/** One turn of a while loop as data: (carry, constants) ↦ (next carry, whether there is a turn at all). */
export type WhileBody = {
  readonly f: ClosedFunction
  readonly carryCount: number
}

/** (carry, constants) ↦ next carry */
export const bodyOf = ({ f, carryCount }: WhileBody): ScanBody => ({
  f: f.derive(`while body ${carryCount}`, () => withOutputs(f.graph, 0, carryCount)),
  carryCount,
  xCount: 0,
})

/** (carry, constants) ↦ whether the loop goes on */
export const conditionOf = ({ f, carryCount }: WhileBody): ClosedFunction =>
  f.derive(`while condition ${carryCount}`, () => withOutputs(f.graph, carryCount))

/** (carry, constants) ↦ next carry, and the condition there: a turn is one program. */
export function turnOf(loop: WhileBody): ScanBody {
  const { f, carryCount: n } = loop
  const turn = f.derive(`while turn ${n}`, () =>
    graphOf((inputs) => {
      const next = evaluate(bodyOf(loop).f.graph, inputs)
      return [...next, ...evaluate(conditionOf(loop).graph, [...next, ...inputs.slice(n)])]
    }, f.inputs),
  )
  return { f: turn, carryCount: n, xCount: 0 }
}

/** The loop that carries tangents along; the carry alone decides. */
export function tangentLoop(loop: WhileBody, active: readonly boolean[], seeds: Finiteness): WhileBody {
  const { f, carryCount: n } = loop
  const body = tangentBody(bodyOf(loop), active, seeds)
  const k = f.inputs.length - n
  const both = f.derive(`while tangent ${n} ${active.join()} ${seeds}`, () =>
    graphOf(
      (inputs) => [
        ...evaluate(body.f.graph, inputs),
        ...evaluate(conditionOf(loop).graph, [...inputs.slice(0, n), ...inputs.slice(2 * n, 2 * n + k)]),
      ],
      body.f.inputs,
    ),
  )
  return { f: both, carryCount: 2 * n }
}

const adjoints = new WeakMap<ClosedFunction, Map<string, LateFunction>>()

/**
 * (carry, constants, number of steps, seeded cotangents) ↦ cotangents of the carry and of the active constants: once the number of
 * steps is known the loop is a scan.
 */
export function adjointLoop(
  loop: WhileBody,
  checkpoints: ByIdentity<Checkpoints>,
  active: readonly boolean[],
  seeded: readonly boolean[],
): LateFunction {
  const { f, carryCount } = loop
  let known = adjoints.get(f)
  if (known === undefined) adjoints.set(f, (known = new Map()))
  const key = `${carryCount} ${identityOf(checkpoints)} ${active.join()} ${seeded.join()}`
  let late = known.get(key)
  if (late === undefined) {
    const body = bodyOf(loop)
    const { carry, constants } = stepTypes(body)
    const m = f.inputs.length
    const counter = { shape: [], dtype: 'float64' } as const
    const types = {
      inputs: [...f.inputs, counter, ...chosen(carry.map(typeOf), seeded)],
      outputs: [...carry, ...chosen(constants, active)],
    }
    late = new LateFunction(types, (inputs: readonly Tensor[]) => {
      const cotangents = spread(seeded, inputs.slice(m + 1), (i) => zerosOfType(carry[i]))
      const length = valueOf(inputs[m])!.data[0]
      return pullBackScan(inputs.slice(0, m), cotangents, { body, length, reverse: false, checkpoints, active })
    })
    known.set(key, late)
  }
  return late
}
