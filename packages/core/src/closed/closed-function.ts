import { compileGraph, type CompileOptions } from '../compile/program.ts'
import {
  plainLayout,
  type CompiledProgram,
  type Holder,
  type Layout,
  type ProgramArgument,
  type Target,
} from '../compile/graph/layout.ts'
import { splitGraph } from '../compile/graph/split.ts'
import { relevantTo, tame, type Finiteness } from '../finiteness.ts'
import { finitenessOfGraph } from '../finiteness-of.ts'
import { keyOf } from '../identity.ts'
import type { Graph, KernelOutput } from '../primitive.ts'
import { firstUnlowerable } from '../lower.ts'
import { lengthOf, Opaque, type Tensor, type TensorType } from '../tensor.ts'
import { closeOver, evaluate, graphOf } from '../trace.ts'
import { batchGraph } from '../transformations/batch.ts'
import { typeOf, type Applicable } from './applicable.ts'
import { adjointGraph, tangentGraph } from './derived-graphs.ts'
import { withHandlesMade } from './skeleton.ts'
import { StructuralCache } from './structural-cache.ts'

/**
 * A closed graph, what is derived from it, and its programs, each made when it is first asked for. Functions of equal structure are
 * one object, so that it may stand in the params of a node.
 */
export class ClosedFunction implements Applicable {
  readonly interned: symbol = Symbol('closed function')
  readonly graph: Graph
  readonly inputs: readonly TensorType[]
  readonly outputs: readonly TensorType[]
  readonly #programs = new Map<string, CompiledProgram>()
  /** Those for arrays of their own, by target. */
  readonly #plain = new Map<Target | undefined, CompiledProgram>()
  readonly #derived = new Map<string, ClosedFunction>()
  readonly #named = new Map<string, CompiledProgram>()
  #isCostly: boolean | undefined

  /** @param graph without captured tensors. */
  constructor(graph: Graph) {
    this.graph = graph
    this.inputs = graph.inputs.map(typeOf)
    this.outputs = graph.outputs.map(typeOf)
  }

  /** The program for data laid out like this; by default each input and output in an array of its own. */
  program(layout?: Layout, options: CompileOptions = {}): CompiledProgram {
    const key = keyOf([layout, options])
    let program = this.#programs.get(key)
    if (program === undefined)
      this.#programs.set(key, (program = compileGraph(this.graph, layout ?? plainLayout(this.graph), options)))
    return program
  }

  /** What it gives for these arguments. */
  run(args: readonly Tensor[], target?: Target): KernelOutput[] {
    let program = this.#plain.get(target)
    if (program === undefined)
      this.#plain.set(target, (program = this.program(undefined, { ...(target && { target }) })))
    const given = args.map((x): ProgramArgument => (x.dtype === 'opaque' ? ([x] as Holder) : x.data))
    const results = this.outputs.map((type) =>
      type.dtype === 'opaque' ? ([] as Holder) : new Float64Array(lengthOf(type)),
    )
    program.run(...given, ...results)
    return results.map((result) => (result instanceof Float64Array ? result : result[0]))
  }

