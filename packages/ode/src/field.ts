import { DtypeError, ShapeError, type Shape, type Tensor, type TensorType } from '@cad/core'
import {
  closedFunction,
  evaluate,
  graphOf,
  lengthOf,
  project,
  sameShape,
  showType,
  type ClosedFunction,
  type CompiledProgram,
  type Graph,
  type Interned,
  type Layout,
  type ProgramArgument,
  type Slot,
} from '@cad/core/compiler'

/** A program on flat arrays, and how it runs. */
export type Program = Pick<CompiledProgram, 'run' | 'target' | 'reason'>

/** y' = f(t, y, p) on flat arrays; p holds all parameters, one after the other. */
export interface RightHandSide {
  /** Numbers in the state. */
  readonly n: number
  readonly isComplex: boolean
  /** (t, y, yo, p, out, oo): out = f(t, y, p) */
  readonly value: Program
  /** (t, y, yo, p, w, wo, out, oo, g): out = f_y⋆ w and g += f_p⋆ w, adjoints under Re⟨a, b⟩ */
  readonly vjp: Program
  /** (t, y, yo, p, dy, dyo, dp, out, oo): out = f_y dy + f_p dp */
  readonly jvp: Program
}

type Kind = 'value' | 'vjp' | 'jvp'

/**
 * The right-hand side of one problem as compiled programs, made when they are first asked for. What is costly in it and depends on
 * the parameters alone (a factorization) is an early part, run once a solve by `begin`.
 */
export class Field implements RightHandSide, Interned {
  readonly interned: symbol = Symbol('field')
  readonly n: number
  readonly isComplex: boolean
  /** (t, y, parameters, constants) ↦ dy/dt */
  readonly f: ClosedFunction
  /** Parameters; constants that were lifted out of the graph follow, and have no derivative. */
  readonly parameterCount: number
  readonly #pieces = new Map<Kind, Pieces>()

  constructor(f: ClosedFunction, parameterCount: number) {
    this.f = f
    this.parameterCount = parameterCount
    this.n = lengthOf(f.inputs[1])
    this.isComplex = f.inputs[1].dtype === 'complex128'
  }

  get value(): Program {
    return this.pieces('value').program
  }

  get vjp(): Program {
    return this.pieces('vjp').program
  }

  get jvp(): Program {
    return this.pieces('jvp').program
  }

  /** The field at these parameters and constants, with its early part done. */
  begin(values: readonly Tensor[]): RightHandSide {
    return this.f.isCostly ? new BegunField(this, values) : this
  }

  /** The early part of one program, and the program. */
  pieces(kind: Kind): Pieces {
    let pieces = this.#pieces.get(kind)
    if (pieces === undefined) this.#pieces.set(kind, (pieces = this.#divide(kind)))
    return pieces
  }

  #divide(kind: Kind): Pieces {
    const whole = this.#derived(kind)
    const { inputs } = this.f
    const further = whole.inputs.length - inputs.length
    const isLate = [...inputs.map((_, i) => i < 2), ...Array.from({ length: further }, () => true)]
    const { early, late } = whole.isCostly
      ? whole.split(isLate)
      : { early: undefined, late: whole.derive('early inputs first', () => reordered(whole.graph, isLate)) }
    const layout = layoutOf(this, kind, early?.outputs ?? [])
    return { early, program: late.program(layout) }
  }

  #derived(kind: Kind): ClosedFunction {
    const isParameter = this.f.inputs.map((_, i) => i >= 2 && i < 2 + this.parameterCount)
    const active = isParameter.map((flag, i) => flag || i === 1)
    if (kind === 'value') return this.f
    return kind === 'vjp' ? this.f.adjoint(active, [true]) : this.f.tangent(active)
  }
}

interface Pieces {
  readonly early: ClosedFunction | undefined
  readonly program: CompiledProgram
}

/** A field whose early parts were run on the values of one solve, each when its program is first asked for. */
class BegunField implements RightHandSide {
  readonly n: number
  readonly isComplex: boolean
  readonly #field: Field
  readonly #values: readonly Tensor[]
  readonly #programs = new Map<Kind, Program>()

  constructor(field: Field, values: readonly Tensor[]) {
    this.#field = field
    this.#values = values
    this.n = field.n
    this.isComplex = field.isComplex
  }

  get value(): Program {
    return this.#begun('value')
  }

  get vjp(): Program {
    return this.#begun('vjp')
  }

  get jvp(): Program {
    return this.#begun('jvp')
  }

