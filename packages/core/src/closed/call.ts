import { bindAll } from '../bind.ts'
import { definePrimitive } from '../define-primitive.ts'
import type { Target } from '../compile/graph/layout.ts'
import { tame, unboundedAtPoles } from '../finiteness.ts'
import { finitenessOfInputs } from '../finiteness-of.ts'
import { admit, staged, valueOf } from '../graph.ts'
import { lowerGraph } from '../lower.ts'
import type { Primitive } from '../primitive.ts'
import type { Tensor } from '../tensor.ts'
import { isActive, nonzero, spread, type Applicable } from './applicable.ts'
import { ClosedFunction } from './closed-function.ts'
import { LateFunction } from './late-function.ts'

/** How an application is compiled. */
export type CallOptions = {
  readonly target?: Target
}

type CallParams = {
  readonly f: ClosedFunction
  readonly options: CallOptions
  /** Which arguments were traced: no derivative is ever asked for the others. */
  readonly active: readonly boolean[]
  /** The first outputs of f are the results; the others are residuals, which `pullback` takes between arguments and cotangents. */
  readonly pullback: ClosedFunction | undefined
  readonly results: number
}

/** Applies a closed function as one node. */
const callP: Primitive<CallParams> = definePrimitive<CallParams>('call', {
  type: (_, { f }) => f.outputs,
  kernel: (args, { f, options }) => f.run(args, options.target),
  lower: (s, args, { params: { f } }) => lowerGraph(s, f.graph, args),
  inner: ({ f }) => f.graph,
  batch: (args, { batched, size, params: { f, options } }) => call(f.batched(batched, size), args, options),
  jvp: (args, tangents, _, { f, options }) => {
    const { flags, seeds } = nonzero(tangents)
    const isNumber = f.outputs.map(({ dtype }) => dtype !== 'opaque')
    const tangent = f.tangent(flags, finitenessOfInputs(args, seeds))
    return spread(isNumber, call(tangent, [...args, ...seeds], options), () => undefined)
  },
  vjp: (args, value, cotangents, { f, options, active, pullback, results }) => {
    const { flags, seeds } = nonzero(cotangents)
    const finiteness = f.relevant(finitenessOfInputs(args, seeds))
    const isPlain = finiteness === tame && !flags.some((seeded, i) => seeded && i >= results)
    const bars =
      pullback !== undefined && isPlain
        ? call(pullback, [...args, ...value.slice(results), ...cotangents.slice(0, results)], options)
        : call(f.adjoint(active, flags, finiteness), [...args, ...seeds], options)
    return spread(active, bars, () => undefined)
  },
})

/** Applies a function whose graph is not known yet. */
const callLateP: Primitive<{ readonly f: LateFunction }> = definePrimitive<{ readonly f: LateFunction }>('callLate', {
  type: (_, { f }) => f.outputs,
  kernel: (args, { f }) => f.apply(args).map(({ data }) => data),
  jvp: (args, tangents, _, { f }) => {
    const { flags, seeds } = nonzero(tangents)
    return call(f.tangent(flags), [...args, ...seeds])
  },
  finiteness: unboundedAtPoles,
  vjp: (args, _, cotangents, { f }) => {
    const active = args.map(({ dtype }) => dtype !== 'opaque')
    const { flags, seeds } = nonzero(cotangents)
    return spread(active, call(f.adjoint(active, flags), [...args, ...seeds]), () => undefined)
  },
})

/**
 * Applies a function to arguments of its types, as one node. A late function is written down at once where all arguments have
 * values. Where a derivative may follow and the function does something costly (a factorization, a solve), the node keeps
 * what its pullback needs of that.
 */
export function call(f: Applicable, args: readonly Tensor[], options: CallOptions = {}): readonly Tensor[] {
  const inputs = staged(args.map((x) => admit(x, 'call')))
  const isKnown = inputs.every((x) => valueOf(x) !== undefined)
  if (f instanceof LateFunction) return isKnown ? f.apply(inputs) : bindAll(callLateP, inputs, { f })
  if (!(f instanceof ClosedFunction)) throw new Error('call: expected a closed or a late function.')
  if (f.outputs.length === 0) return []
  const active = inputs.map(isActive)
  const results = f.outputs.length
  const keepsResiduals = isKnown && f.isCostly && active.includes(true)
  if (!keepsResiduals) return bindAll(callP, inputs, { f, options, active, pullback: undefined, results })
  const { forward, pullback } = f.valueAndPullback(active)
  return bindAll(callP, inputs, { f: forward, options, active, pullback, results }).slice(0, results)
}
