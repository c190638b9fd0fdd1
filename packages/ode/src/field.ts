import type { Tensor, TensorType } from '@cad/core'
import {
  evaluate,
  graphOf,
  isHolomorphic,
  type ClosedFunction,
  type CompiledProgram,
  type Graph,
  type Interned,
  type ProgramArgument,
} from '@cad/core/compiler'
import { programLayout, type ProgramKind } from './field-programs.ts'
import { normalised } from './normalised-field.ts'
import { joined, layoutOf, type StateLayout } from './state-layout.ts'

/** What a problem says about its right-hand side beyond its values; a method may ask for it. */
export type Kind = 'general' | 'linear' | 'split' | 'partitioned'

/** A state among other numbers: it starts at `at`. */
export interface Vector {
  readonly data: Float64Array
  readonly at: number
}

/** A direction in state, parameters and time. */
export interface Direction {
  readonly y: Vector
  readonly p: Float64Array
  readonly t: number
}

/** Where cotangents go: that of the state is written, that of the parameters is added to what is there. */
export interface FieldBars {
  readonly y: Vector
  readonly p: Float64Array
}

/**
 * The right-hand side of y' = f(t, y, p) as programs on flat arrays, each made when it is first asked for. What is costly in it and
 * depends on the parameters alone (a factorization) is an early part, run once a solve by `begin`.
 */
export class Field<K extends Kind = Kind> implements Interned {
  readonly interned: symbol = Symbol('field')
  readonly kind: K
  /** (t, …y, …parameters, …constants) ↦ …dy/dt; constants were lifted out of the graph, and have no derivative. */
  readonly f: ClosedFunction
  readonly state: StateLayout
  readonly parameters: StateLayout
  readonly constants: readonly TensorType[]
  /** Parameters and constants: what `FieldAt.p` holds. */
  readonly values: StateLayout
  readonly #pieces = new Map<string, Pieces>()
  #isHolomorphic: boolean | undefined
  #normalised: Field<K> | undefined

  constructor(kind: K, f: ClosedFunction, parameterCount: number) {
    this.kind = kind
    this.f = f
    const leaves = f.outputs.length
    this.state = layoutOf(f.inputs.slice(1, 1 + leaves))
    this.parameters = layoutOf(f.inputs.slice(1 + leaves, 1 + leaves + parameterCount))
    this.constants = f.inputs.slice(1 + leaves + parameterCount)
    this.values = layoutOf(f.inputs.slice(1 + leaves))
  }

  /** Whether ∂f/∂ȳ = 0 by structure, all of the state being complex: then its Jacobian is a complex matrix. */
  get isHolomorphic(): boolean {
    this.#isHolomorphic ??=
      this.state.leaves.every(({ isComplex }) => isComplex) &&
      isHolomorphic(this.f.graph, this.f.inputs.map((_, i) => this.isState(i))) // prettier-ignore
    return this.#isHolomorphic
  }

  /** y'(s) = T f(t0 + T s, y, p) over 0 ≤ s ≤ 1, with t0 and T as two more parameters. */
  get normalised(): Field<K> {
    if (this.#normalised === undefined) {
      const f = this.f.derive('normalised', () => normalised(this.f.graph, this.constants.length))
      this.#normalised = new Field(this.kind, f, this.parameters.leaves.length + 2)
    }
    return this.#normalised
  }

  /** The field at the values of its parameters and constants, its early part done. */
  begin(values: readonly Tensor[]): FieldAt {
    return new FieldAt(this, values)
  }

  /** The early part of one program, and the graph of what is left: early inputs first. */
  pieces(kind: ProgramKind, alongTime: boolean): Pieces {
    const name = alongTime ? `${kind} along t` : kind
    let pieces = this.#pieces.get(name)
    if (pieces === undefined) this.#pieces.set(name, (pieces = this.#divide(kind, alongTime)))
    return pieces
  }

  isState(input: number): boolean {
    return input >= 1 && input <= this.state.leaves.length
  }

  #divide(kind: ProgramKind, alongTime: boolean): Pieces {
    const whole = this.#derived(kind, alongTime)
    const { inputs } = this.f
    const isLate = whole.inputs.map((_, i) => i >= inputs.length || i === 0 || this.isState(i))
    const { early, late } = whole.isCostly
      ? whole.split(isLate)
      : { early: undefined, late: whole.derive('early inputs first', () => reordered(whole.graph, isLate)) }
    return new Pieces(early, late, () => programLayout(this, kind, { alongTime, residuals: early?.outputs ?? [] }))
  }

  #derived(kind: ProgramKind, alongTime: boolean): ClosedFunction {
    const { f } = this
    const [n, m] = [this.state.leaves.length, this.parameters.leaves.length]
    const active = f.inputs.map((_, i) => i >= 1 && i <= n + m)
    const along = active.map((flag, i) => flag || (alongTime && i === 0))
    const seeded = f.outputs.map(() => true)
    const directions = along.filter(Boolean).map(() => false)
    switch (kind) {
      case 'value':
        return f
      case 'jvp':
        return f.tangent(along)
      case 'vjp':
        return f.adjoint(active, seeded)
      case 'jvpOfJvp':
        return f.tangent(along).tangent([...along, ...directions])
      case 'vjpOfJvp':
        return f.tangent(along).adjoint([...active, ...directions], seeded)
    }
  }
}

