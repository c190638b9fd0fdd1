import {
  abs,
  abs2,
  acosh,
  add,
  asin,
  at,
  atanh,
  clip,
  complex,
  conj,
  div,
  exp,
  foriLoop,
  imag,
  jit,
  jvp,
  less,
  log,
  matmul,
  maximum,
  minimum,
  mul,
  norm,
  pow,
  real,
  reciprocal,
  reshape,
  sign,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  tanh,
  tensor,
  vjp,
  where,
  type Complex,
} from '@cad/core'
import fc from 'fast-check'
import { bindAll } from '../src/bind.ts'
import type { Graph } from '../src/primitive.ts'
import { sameType, Tensor } from '../src/tensor.ts'
import { graphOf } from '../src/trace.ts'
import { everyWay } from './compile/every-way.ts'

type Operation = (x: Tensor, y: Tensor) => Tensor

const mask = tensor([0, 1, 1])
const matrix = tensor([
  [0, 1, 0],
  [0, 0, 0],
  [2, 0, -1],
])

/** What is infinite, or has an infinite slope, somewhere among the points. */
const poles: Record<string, Operation> = {
  sqrt: (x) => sqrt(x),
  'sqrt of a complex number': (x) => sqrt(complex(real(x), imag(x))),
  log: (x) => log(x),
  'log|x|': (x) => log(abs(x)),
  asin: (x) => asin(x),
  acosh: (x) => acosh(x),
  'acosh of a complex number': (x) => acosh(complex(real(x), imag(x))),
  atanh: (x) => atanh(x),
  'x^½': (x) => pow(x, 0.5),
  'x^⅓ of abs2': (x) => pow(abs2(x), 1 / 3),
  'x^y': (x, y) => pow(abs(x), real(y)),
  'x⁻¹': (x) => pow(x, -1),
  reciprocal: (x) => reciprocal(x),
  div: (x, y) => div(x, y),
  'exp(300 x)': (x) => exp(mul(300, real(x))),
  'tanh(800 x)': (x) => tanh(mul(800, x)),
}

/** What has zero slopes, kinks and zeros, or hides what it is given. */
const zeros: Record<string, Operation> = {
  'maximum with 0': (x) => maximum(real(x), 0),
  maximum: (x, y) => maximum(real(x), real(y)),
  minimum: (x, y) => minimum(real(x), imag(y)),
  clip: (x) => clip(real(x), -1, 1),
  abs2: (x) => abs2(x),
  abs: (x) => abs(x),
  square: (x) => square(x),
  masked: (x) => mul(x, mask),
  'a row of zeros': (x) => reshape(matmul(matrix, reshape(x, [3, 1])), [3]),
  sign: (x) => sign(x),
  'where x < y': (x, y) => where(less(real(x), real(y)), x, y),
  '1/(1 + x)': (x) => reciprocal(add(1, x)),
  'first two': (x) => stack([at(x, 0), at(x, 1), at(x, 0)]),
  norm: (x) => mul(norm(x), mask),
  'a part': (x) => complex(real(x), mul(mask, real(x))),
}

const smooth: Record<string, Operation> = {
  add: (x, y) => add(x, y),
  sub: (x, y) => sub(x, y),
  mul: (x, y) => mul(x, y),
  half: (x) => mul(0.5, x),
  conj: (x) => conj(x),
  reversed: (x) => slice(x, { step: -1 }),
  turned: (x) => mul(x, complex(0, 1)),
  total: (x) => mul(sum(x), tensor([1, 0, 0.25])),
}

const operations = { ...poles, ...zeros, ...smooth }
const anyName = fc.oneof(...[poles, zeros, smooth].map((table) => fc.constantFrom(...Object.keys(table))))

/** Among these products and squares are exact, so that kinks and poles are met to the last bit. */
const part = fc.constantFrom(0, 0, 1, -1, 0.5, -0.5, 2, -2)
const numbers = fc.array(part, { minLength: 6, maxLength: 6 })

/** Operations with the two tensors that they take, and two inputs. */
interface PoleProgram {
  readonly steps: readonly (readonly [name: string, first: number, second: number])[]
  readonly inputs: readonly { readonly parts: readonly number[]; readonly isComplex: boolean }[]
}

export const anyPoleProgram: fc.Arbitrary<PoleProgram> = fc.record({
  steps: fc.array(fc.tuple(anyName, fc.nat(20), fc.nat(20)), { minLength: 2, maxLength: 7 }),
  inputs: fc.array(fc.record({ parts: numbers, isComplex: fc.boolean() }), { minLength: 2, maxLength: 2 }),
})

const vector = (parts: readonly number[], isComplex: boolean): Tensor =>
  tensor([0, 1, 2].map((i): number | Complex => (isComplex ? { re: parts[i], im: parts[i + 3] } : parts[i])))

/** The inputs, and what each step gives. */
function poolOf(steps: PoleProgram['steps'], inputs: readonly Tensor[]): Tensor[] {
  const pool = [...inputs]
  const pick = (i: number): Tensor => pool[pool.length - 1 - (i % Math.min(pool.length, 3))]
  for (const [name, first, second] of steps) pool.push(operations[name](pick(first), pick(second)))
  return pool
}

const functionOf =
  (steps: PoleProgram['steps']) =>
  (inputs: readonly Tensor[]): Tensor =>
    poolOf(steps, inputs).at(-1)!

type Apply = (inputs: readonly Tensor[]) => Tensor

/** f at a point, with a tangent for each input and a cotangent of the value. */
interface Case {
  readonly f: Apply
  readonly args: readonly Tensor[]
  readonly given: readonly Tensor[]
}

