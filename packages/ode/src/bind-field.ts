import { complex, ShapeError, toTensor, type Tensor, type TensorType } from '@cad/core'
import {
  closedFunction,
  evaluate,
  flatten,
  graphOf,
  jittedEntry,
  project,
  sameShape,
  sameType,
  showShape,
  showStructure,
  unflatten,
  type ClosedFunction,
  type Structure,
} from '@cad/core/compiler'
import { Field, type Kind } from './field.ts'

/** A tree by its leaves. */
export interface TypedTree {
  readonly types: readonly TensorType[]
  readonly structure: Structure
}

/** A right-hand side as it is handed in: a function of trees, or a compiled one. */
export interface RightHandSide {
  readonly kind: Kind
  readonly f: (t: Tensor, y: never, parameters: never) => unknown
  readonly state: TypedTree
  /** Undefined where f takes none. */
  readonly parameters: TypedTree | undefined
}

/** A field, and what it takes beyond the declared parameters: traced tensors caught in the closure, and lifted constants. */
export interface BoundField {
  readonly field: Field
  readonly captured: readonly Tensor[]
  readonly constants: readonly Tensor[]
}

/** Slopes of real leaves that are complex: these leaves must be, too. */
class ComplexSlope extends Error {
  readonly isComplex: readonly boolean[]

  constructor(isComplex: readonly boolean[]) {
    super('a right-hand side is complex where the state is real')
    this.isComplex = isComplex
  }
}

/** `bindField` for a state that is made complex where its slope is; the leaves come back as they must be. */
export function bindWithPromotion(
  side: Omit<RightHandSide, 'state'>,
  { leaves, structure }: { readonly leaves: readonly Tensor[]; readonly structure: Structure },
): BoundField & { readonly leaves: readonly Tensor[] } {
  try {
    return { ...bindField({ ...side, state: { types: leaves, structure } }), leaves }
  } catch (error) {
    if (!(error instanceof ComplexSlope)) throw error
    const promoted = leaves.map((leaf, i) => (error.isComplex[i] ? complex(leaf) : leaf))
    return bindWithPromotion(side, { leaves: promoted, structure })
  }
}

const time: TensorType = { shape: [], dtype: 'float64' }

/**
 * Traces f once and compiles it. A new closure with the same graph finds the compiled field again; if only its constants differ
 * they become inputs, so a loop that makes a closure an iteration compiles at most twice. A jitted function is not even traced
 * again.
 */
export function bindField(side: RightHandSide): BoundField {
  const { f, kind, state, parameters } = side
  const known = lastBound.get(f)
  if (known !== undefined && isSameSide(known.side, side)) return known.bound
  const compiled = jittedEntry(f, argumentsOf(side), [time, ...state.types, ...(parameters?.types ?? [])])
  const given = parameters?.types.length ?? 0
  if (compiled !== undefined) {
    const { extra, capturedCount, structure } = compiled
    const field = fieldOf(kind, fitted(compiled.f, structure, state), given + capturedCount)
    const bound = { field, captured: extra.slice(0, capturedCount), constants: extra.slice(capturedCount) }
    // What was caught lives only as long as the transformation around it.
    if (capturedCount === 0) lastBound.set(f, { side: typesOnly(side), bound })
    return bound
  }
  const open = graphOf(
    ([t, ...rest]) => {
      const [y, p] = [rest.slice(0, state.types.length), rest.slice(state.types.length)]
      const slope = (f as (...args: unknown[]) => unknown)(
        t,
        unflatten(state.structure, y),
        parameters && unflatten(parameters.structure, p),
      )
      return fit(state, flatten(slope, 'solveIvp'))
    },
    [time, ...state.types, ...(parameters?.types ?? [])],
  )
  const { value, captured, constants } = closedFunction(open)
  return { field: fieldOf(kind, value, given + captured.length), captured, constants }
}

/** What a compiled right-hand side was bound to last: a fit asks for the same each time. */
const lastBound = new WeakMap<object, { readonly side: RightHandSide; readonly bound: BoundField }>()

/** Without the numbers, which would else be kept. */
function typesOnly({ state, parameters, ...side }: RightHandSide): RightHandSide {
  const only = ({ types, structure }: TypedTree): TypedTree => ({
    types: types.map(({ shape, dtype }) => ({ shape, dtype })),
    structure,
  })
  return { ...side, state: only(state), parameters: parameters && only(parameters) }
}

const isSameSide = (a: RightHandSide, b: RightHandSide): boolean =>
  a.kind === b.kind && isSameTree(a.state, b.state) && isSameTree(a.parameters, b.parameters)

function isSameTree(a: TypedTree | undefined, b: TypedTree | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (a.types.length !== b.types.length || !a.types.every((type, i) => sameType(type, b.types[i]))) return false
  return (a.structure.kind === 'leaf' && b.structure.kind === 'leaf') || showStructure(a.structure) === showStructure(b.structure) // prettier-ignore
}

/** The list of arguments that f is called with. */
function argumentsOf({ state, parameters }: RightHandSide): Structure {
  const leaf: Structure = { kind: 'leaf' }
  const items = [leaf, state.structure, ...(parameters === undefined ? [] : [parameters.structure])]
  return { kind: 'list', items }
}

/** A compiled right-hand side with slopes that are of the types of the state. */
function fitted(f: ClosedFunction, structure: Structure, state: TypedTree): ClosedFunction {
  const fits = structure.kind === state.structure.kind && f.outputs.length === state.types.length
  if (fits && f.outputs.every((type, i) => sameType(type, state.types[i]))) return f
  return f.derive('slopes that fit the state', () =>
    graphOf((inputs) => fit(state, { leaves: evaluate(f.graph, inputs), structure }), f.inputs),
  )
}

/** Fields of closed functions, by kind and the number of their parameters. */
const fields = new WeakMap<ClosedFunction, Map<string, Field>>()

function fieldOf(kind: Kind, f: ClosedFunction, parameterCount: number): Field {
  let known = fields.get(f)
  if (known === undefined) fields.set(f, (known = new Map()))
  const key = `${kind} ${parameterCount}`
  let field = known.get(key)
  if (field === undefined) known.set(key, (field = new Field(kind, f, parameterCount)))
  return field
}

/** The leaves of dy/dt, of the types of those of y: a real slope of a complex state is made complex. */
function fit(
  { types, structure }: TypedTree,
  slope: { readonly leaves: readonly Tensor[]; readonly structure: Structure },
): readonly Tensor[] {
  const [expected, found] = [showStructure(structure), showStructure(slope.structure)]
  if (expected !== found) {
    throw new ShapeError(
      `solveIvp: the right-hand side must give a tree like y0, ${expected}, and gave ${found}. ` +
        'Return dy/dt for every part of y, in the same order.',
    )
  }
  const isComplex = slope.leaves.map(({ dtype }, i) => dtype === 'complex128' && types[i].dtype === 'float64')
  if (isComplex.includes(true)) throw new ComplexSlope(isComplex)
  return slope.leaves.map((dy, i) => fitLeaf(toTensor(dy, 'solveIvp'), types[i]))
}

function fitLeaf(dy: Tensor, state: TensorType): Tensor {
  if (!sameShape(dy.shape, state.shape)) {
    throw new ShapeError(
      `solveIvp: the right-hand side must give the shape of y0, ${showShape(state.shape)}, and gave ${showShape(dy.shape)}. ` +
        'Return dy/dt for every component of y.',
    )
  }
  return project(dy, state.dtype)
}
