import { vjp } from '../transformations/vjp.ts'
import { jvp } from '../transformations/jvp.ts'
import { zerosOfType, type Tensor, type TensorType } from '../tensor.ts'
import { chosen, spread, type Applicable } from './applicable.ts'
import { restricted } from './derived-graphs.ts'

/**
 * A function whose graph depends on values (on the number of steps that a loop has taken), so that it can be written down only when
 * they are known: `apply` does, with public functions alone, and it uses its arguments alone.
 */
export class LateFunction implements Applicable {
  readonly interned: symbol = Symbol('late function')
  readonly inputs: readonly TensorType[]
  readonly outputs: readonly TensorType[]
  readonly apply: (args: readonly Tensor[]) => readonly Tensor[]
  readonly #derived = new Map<string, LateFunction>()

  constructor(types: Pick<Applicable, 'inputs' | 'outputs'>, apply: LateFunction['apply']) {
    this.inputs = types.inputs
    this.outputs = types.outputs
    this.apply = apply
  }

  tangent(active: readonly boolean[]): LateFunction {
    const inputs = [...this.inputs, ...chosen(this.inputs, active)]
    return this.#derive(`tangent ${active.join()}`, { inputs, outputs: this.outputs }, (own) => {
      const args = own.slice(0, active.length)
      return jvp(restricted(this.apply, args, active))(chosen(args, active), own.slice(active.length)).tangent
    })
  }

  adjoint(active: readonly boolean[], seeded: readonly boolean[]): LateFunction {
    const types = { inputs: [...this.inputs, ...chosen(this.outputs, seeded)], outputs: chosen(this.inputs, active) }
    return this.#derive(`adjoint ${active.join()} ${seeded.join()}`, types, (own) => {
      const args = own.slice(0, active.length)
      const seeds = spread(seeded, own.slice(active.length), (i) => zerosOfType(this.outputs[i]))
      return vjp(restricted(this.apply, args, active))(chosen(args, active)).pullback(seeds)
    })
  }

  #derive(name: string, types: Pick<Applicable, 'inputs' | 'outputs'>, apply: LateFunction['apply']): LateFunction {
    let derived = this.#derived.get(name)
    if (derived === undefined) this.#derived.set(name, (derived = new LateFunction(types, apply)))
    return derived
  }
}