function caseOf(program: PoleProgram): Case {
  const f = functionOf(program.steps)
  const args = program.inputs.map(({ parts, isComplex }) => vector(parts, isComplex))
  const along = program.inputs.map(({ isComplex }, i) =>
    vector(
      [1, -2, 0.5, 0.25, 1, 3].map((x) => x + i),
      isComplex,
    ),
  )
  const bar = vector([1, 0.5, -2, 1, -1, 0.25], f(args).dtype === 'complex128')
  return { f, args, given: [...args, ...along, bar] }
}

/** Value, tangent and cotangents. */
const derivativesOf =
  (f: Apply) =>
  ([a, b, aDot, bDot, w]: readonly Tensor[]): Tensor[] => {
    const { value, pullback } = vjp((x: readonly Tensor[]) => f(x))([a, b])
    return [value, jvp((x: readonly Tensor[]) => f(x))([a, b], [aDot, bDot]).tangent, ...pullback(w)]
  }

/** Where compiled code gives something else than eager operations, though value and derivative are finite there. */
interface Comparison {
  /** Whether there was anything to compare. */
  readonly isFinite: boolean
  readonly wrong: readonly string[]
}

const nothing: Comparison = { isFinite: false, wrong: [] }

/** All of a program in one, on every target. */
function comparedWhole(program: PoleProgram): Comparison {
  const { f, given } = caseOf(program)
  const all = derivativesOf(f)
  const expected = all(given)
  if (!expected[0].data.every(Number.isFinite)) return nothing
  const graph = graphOf(all, given)
  const wrong = everyWay(graph).flatMap(({ name, run }) =>
    differences(run(given.map(({ data }) => data)), expected).map((what) => `${name}, ${what}`),
  )
  return { isFinite: true, wrong: wrong.length > 0 && dependsOnSignsOfZeros(graph, given) ? [] : wrong }
}

/** The first half of a program as a compiled function, and the rest, which seeds its derivatives, eager. */
function comparedInHalves({ steps, inputs }: PoleProgram): Comparison {
  const { f, given } = caseOf({ steps, inputs })
  const middle = Math.ceil(steps.length / 2)
  const first = jit((x: readonly Tensor[]) => poolOf(steps.slice(0, middle), x).slice(-3))
  const halves: Apply = (x) => functionOf(steps.slice(middle))(first(x))
  return compared(f, halves, given)
}

/** Three turns of a program whose result is like its first input, as a loop and one after the other. */
function comparedLooped(program: PoleProgram): Comparison {
  const { f, args, given } = caseOf(program)
  if (!sameType(f(args), args[0])) return nothing
  const looped: Apply = ([a, b]) => foriLoop(0, 3, (_, x) => f([x, b]), a)
  const oneByOne: Apply = ([a, b]) => [0, 1, 2].reduce((x) => f([x, b]), a)
  return compared(oneByOne, looped, given)
}

function compared(f: Apply, other: Apply, given: readonly Tensor[]): Comparison {
  const expected = derivativesOf(f)(given)
  if (!expected[0].data.every(Number.isFinite)) return nothing
  const found = derivativesOf(other)(given).map(({ data }) => data)
  const wrong = differences(found, expected)
  const graph = (): Graph => graphOf(derivativesOf(f), given)
  return { isFinite: true, wrong: wrong.length > 0 && dependsOnSignsOfZeros(graph(), given) ? [] : wrong }
}

/** Zeros by structure have no sign in compiled code, so programs that ask for it (at 1/0, on a branch cut) say nothing. */
function dependsOnSignsOfZeros(graph: Graph, given: readonly Tensor[]): boolean {
  const [plus, minus] = [0, -0].map((zero) => evaluatedWithZeros(graph, given, zero))
  return (
    differences(
      plus,
      minus.map((data, i) => new Tensor(graph.outputs[i].shape, graph.outputs[i].dtype, data)),
    ).length > 0
  )
}

function evaluatedWithZeros(graph: Graph, given: readonly Tensor[], zero: number): Float64Array[] {
  const signed = ({ shape, dtype, data }: Tensor): Tensor =>
    new Tensor(
      shape,
      dtype,
      data.map((x) => (x === 0 ? zero : x)),
    )
  const values = new Map<Tensor, Tensor>(graph.inputs.map((x, i) => [x, signed(given[i])]))
  const of = (x: Tensor): Tensor => values.get(x) ?? x
  for (const { primitive, inputs, params, outputs } of graph.nodes)
    bindAll(primitive, inputs.map(of), params).forEach((x, i) => values.set(outputs[i], signed(x)))
  return graph.outputs.map((x) => of(x).data)
}

/** Three ways in which code is compiled. */
export const comparisons = {
  'all of it on every target': comparedWhole,
  'its first half alone': comparedInHalves,
  'as the body of a loop': comparedLooped,
}

const outputNames = ['value', 'tangent', 'first cotangent', 'second cotangent']

/** Some ten roundings of numbers that poles and cancellation amplify. */
const rounding = 1e-9

function differences(found: readonly Float64Array[], expected: readonly Tensor[]): string[] {
  return expected.flatMap(({ data, size }, k) => {
    const width = data.length / size
    return Array.from({ length: size }, (_, i) => i).flatMap((i) => {
      const [right, own] = [data, found[k]].map((numbers) => Array.from(numbers.slice(width * i, width * (i + 1))))
      if (!right.every(Number.isFinite)) return []
      const defect = Math.hypot(...own.map((x, j) => x - right[j]))
      return defect <= rounding * Math.max(1, Math.hypot(...right))
        ? []
        : [`${outputNames[k]} ${i}: ${own.join()} for ${right.join()}`]
    })
  })
}
