import {
  abs,
  abs2,
  acos,
  acosh,
  add,
  arg,
  asin,
  asinh,
  atan,
  atanh,
  conj,
  cos,
  cosh,
  div,
  exp,
  expm1,
  imag,
  log,
  log1p,
  mul,
  neg,
  pow,
  real,
  reciprocal,
  sign,
  sin,
  sinc,
  sinh,
  sqrt,
  square,
  sub,
  tan,
  tanh,
  type Complex,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import reference from './fixtures/elementwise.json' with { type: 'json' }

type Pair = readonly number[]

const toComplexNumber = ([re, im]: Pair): Complex => ({ re, im })

const other = toComplexNumber(reference.other)

/** The elementwise functions by the names of the fixture; `other` is its fixed second operand. */
const elementwise: Record<keyof typeof reference.functions, (z: TensorLike) => Tensor> = {
  add: (z) => add(z, other),
  sub: (z) => sub(z, other),
  rsub: (z) => sub(other, z),
  mul: (z) => mul(z, other),
  div: (z) => div(z, other),
  rdiv: (z) => div(other, z),
  neg,
  reciprocal,
  square,
  pow3: (z) => pow(z, 3),
  'pow-2': (z) => pow(z, -2),
  pow65: (z) => pow(z, 65),
  powReal: (z) => pow(z, 2.5),
  powComplex: (z) => pow(z, other),
  powBase: (z) => pow(other, z),
  exp,
  log,
  sqrt,
  sin,
  cos,
  tan,
  sinh,
  cosh,
  tanh,
  expm1,
  log1p,
  sinc,
  asin,
  acos,
  atan,
  asinh,
  acosh,
  atanh,
  conj,
  real,
  imag,
  abs,
  abs2,
  sign,
  arg,
}

/** One function with its values and Wirtinger derivatives at four points off the axes. */
export interface ElementwiseCase {
  readonly name: string
  readonly f: (z: TensorLike) => Tensor
  readonly points: readonly {
    readonly z: Complex
    readonly value: Complex
    readonly dz: Complex
    readonly dzbar: Complex
  }[]
}

export const elementwiseCases: readonly ElementwiseCase[] = Object.entries(elementwise).map(([name, f]) => ({
  name,
  f,
  points: reference.functions[name as keyof typeof reference.functions].map(({ z, value, dz, dzbar }) => ({
    z: toComplexNumber(z),
    value: toComplexNumber(value),
    dz: toComplexNumber(dz),
    dzbar: toComplexNumber(dzbar),
  })),
}))