/** A program in two parts: the early one, and one that takes (parameters and constants, residuals, everything else). */
export class Pieces {
  readonly early: ClosedFunction | undefined
  readonly late: ClosedFunction
  readonly #layout: () => ReturnType<typeof programLayout>
  #program: CompiledProgram | undefined

  constructor(early: ClosedFunction | undefined, late: ClosedFunction, layout: () => ReturnType<typeof programLayout>) {
    this.early = early
    this.late = late
    this.#layout = layout
  }

  get program(): CompiledProgram {
    return (this.#program ??= this.late.program(this.#layout()))
  }
}

type Run = (...args: ProgramArgument[]) => void

/** A field at one p. */
export class FieldAt {
  readonly field: Field
  /** All parameters, then all constants. */
  readonly p: Float64Array
  readonly values: readonly Tensor[]
  #residuals: Map<string, readonly ProgramArgument[]> | undefined
  #value: Run | undefined
  #vjp: Run | undefined
  #others: Map<string, Run> | undefined

  constructor(field: Field, values: readonly Tensor[]) {
    this.field = field
    this.values = values
    this.p = joined(values)
  }

  /** How `value` runs, and why not better. */
  get target(): Pick<CompiledProgram, 'target' | 'reason'> {
    const { target, reason } = this.field.pieces('value', false).program
    return { target, ...(reason !== undefined && { reason }) }
  }

  /** out = f(t, y, p) */
  value(t: number, y: Vector, out: Vector): void {
    this.#value ??= this.#begun('value', false)
    this.#value(t, y.data, y.at, this.p, out.data, out.at)
  }

  /** out = f_t v_t + f_y v_y + f_p v_p */
  jvp(t: number, y: Vector, v: Direction, out: Vector): void {
    const alongTime = v.t !== 0
    const run = this.#other('jvp', alongTime)
    if (alongTime) run(t, y.data, y.at, this.p, v.y.data, v.y.at, v.p, v.t, out.data, out.at)
    else run(t, y.data, y.at, this.p, v.y.data, v.y.at, v.p, out.data, out.at)
  }

  /** ȳ = f_y⋆ w and p̄ += f_p⋆ w, adjoints under Re⟨a, b⟩ */
  vjp(t: number, y: Vector, w: Vector, bars: FieldBars): void {
    this.#vjp ??= this.#begun('vjp', false)
    this.#vjp(t, y.data, y.at, this.p, w.data, w.at, bars.y.data, bars.y.at, bars.p)
  }

  /** out = f″[u, v] over state, parameters and time: the derivative, in the direction v, of the jvp along u */
  jvpOfJvp(t: number, y: Vector, [u, v]: readonly [Direction, Direction], out: Vector): void {
    const alongTime = u.t !== 0 || v.t !== 0
    const along = [...argumentsOf(u, alongTime), ...argumentsOf(v, alongTime)]
    this.#other('jvpOfJvp', alongTime)(t, y.data, y.at, this.p, ...along, out.data, out.at)
  }

  /** ȳ = grad_y ⟨w, jvp along u⟩ and p̄ += grad_p of the same */
  vjpOfJvp(t: number, y: Vector, [u, w]: readonly [Direction, Vector], bars: FieldBars): void {
    const alongTime = u.t !== 0
    const along = argumentsOf(u, alongTime)
    this.#other('vjpOfJvp', alongTime)(
      t,
      y.data,
      y.at,
      this.p,
      ...along,
      w.data,
      w.at,
      bars.y.data,
      bars.y.at,
      bars.p, // prettier-ignore
    )
  }

  /** What the early part of a program gives at this p: arrays, and handles in a list of one. */
  residuals(kind: ProgramKind, alongTime = false): readonly ProgramArgument[] {
    const name = alongTime ? `${kind} along t` : kind
    this.#residuals ??= new Map()
    let residuals = this.#residuals.get(name)
    if (residuals === undefined) {
      const { early } = this.field.pieces(kind, alongTime)
      const made = early === undefined ? [] : early.runOnce(this.values)
      residuals = made.map((x): ProgramArgument => (x instanceof Float64Array ? x : [x]))
      this.#residuals.set(name, residuals)
    }
    return residuals
  }

  #other(kind: ProgramKind, alongTime: boolean): Run {
    const name = alongTime ? `${kind} along t` : kind
    this.#others ??= new Map()
    let run = this.#others.get(name)
    if (run === undefined) this.#others.set(name, (run = this.#begun(kind, alongTime)))
    return run
  }

  #begun(kind: ProgramKind, alongTime: boolean): Run {
    const { program } = this.field.pieces(kind, alongTime)
    const residuals = this.residuals(kind, alongTime)
    return residuals.length === 0 ? program.run : (...args) => program.run(...args, ...residuals)
  }
}

const argumentsOf = ({ y, p, t }: Direction, alongTime: boolean): ProgramArgument[] =>
  alongTime ? [y.data, y.at, p, t] : [y.data, y.at, p]

/** The same graph with its late inputs behind the early ones. */
function reordered(graph: Graph, isLate: readonly boolean[]): Graph {
  const [early, late] = [false, true].map((flag) => graph.inputs.filter((_, i) => isLate[i] === flag))
  return graphOf(
    (own) => {
      const values = new Map([...early, ...late].map((x, i) => [x, own[i]]))
      return evaluate(graph, graph.inputs.map((x) => values.get(x)!)) // prettier-ignore
    },
    [...early, ...late],
  )
}
