import { valueOf } from '../graph.ts'
import { zerosOfType, type Tensor } from '../tensor.ts'
import { type Graph } from '../primitive.ts'
import { evaluate, graphOf } from '../trace.ts'
import type { Checkpoints } from './checkpoints.ts'
import { pick, spread } from './derivatives.ts'
import { LateFunction } from './late.ts'
import { ScanBody } from './scan-body.ts'
import { tangentBody } from './scan-derivatives.ts'
import { pullBackScan } from './scan-primitive.ts'
import { withOutputs } from './shared.ts'

/** One turn of a while loop: from (carry, constants) the next carry, and in `condition` whether there is a turn at all. */
export class WhileBody {
  readonly condition: Graph
  readonly body: ScanBody
  #step: ScanBody | undefined
  readonly #tangents = new Map<string, WhileBody>()
  readonly #adjoints = new WeakMap<Checkpoints, Map<string, LateFunction>>()

  /** Both graphs have the same inputs. */
  constructor(body: ScanBody, condition: Graph) {
    this.body = body
    this.condition = condition
  }

  /** From a closed graph (carry, constants) ↦ (next carry, condition here). */
  static of(graph: Graph, carryCount: number): WhileBody {
    return new WhileBody(new ScanBody(withOutputs(graph, 0, carryCount), carryCount, 0), withOutputs(graph, carryCount))
  }

  /** (carry, constants) ↦ next carry, and the condition there: a turn is one program. */
  get step(): ScanBody {
    const { condition, body } = this
    const n = body.carry.length
    this.#step ??= new ScanBody(
      graphOf((inputs) => {
        const next = evaluate(body.graph, inputs)
        return [...next, ...evaluate(condition, [...next, ...inputs.slice(n)])]
      }, body.graph.inputs),
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
      const body = tangentBody(this.body, active)
      const [n, k] = [this.body.carry.length, this.body.constants.length]
      const decide = (inputs: readonly Tensor[]): readonly Tensor[] =>
        evaluate(this.condition, [...inputs.slice(0, n), ...inputs.slice(2 * n, 2 * n + k)])
      this.#tangents.set(key, (loop = new WhileBody(body, graphOf(decide, body.graph.inputs))))
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