  /** Whether all of it can be unrolled; what cannot is costly (a factorization, a solver, a loop). */
  get isCostly(): boolean {
    return (this.#isCostly ??= firstUnlowerable(this.graph) !== undefined)
  }

  /** `run`, but what is costly goes by the kernels on these very tensors: a factorization of one of them is then known again. */
  runOnce(args: readonly Tensor[]): KernelOutput[] {
    if (!this.isCostly) return this.run(args)
    return evaluate(this.graph, args).map((x) => (x instanceof Opaque ? x : x.data))
  }

  tangent(active: readonly boolean[], inputs: Finiteness = tame): ClosedFunction {
    const own = this.relevant(inputs)
    return this.derive(`tangent ${active.join()} ${own}`, () => tangentGraph(this.graph, active, own))
  }

  adjoint(active: readonly boolean[], seeded: readonly boolean[], inputs: Finiteness = tame): ClosedFunction {
    const own = this.relevant(inputs)
    return this.derive(`adjoint ${active.join()} ${seeded.join()} ${own}`, () =>
      adjointGraph(this.graph, active, seeded, own),
    )
  }

  /** What of this matters to its derivatives, if it is known of arguments and seeds. */
  relevant(seeds: Finiteness): Finiteness {
    return seeds === tame ? tame : relevantTo(finitenessOfGraph(this.graph), seeds)
  }

  /** For `size` examples: the flagged inputs have them along a first axis, and so have the outputs, all unless it is said which. */
  batched(
    flags: readonly boolean[],
    size: number,
    results: readonly boolean[] = this.outputs.map(() => true),
  ): ClosedFunction {
    return this.derive(`batched ${flags.join()} ${size} ${results.join()}`, () => {
      const types = this.inputs.map((type, i) => (flags[i] ? { ...type, shape: [size, ...type.shape] } : type))
      return batchGraph(this.graph, types, { batched: flags, size, results })
    })
  }

  /** The part that depends on early inputs alone, and the rest; see `splitGraph`. */
  split(late: readonly boolean[]): { readonly early: ClosedFunction; readonly late: ClosedFunction } {
    const name = `split ${late.join()}`
    return {
      early: this.derive(`${name} early`, () => splitGraph(this.graph, late).early),
      late: this.derive(`${name} late`, () => splitGraph(this.graph, late).late),
    }
  }

  /**
   * Value and pullback in one pass: (args) ↦ (outputs, residuals), and (args, residuals, cotangents of all outputs) ↦ cotangents of
   * the active args. Residuals are what is costly in the pullback and depends on the arguments alone.
   */
  valueAndPullback(active: readonly boolean[]): {
    readonly forward: ClosedFunction
    readonly pullback: ClosedFunction
  } {
    const adjoint = this.adjoint(
      active,
      this.outputs.map(() => true),
    )
    const { early, late } = adjoint.split(adjoint.inputs.map((_, i) => i >= this.inputs.length))
    const forward = this.derive(`forward ${active.join()}`, () =>
      graphOf((args) => [...evaluate(this.graph, args), ...evaluate(early.graph, args)], this.inputs),
    )
    return { forward, pullback: late }
  }

  /** The function of this name that is made of this one, once. */
  derive(name: string, make: () => Graph): ClosedFunction {
    let derived = this.#derived.get(name)
    if (derived === undefined) this.#derived.set(name, (derived = new ClosedFunction(make())))
    return derived
  }

  /** `program`, with a name for its layout, which is then not made again. */
  programFor(name: string, layout: () => Layout): CompiledProgram {
    let program = this.#named.get(name)
    if (program === undefined) this.#named.set(name, (program = this.program(layout())))
    return program
  }

  /** Gives back the memory of all its programs; what runs again takes it anew. */
  release(): void {
    for (const program of this.#programs.values()) program.release?.()
    for (const derived of this.#derived.values()) derived.release()
  }
}

/** Functions of all kinds (jitted ones, bodies, branches, right-hand sides) that are kept for their next user. */
const mostFunctions = 512

const known = new StructuralCache<ClosedFunction>(mostFunctions)

/** A function, and the arguments that it takes beyond those of the graph it was made of. */
export interface Closed {
  readonly value: ClosedFunction
  /** Traced tensors that the graph caught, */
  readonly captured: readonly Tensor[]
  /** and constants that differ from the ones it was first made with. */
  readonly constants: readonly Tensor[]
}

/** The closed function of a graph: inputs, then what it caught, then constants. */
export function closedFunction(graph: Graph): Closed {
  const { captured } = graph
  return { ...known.find(withHandlesMade(closeOver(graph)), (found) => new ClosedFunction(found)), captured }
}
