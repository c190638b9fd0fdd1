import { DtypeError, jvp, ShapeError, vjp, type Shape, type Tensor, type TensorType } from '@cad/core'
import {
  closeOver,
  compileGraph,
  evaluate,
  lengthOf,
  project,
  sameShape,
  showType,
  StructuralCache,
  graphOf,
  type CompiledProgram,
  type Graph,
  type Slot,
} from '@cad/core/compiler'

/**
 * The right-hand side y' = f(t, y, p) of one problem as compiled programs on flat arrays; p holds all parameters, one after
 * the other. The derivative programs are made when they are first asked for.
 */
export class Field {
  /** Numbers in the state. */
  readonly n: number
  readonly isComplex: boolean
  readonly graph: Graph
  /** Leading inputs that are parameters; constants that were lifted out of the graph follow, and have no derivative. */
  readonly parameterCount: number
  /** (t, y, yo, p, out, oo): out = f(t, y, p) */
  readonly value: CompiledProgram
  #vjp: CompiledProgram | undefined
  #jvp: CompiledProgram | undefined

  constructor(graph: Graph, parameterCount: number) {
    this.graph = graph
    this.parameterCount = parameterCount
    this.n = lengthOf(graph.inputs[1])
    this.isComplex = graph.inputs[1].dtype === 'complex128'
    this.value = compileGraph(graph, {
      parameters: ['t', 'y', 'yo', 'p', 'out', 'oo'],
      inputs: this.#inputSlots(),
      outputs: [{ parameter: 'out', start: 'oo' }],
    })
  }

  /** (t, y, yo, p, w, wo, out, oo, g): out = f_y⋆ w and g += f_p⋆ w, adjoints under Re⟨a, b⟩ */
  get vjp(): CompiledProgram {
    const { graph, parameterCount: m } = this
    const [, y, ...rest] = graph.inputs
    this.#vjp ??= compileGraph(
      graphOf(
        ([t, state, ...others]) => {
          const f = (x: readonly Tensor[]): Tensor =>
            evaluate(graph, [t, x[0], ...x.slice(1), ...others.slice(m, rest.length)])[0]
          return vjp(f)([state, ...others.slice(0, m)]).pullback(others[rest.length])
        },
        [...graph.inputs, y],
      ),
      {
        parameters: ['t', 'y', 'yo', 'p', 'w', 'wo', 'out', 'oo', 'g'],
        inputs: [...this.#inputSlots(), { parameter: 'w', start: 'wo' }],
        outputs: [
          { parameter: 'out', start: 'oo' },
          ...offsets(rest.slice(0, m)).map((offset) => ({ parameter: 'g', offset, accumulate: true })),
        ],
      },
    )
    return this.#vjp
  }

  /** (t, y, yo, p, dy, dyo, dp, out, oo): out = f_y dy + f_p dp */
  get jvp(): CompiledProgram {
    const { graph, parameterCount: m } = this
    const [, y, ...rest] = graph.inputs
    const parameters = rest.slice(0, m)
    this.#jvp ??= compileGraph(
      graphOf(
        ([t, state, ...others]) => {
          const f = (x: readonly Tensor[]): Tensor =>
            evaluate(graph, [t, x[0], ...x.slice(1), ...others.slice(m, rest.length)])[0]
          const [stateDot, ...parameterDots] = others.slice(rest.length)
          return [jvp(f)([state, ...others.slice(0, m)], [stateDot, ...parameterDots]).tangent]
        },
        [...graph.inputs, y, ...parameters],
      ),
      {
        parameters: ['t', 'y', 'yo', 'p', 'dy', 'dyo', 'dp', 'out', 'oo'],
        inputs: [
          ...this.#inputSlots(),
          { parameter: 'dy', start: 'dyo' },
          ...offsets(parameters).map((offset) => ({ parameter: 'dp', offset })),
        ],
        outputs: [{ parameter: 'out', start: 'oo' }],
      },
    )
    return this.#jvp
  }

  #inputSlots(): Slot[] {
    return [
      { parameter: 't', scalar: true },
      { parameter: 'y', start: 'yo' },
      ...offsets(this.graph.inputs.slice(2)).map((offset) => ({ parameter: 'p', offset })),
    ]
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

/** Compiled right-hand sides by the skeletons of their graphs. */
const fields = new StructuralCache<Field>(64)

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
  const graph = closeOver(open)
  const count = parameters.length + open.captured.length
  const { value, constants } = fields.find(graph, (found) => new Field(found, count))
  return { field: value, captured: open.captured, constants }
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
