import { sizeOf, type Tensor } from '../../tensor.ts'
import { readingOf, type ArrayPlan, type LoopStep, type Member } from './array-plan.ts'
import type { Pair } from '../../scalar/complex-scalar.ts'
import { schedule } from '../../scalar/emit-js.ts'
import { operandsOf, ScalarProgram, type Scalar } from '../../scalar/scalar-program.ts'

/** How a loop reads numbers: the same ones every time, those of element i, or those of element `map[i]`. */
export interface LoopInput {
  readonly tensor: Tensor
  readonly reading: Int32Array | 'element' | 'once'
}

/** A result that is stored element by element. */
export interface LoopStore {
  readonly tensor: Tensor
  readonly value: Pair
}

/** A result that is added up: into one element (`map` all 0), or into elements `map[i]`. */
export interface LoopSum extends LoopStore {
  readonly map: Int32Array
  readonly isTotal: boolean
}

/** One loop as scalar code for one element; inputs are slots of the program, offset 0 real, 1 imaginary. */
export interface LoopCode {
  readonly count: number
  readonly program: ScalarProgram
  readonly inputs: readonly LoopInput[]
  readonly stores: readonly LoopStore[]
  readonly sums: readonly LoopSum[]
  /** Values that are the same for all elements and that varying ones use: computed before the loop. */
  readonly invariants: readonly Scalar[]
  readonly uses: Int32Array
  /** Operations of one element, and those before the loop. */
  readonly flops: { readonly each: number; readonly once: number }
}

/** Writes the members of a loop as scalar code. */
export function loopCode({ count, members }: LoopStep, plan: ArrayPlan): LoopCode {
  const writer = new LoopWriter(count, plan)
  members.forEach((member) => writer.add(member))
  return writer.finish()
}

class LoopWriter {
  readonly #count: number
  readonly #plan: ArrayPlan
  readonly #s = new ScalarProgram({ isCareful: false })
  readonly #inputs: LoopInput[] = []
  readonly #slots = new Map<Tensor, Map<LoopInput['reading'], Pair>>()
  readonly #values = new Map<Tensor, Pair>()
  readonly #stores: LoopStore[] = []
  readonly #sums: LoopSum[] = []

  constructor(count: number, plan: ArrayPlan) {
    this.#count = count
    this.#plan = plan
  }

  add(member: Member): void {
    const { node } = member
    const [output] = node.outputs
    const [source] = node.inputs.map((x) => this.#plan.rootOf(x))
    if (member.kind === 'reduce') {
      const value = this.#valueOf(node.inputs[0], source.shape)
      this.#sums.push({ tensor: output, value, map: member.map, isTotal: sizeOf(output.shape) === 1 })
      return
    }
    const value = member.kind === 'gather' ? this.#read(source, member.map) : this.#elementwise(member)
    const own = output.dtype === 'float64' ? { re: value.re, im: this.#s.zero } : value
    this.#values.set(output, own)
    if (this.#plan.places.has(output)) this.#stores.push({ tensor: output, value: own })
  }

  finish(): LoopCode {
    const program = this.#s
    const roots = [...this.#stores, ...this.#sums].flatMap(({ tensor, value }) =>
      tensor.dtype === 'complex128' ? [{ value: value.re }, { value: value.im }] : [{ value: value.re }],
    )
    const { order, uses } = schedule(program, roots)
    const varies = new Uint8Array(program.size)
    const invariants = new Set<Scalar>()
    let [each, once] = [0, 0]
    for (const x of order) {
      const operands = operandsOf(program, x)
      const isInput = program.operation(x) === 'input'
      varies[x] = (isInput ? this.#inputs[program.left[x]].reading !== 'once' : operands.some((y) => varies[y] === 1))
        ? 1
        : 0
      if (varies[x] === 1) operands.forEach((y) => varies[y] === 0 && invariants.add(y))
      if (operands.length === 0) continue
      if (varies[x] === 1) each++
      else once++
    }
    for (const { value } of roots) if (varies[value] === 0) invariants.add(value)
    return {
      count: this.#count,
      program,
      inputs: this.#inputs,
      stores: this.#stores,
      sums: this.#sums,
      invariants: [...invariants],
      uses,
      flops: { each, once },
    }
  }

  #elementwise({ node }: Member): Pair {
    const { primitive, inputs, outputs, params } = node
    const real = inputs.every(({ dtype }) => dtype === 'float64')
    const pairs = inputs.map((x) => this.#valueOf(x, outputs[0].shape))
    return primitive.formula!(this.#s, pairs, real, params)
  }

  /** Element i of x, seen with the shape that it is broadcast to. */
  #valueOf(x: Tensor, shape: readonly number[]): Pair {
    const root = this.#plan.rootOf(x) // the same memory, but x has the shape that is broadcast
    return this.#values.get(root) ?? this.#read(root, readingOf(x, shape, this.#count))
  }

  #read(tensor: Tensor, reading: LoopInput['reading']): Pair {
    const constant = uniformValue(tensor)
    if (constant !== undefined && !(reading instanceof Int32Array && reading.includes(-1))) {
      return { re: this.#s.constant(constant[0]), im: this.#s.constant(constant[1]) }
    }
    let readings = this.#slots.get(tensor)
    if (readings === undefined) this.#slots.set(tensor, (readings = new Map<LoopInput['reading'], Pair>()))
    const known = [...readings].find(([other]) => other === reading || sameMap(other, reading))
    if (known !== undefined) return known[1]
    const slot = this.#inputs.push({ tensor, reading }) - 1
    const pair = {
      re: this.#s.input(slot, 0),
      im: tensor.dtype === 'complex128' ? this.#s.input(slot, 1) : this.#s.zero,
    }
    readings.set(reading, pair)
    return pair
  }
}

/** The value of all elements, if a tensor is a constant with one value. */
function uniformValue(x: Tensor): readonly [re: number, im: number] | undefined {
  if (x.isTraced) return undefined
  const width = x.dtype === 'complex128' ? 2 : 1
  const { data } = x
  for (let i = width; i < data.length; i++) if (!Object.is(data[i], data[i - width])) return undefined
  return [data[0], width === 2 ? data[1] : 0]
}

function sameMap(a: LoopInput['reading'], b: LoopInput['reading']): boolean {
  if (!(a instanceof Int32Array) || !(b instanceof Int32Array) || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
