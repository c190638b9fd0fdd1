/** What the code of an operation says of its derivatives: formulas, slopes at zero, second order, compiled form, batches. */
import { checkRule, complex, jvp, vjp, zeros, ones, type Tensor, type TensorLike } from '@cad/core'
import { flatten, graphOf, type Graph } from '@cad/core/compiler'
import type { FunctionCase, Operation, Row, ZeroPoint } from '@cad/testing'
import { formulaOf, numberText } from './formula.ts'
import { defect } from './page.ts'

type Node = Graph['nodes'][number]

/** An operation at its point. */
export type Subject = {
  readonly apply: Operation
  readonly args: readonly Tensor[]
  /** Of its tensor arguments. */
  readonly names: readonly string[]
  readonly graph: Graph
  /** The nodes that compute: without those that only give a result its shape. */
  readonly nodes: readonly Node[]
}

const only = (x: TensorLike): Tensor => flatten(x, 'operations').leaves[0]
const listOf = (y: TensorLike | readonly TensorLike[]): Tensor[] => flatten(y, 'operations').leaves

export function subjectOf({ f, row, variants }: FunctionCase, parameters: readonly string[]): Subject {
  const [first] = Object.values(variants)
  const { f: apply = f, args, names }: Row = row ?? ('args' in first ? first : { args: first })
  const point = args.map(only)
  const graph = graphOf((own) => listOf(apply(...own)), point)
  const nodes = graph.nodes.filter(({ primitive }) => primitive.name !== 'copy')
  const computing = nodes.filter(({ primitive }) => primitive.name !== 'reshape')
  return { apply, args: point, names: names ?? parameters, graph, nodes: computing.length > 0 ? computing : nodes }
}

/** A product with a constant and a quotient by one are linear too. */
const isLinear = ({ primitive: { name, rule }, inputs }: Node): boolean =>
  rule.form === 'linear' ||
  (name === 'mul' && inputs.some((x) => !x.isTraced)) ||
  (name === 'div' && !inputs[1].isTraced)

/** A conjugate variable or a cotangent: z̄. */
const bar = (name: string): string => `${name}\u0304`

/** The two Wirtinger partials, the adjoint, or which primitives it is composed of. `used` collects helpers named in formulas. */
export function derivativeOf(
  subject: Subject,
  used: Set<string>,
  derivationOf: (primitive: string) => readonly string[],
): string {
  const { nodes, graph } = subject
  const names = [...new Set(nodes.map(({ primitive }) => primitive.name))]
  if (nodes.every(isLinear)) {
    const adjoint = adjointOf(subject, used)
    return nodes.length === 1 ? adjoint : `${adjoint}; composed of ${names.join(', ')}`
  }
  if (graph.nodes.length > 1 && (nodes.length > 1 || nodes[0].primitive.rule.form === 'elementwise'))
    return `composed of ${[...new Set(graph.nodes.map(({ primitive }) => primitive.name))].join(', ')}`
  const [node] = nodes
  if (node.primitive.rule.form === 'elementwise') return partialsOf(node, subject, used)
  return [`jvp and vjp of ${node.primitive.name}`, ...derivationOf(node.primitive.name)].join('; ')
}

function partialsOf(
  { primitive, inputs, params, outputs }: Node,
  { graph, names }: Subject,
  used: Set<string>,
): string {
  const { rule } = primitive
  if (rule.form !== 'elementwise') throw new Error(`${primitive.name} has no partials.`)
  const order = inputs.map((x) => names[graph.inputs.indexOf(x)] ?? '')
  let known: { readonly name: string; readonly value: Tensor }[] = []
  const symbols = new Map<Tensor, string>()
  const traced = graphOf(
    (own) => {
      const args = own.slice(0, -1)
      const found = rule.partials(args, own.at(-1)!, params)
      own.forEach((x, i) => symbols.set(x, order[i] ?? 'w'))
      known = [found]
        .flat()
        .flatMap(({ dz, dzbar }, i) => [
          ...(dz ? [{ name: order[i], value: dz }] : []),
          ...(dzbar ? [{ name: bar(order[i]), value: dzbar }] : []),
        ])
      return known.map(({ value }) => value)
    },
    [...inputs, outputs[0]],
  )
  const written = known.map(({ name }, i) => `∂w/∂${name} = ${formulaOf(traced.outputs[i], symbols, used)}`)
  const isReal = inputs.every(({ dtype }) => dtype === 'float64')
  const all = isReal ? order : order.flatMap((name) => [name, bar(name)])
  const missing = all.filter((name) => !known.some((partial) => partial.name === name)).map((name) => `∂w/∂${name}`)
  return [...written, ...(missing.length > 0 ? [`${missing.join(' = ')} = 0`] : [])].join(', ')
}