  #begun(kind: Kind): Program {
    let begun = this.#programs.get(kind)
    if (begun === undefined) {
      const { early, program } = this.#field.pieces(kind)
      const residuals = early === undefined ? [] : early.runOnce(this.#values)
      const given = residuals.map((x): ProgramArgument => (x instanceof Float64Array ? x : [x]))
      const run: Program['run'] = given.length === 0 ? program.run : (...args) => program.run(...args, ...given)
      const { target, reason } = program
      this.#programs.set(kind, (begun = { run, target, ...(reason !== undefined && { reason }) }))
    }
    return begun
  }
}

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

/** How the programs take what they get: parameters and constants, residuals, then t, y, and what the derivatives need. */
function layoutOf({ f, parameterCount }: Field, kind: Kind, residuals: readonly TensorType[]): Layout {
  const rest = f.inputs.slice(2)
  const parameters = rest.slice(0, parameterCount)
  const names = residuals.map((_, i) => `r${i}`)
  const common = [
    ...offsets(rest).map((offset): Slot => ({ parameter: 'p', offset })),
    ...names.map((parameter): Slot => ({ parameter })),
    { parameter: 't', scalar: true },
    { parameter: 'y', start: 'yo' },
  ]
  const out = { parameter: 'out', start: 'oo' }
  switch (kind) {
    case 'value':
      return { parameters: ['t', 'y', 'yo', 'p', 'out', 'oo', ...names], inputs: common, outputs: [out] }
    case 'vjp':
      return {
        parameters: ['t', 'y', 'yo', 'p', 'w', 'wo', 'out', 'oo', 'g', ...names],
        inputs: [...common, { parameter: 'w', start: 'wo' }],
        outputs: [out, ...offsets(parameters).map((offset) => ({ parameter: 'g', offset, accumulate: true }))],
      }
    case 'jvp':
      return {
        parameters: ['t', 'y', 'yo', 'p', 'dy', 'dyo', 'dp', 'out', 'oo', ...names],
        inputs: [
          ...common,
          { parameter: 'dy', start: 'dyo' },
          ...offsets(parameters).map((offset) => ({ parameter: 'dp', offset })),
        ],
        outputs: [out],
      }
  }
}

/** Where each of these tensors starts when they stand one after the other. */
export function offsets(types: readonly TensorType[]): number[] {
  let next = 0
  return types.map((type) => {
    const offset = next
    next += lengthOf(type)
    return offset
  })
}

/** A field, and what it takes beyond the declared parameters: traced tensors caught in the closure, and lifted constants. */
export interface BoundField {
  readonly field: Field
  readonly captured: readonly Tensor[]
  readonly constants: readonly Tensor[]
}

/** Fields of closed functions, by the number of their parameters. */
const fields = new WeakMap<ClosedFunction, Map<number, Field>>()

function fieldOf(f: ClosedFunction, parameterCount: number): Field {
  let known = fields.get(f)
  if (known === undefined) fields.set(f, (known = new Map()))
  let field = known.get(parameterCount)
  if (field === undefined) known.set(parameterCount, (field = new Field(f, parameterCount)))
  return field
}

/**
 * Traces f once and compiles it. A new closure with the same graph finds the compiled field again; if only its constants differ
 * they become inputs, so a loop that makes a closure an iteration compiles at most twice.
 */
export function bindField(
  f: (t: Tensor, y: Tensor, parameters: readonly Tensor[]) => Tensor,
  state: TensorType,
  parameters: readonly TensorType[],
): BoundField {
  const time: TensorType = { shape: [], dtype: 'float64' }
  const open = graphOf(([t, y, ...rest]) => [fitState(f(t, y, rest), state)], [time, state, ...parameters])
  const { value, captured, constants } = closedFunction(open)
  return { field: fieldOf(value, parameters.length + captured.length), captured, constants }
}

function fitState(dy: Tensor, state: TensorType): Tensor {
  if (!sameShape(dy.shape, state.shape)) {
    throw new ShapeError(
      `solveIvp: the right-hand side must give the shape of y0, ${showShapeOf(state.shape)}, and gave ${showShapeOf(dy.shape)}. ` +
        'Return dy/dt for every component of y.',
    )
  }
  if (dy.dtype === 'complex128' && state.dtype === 'float64') {
    throw new DtypeError(
      `solveIvp: the right-hand side is complex, but y0 is real (${showType(state)}). Make y0 complex: complex(y0).`,
    )
  }
  return project(dy, state.dtype)
}

const showShapeOf = (shape: Shape): string => `[${shape.join(', ')}]`
