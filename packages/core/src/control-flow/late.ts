import { admit, staged, valueOf } from '../graph.ts'
import { jvp } from '../transformations/jvp.ts'
import { bindAll } from '../bind.ts'
import { definePrimitive, type Primitive } from '../primitive.ts'
import { zerosOfType, type Tensor, type TensorType } from '../tensor.ts'
import { vjp } from '../transformations/vjp.ts'
import { typeOf } from './carry.ts'
import { pick, spread } from './derivatives.ts'

type Apply = (args: readonly Tensor[]) => readonly Tensor[]

/**
 * A function whose graph depends on values (on the number of steps that a loop has taken), so that it can be written down
 * only when they are known. It uses its arguments alone, public functions alone, and the types of its results are known.
 */
export class LateFunction {
  readonly types: readonly TensorType[]
  readonly apply: Apply
  readonly #derived = new Map<string, LateFunction>()

  constructor(types: readonly TensorType[], apply: Apply) {
    this.types = types
    this.apply = apply
  }

  /** (args, tangents of the active ones) ↦ tangents of the results */
  tangent(active: readonly boolean[]): LateFunction {
    return this.#derive(`tangent ${active.join()}`, this.types, (inputs) => {
      const args = inputs.slice(0, active.length)
      return jvp(this.#restricted(args, active))(pick(args, active), inputs.slice(active.length)).tangent
    })
  }

  /** (args, cotangents of the seeded results) ↦ cotangents of the active args */
  cotangent(args: readonly TensorType[], active: readonly boolean[], seeded: readonly boolean[]): LateFunction {
    const types = pick(args.map(typeOf), active)
    return this.#derive(`cotangent ${active.join()} ${seeded.join()}`, types, (inputs) => {
      const own = inputs.slice(0, active.length)
      const seeds = spread(seeded, inputs.slice(active.length), (i) => zerosOfType(this.types[i]))
      return vjp(this.#restricted(own, active))(pick(own, active)).pullback(seeds)
    })
  }

  #restricted(args: readonly Tensor[], active: readonly boolean[]): Apply {
    return (own) => this.apply(spread(active, own, (i) => args[i]))
  }

  #derive(name: string, types: readonly TensorType[], apply: Apply): LateFunction {
    let derived = this.#derived.get(name)
    if (derived === undefined) this.#derived.set(name, (derived = new LateFunction(types, apply)))
    return derived
  }
}

const lateP: Primitive<LateFunction> = definePrimitive<LateFunction>('late', {
  type: (_, { types }) => types,
  kernel: (args, { apply }) => apply(args).map(({ data }) => data),
  jvp: (args, tangents, _, late) => {
    const active = tangents.map((x) => !x.isStructuralZero)
    return applyLate(late.tangent(active), [...args, ...pick(tangents, active)])
  },
  vjp: (args, _, cotangents, late) => {
    const active = args.map(({ dtype }) => dtype !== 'opaque')
    const seeded = cotangents.map((x) => !x.isStructuralZero)
    const bars = applyLate(late.cotangent(args, active, seeded), [...args, ...pick(cotangents, seeded)])
    return spread(active, bars, () => undefined)
  },
})

/** Applies it: now where all arguments have values, else as a node that waits for them. */
export function applyLate(late: LateFunction, args: readonly Tensor[]): readonly Tensor[] {
  const inputs = staged(args.map((x) => admit(x, 'late')))
  return inputs.every((x) => valueOf(x) !== undefined) ? late.apply(inputs) : bindAll(lateP, inputs, late)
}
