import { valueOf } from '../graph.ts'
import type { Tensor } from '../tensor.ts'
import { evaluate, trace, type Graph } from '../trace.ts'
import type { Checkpoints } from './checkpoints.ts'
import { pick, spread } from './derivatives.ts'
import { LateFunction } from './late.ts'
import { ScanBody } from './scan-body.ts'
import { tangentBody } from './scan-derivatives.ts'
import { pullBackScan } from './scan-primitive.ts'
import { zerosOfType } from '../tensor.ts'

/** Condition and body of a while loop as closed graphs, (carry, κ) ↦ number and (carry, constants) ↦ carry. */
export class WhileBody {
  readonly condition: Graph
  readonly body: ScanBody
  #step: ScanBody | undefined
  readonly #tangents = new Map<string, WhileBody>()
  readonly #adjoints = new WeakMap<Checkpoints, Map<string, LateFunction>>()

  constructor(condition: Graph, body: ScanBody) {
    this.condition = condition
    this.body = body
  }

  /** (carry, constants, κ) ↦ next carry, and the condition there: a step is one program. */
  get step(): ScanBody {
    const { condition, body } = this
    const n = body.carry.length
    const m = body.graph.inputs.length
    this.#step ??= new ScanBody(
      trace(
        (inputs) => {
          const next = evaluate(body.graph, inputs.slice(0, m))
          return [...next, ...evaluate(condition, [...next, ...inputs.slice(m)])]
        },
        [...body.graph.inputs, ...condition.inputs.slice(n)],
      ),
      n,
      0,
    )
    return this.#step
  }

  /** The loop that carries tangents along; the carry alone decides. */
  tangent(active: readonly boolean[]): WhileBody {
    const key = active.join()
    let loop = this.#tangents.get(key)
    if (loop === undefined) {
      const { carry } = this.body
      const condition = trace(
        (inputs) => evaluate(this.condition, [...inputs.slice(0, carry.length), ...inputs.slice(2 * carry.length)]),
        [...carry, ...carry, ...this.condition.inputs.slice(carry.length)],
      )
      this.#tangents.set(key, (loop = new WhileBody(condition, tangentBody(this.body, active))))
    }
    return loop
  }

  /**
   * (carry, constants, number of steps, seeded cotangents) ↦ cotangents of the carry and of the active constants: once the
   * number of steps is known the loop is a scan.
   */
  adjoint(checkpoints: Checkpoints, active: readonly boolean[], seeded: readonly boolean[]): LateFunction {
    let functions = this.#adjoints.get(checkpoints)
    if (functions === undefined) this.#adjoints.set(checkpoints, (functions = new Map()))
    const key = `${active.join()} ${seeded.join()}`
    let late = functions.get(key)
    if (late === undefined) {
      const { body } = this
      const m = body.graph.inputs.length
      const apply = (inputs: readonly Tensor[]): readonly Tensor[] => {
        const cotangents = spread(seeded, inputs.slice(m + 1), (i) => zerosOfType(body.carry[i]))
        const length = valueOf(inputs[m])!.data[0]
        return pullBackScan(inputs.slice(0, m), cotangents, { body, length, reverse: false, checkpoints, active })
      }
      late = new LateFunction([...body.carry, ...pick(body.constants, active)], apply)
      functions.set(key, late)
    }
    return late
  }
}