function adjointOf({ apply, args, names, graph, nodes }: Subject, used: Set<string>): string {
  const symbols = new Map<Tensor, string>()
  const pulled = graphOf((cotangents) => {
    cotangents.forEach((x, i) => symbols.set(x, `w\u0304${cotangents.length > 1 ? '₀₁₂₃'[i] : ''}`))
    const [node] = nodes
    const { rule } = node.primitive
    if (nodes.length === 1 && graph.nodes.length === 1 && rule.form === 'linear') {
      const found = [rule.adjoint(cotangents[0], { args: node.inputs, params: node.params })].flat()
      return found.map((part, i) => (typeof part === 'function' ? part() : part) ?? zeros(node.inputs[i].shape))
    }
    return vjp((own: readonly Tensor[]) => listOf(apply(...own)))(args).pullback([...cotangents])
  }, graph.outputs)
  return pulled.outputs.map((part, i) => `${bar(names[i])} = ${formulaOf(part, symbols, used)}`).join(', ')
}

/** The slope along 1 at zero, at each point that is named. */
export function slopesAtZero(subject: Subject, points: readonly ZeroPoint[] | undefined): string {
  const { nodes, args, names, apply } = subject
  if (points !== undefined) return points.map((point) => labelled(point, slopeAt(apply, point))).join('; ')
  if (nodes.every(isLinear)) return 'linear'
  if (nodes.some(({ primitive }) => primitive.rule.form === 'elementwise') && args.every(({ size }) => size === 1))
    return args
      .map((_, along) => ({
        at: args.map((x, i) => numberLike(x, i === along ? 0 : 1)),
        along,
        label: args.length > 1 ? `${names[along]} = 0` : '',
      })) // prettier-ignore
      .map((point) => labelled(point, slopeAt(apply, point)))
      .join('; ')
  const origin = args.map((x) => zeros(x.shape, { dtype: x.dtype === 'complex128' ? x.dtype : 'float64' }))
  return slopeAt(apply, { at: origin, along: 0, label: '' })
}

const numberLike = ({ dtype }: Tensor, value: number): TensorLike => (dtype === 'complex128' ? complex(value) : value)

const labelled = ({ label }: ZeroPoint, slope: string): string => (label === '' ? slope : `${label}: ${slope}`)

function slopeAt(apply: Operation, { at, along }: ZeroPoint): string {
  const point = at.map(only)
  const x = point[along]
  const slope = jvp((own: Tensor) => listOf(apply(...point.with(along, own))))
  try {
    const tangent = slope(x, ones(x.shape)).tangent
    const texts = [...new Set(tangent.flatMap((part) => elementsOf(part).map(numberText)))]
    const shown = texts.length === 1 ? texts[0] : `(${texts.join(', ')})`
    if (!shown.includes('∞')) return shown
    const still = slope(x, zeros(x.shape)).tangent.every((part) => part.data.every((value) => value === 0))
    return `${shown}${still ? ', 0 for the seed 0' : ', NaN for the seed 0'}`
  } catch (error) {
    return firstWords(error)
  }
}

const elementsOf = (x: Tensor): ReturnType<Tensor['item']>[] => {
  const width = x.dtype === 'complex128' ? 2 : 1
  return Array.from({ length: x.size }, (_, i) =>
    width === 1 ? x.data[i] : { re: x.data[2 * i], im: x.data[2 * i + 1] },
  )
}

/** ✓ and the largest defect that `checkRule` finds at order 2, as the power of ten above it; or what it says. */
export function secondOrder({ apply, args }: Subject, onPurpose: string | undefined): string {
  try {
    const { identity, difference, linearity, units, embedding, symmetry } = checkRule(apply, args)
    return defect(Math.max(identity, difference, linearity, units, embedding, symmetry))
  } catch (error) {
    return `✗ ${firstWords(error)}${onPurpose === undefined ? '' : ` (on purpose: ${onPurpose})`}`
  }
}

const firstWords = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split(/[.;,]/)[0]

/** Whether it becomes scalar code, or which of its primitives run by their kernels. */
export function compiledForm({ nodes }: Subject): string {
  const kernels = nodes.filter(({ primitive }) => primitive.lower === undefined).map(({ primitive }) => primitive.name)
  return kernels.length === 0 ? 'compiled' : `kernel ${[...new Set(kernels)].join(', ')}`
}

/** Whether `vmap` applies it to all examples at once. */
export function batchForm({ nodes }: Subject): string {
  const single = nodes.filter(({ primitive: { batch, formula } }) => batch === undefined && formula === undefined)
  return single.length === 0 ? 'at once' : 'one by one'
}
