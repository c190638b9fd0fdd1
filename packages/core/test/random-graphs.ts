import {
  abs2,
  add,
  at,
  complex,
  concat,
  conj,
  cos,
  cosh,
  div,
  einsum,
  exp,
  fft,
  flip,
  imag,
  log,
  matmul,
  mean,
  mul,
  neg,
  pow,
  real,
  reciprocal,
  reshape,
  sin,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  tanh,
  tensor,
  transpose,
  vdot,
  where,
  type Shape,
  type Tensor,
} from '@cad/core'
import { randomComplex, randomReal } from '@cad/testing'
import fc from 'fast-check'

type Operation = (x: Tensor, y: Tensor) => Tensor

/** 1 + |x|²: a smooth positive number from anything, so that roots, logarithms and quotients stay away from poles and cuts. */
const positive = (x: Tensor): Tensor => add(1, abs2(x))

const broadcast = (a: Shape, b: Shape): boolean => {
  for (let i = 1; i <= Math.min(a.length, b.length); i++) {
    const [m, n] = [a[a.length - i], b[b.length - i]]
    if (m !== n && m !== 1 && n !== 1) return false
  }
  return true
}

const everyOther = ({ size, shape }: Tensor): Tensor =>
  tensor(
    Float64Array.from({ length: size }, (_, i) => i % 2),
    { shape },
  )

/** An operation of two tensors that broadcast; other shapes are summed to a scalar first. */
const elementwise =
  (f: Operation): Operation =>
  (x, y) =>
    f(x, broadcast(x.shape, y.shape) ? y : mean(y))

/** x y where the shapes fit, x xᵀ otherwise; stacks of matrices as one with more rows. */
function product(x: Tensor, y: Tensor): Tensor {
  if (x.shape.length === 0) return x
  const rows = reshape(x, [-1, x.shape[last(x)]])
  if (rows.shape[0] > 6) return x
  const fits = y.shape.length === 2 && y.shape[0] === rows.shape[1]
  return matmul(rows, fits ? y : transpose(rows))
}

const last = (x: Tensor): number => x.shape.length - 1
const large = (x: Tensor): boolean => x.size > 40

/** Smooth operations only: at a kink or a cut two roundings of the same number may have two derivatives. */
const operations: Record<string, Operation> = {
  add: elementwise(add),
  sub: elementwise(sub),
  mul: elementwise(mul),
  div: elementwise((x, y) => div(x, positive(y))),
  neg: (x) => neg(x),
  square: (x) => square(x),
  'pow 3': (x) => pow(x, 3),
  'pow −½': (x) => pow(positive(x), -0.5),
  reciprocal: (x) => reciprocal(positive(x)),
  exp: (x) => exp(mul(0.2, x)),
  log: (x) => log(positive(x)),
  sqrt: (x) => sqrt(positive(x)),
  sin: (x) => sin(x),
  cos: (x) => cos(x),
  cosh: (x) => cosh(mul(0.5, x)),
  tanh: (x) => tanh(real(x)),
  conj: (x) => conj(x),
  real: (x) => real(x),
  imag: (x) => imag(x),
  complex: elementwise((x, y) => complex(real(x), imag(y))),
  abs2: (x) => abs2(x),
  sum: (x) => sum(x),
  'sum, first axis': (x) => (last(x) < 0 ? x : sum(x, { axis: 0 })),
  'mean, last axis, kept': (x) => (last(x) < 0 ? x : mean(x, { axis: -1, keepdims: true })),
  transpose: (x) => transpose(x),
  reshape: (x) => reshape(x, [-1]),
  slice: (x) => (last(x) < 0 ? x : slice(x, { step: -1 })),
  'at 0': (x) => (last(x) < 0 ? x : at(x, 0)),
  stack: (x, y) => (large(x) ? x : stack([x, x.shape.join() === y.shape.join() ? y : neg(x)])),
  concat: (x, y) =>
    last(x) < 0 || large(x) ? x : concat([x, x.shape.join() === y.shape.join() ? y : x], { axis: -1 }),
  matmul: (x, y) => product(x, y),
  fft: (x) => (last(x) < 0 ? x : fft(x)),
  flip: (x) => flip(x),
  einsum: (x) => (last(x) === 1 ? einsum('ij,ik->jk', x, x) : x),
  vdot: (x, y) => vdot(x, x.shape.join() === y.shape.join() ? y : sin(x)),
  where: (x, y) => (broadcast(x.shape, y.shape) ? where(everyOther(x), x, y) : x),
}
const names = Object.keys(operations)

export interface Program {
  /** Name of an operation, and which two of the tensors so far it takes. */
  readonly steps: readonly (readonly [operation: string, first: number, second: number])[]
  readonly inputs: readonly { readonly shape: readonly number[]; readonly isComplex: boolean; readonly seed: number }[]
}

const shapes: readonly (readonly number[])[] = [[], [1], [3], [2, 3], [2, 1], [1, 3], [3, 3]]

/** Programs of up to ten operations on two inputs. */
export const anyProgram: fc.Arbitrary<Program> = fc.record({
  steps: fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(20), fc.nat(20)), { minLength: 2, maxLength: 10 }),
  inputs: fc.array(fc.record({ shape: fc.constantFrom(...shapes), isComplex: fc.boolean(), seed: fc.nat(1000) }), {
    minLength: 2,
    maxLength: 2,
  }),
})

export const inputsOf = ({ inputs }: Program, salt = 0): Tensor[] =>
  inputs.map(({ shape, isComplex, seed }) =>
    isComplex ? randomComplex(shape, seed + salt) : randomReal(shape, seed + salt),
  )

/** The function of the inputs that a program describes: its last tensor, which depends on most of the others. */
export const functionOf =
  ({ steps }: Program) =>
  (...inputs: readonly Tensor[]): Tensor => {
    const pool = [...inputs]
    // Recent tensors first, so that programs are deep and not only wide.
    const pick = (i: number): Tensor => pool[pool.length - 1 - (i % Math.min(pool.length, 3))]
    for (const [name, first, second] of steps) pool.push(operations[name](pick(first), pick(second)))
    return pool[pool.length - 1]
  }
