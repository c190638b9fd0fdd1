import {
  add,
  at,
  complex,
  conj,
  exp,
  linspace,
  mul,
  neg,
  square,
  stack,
  sub,
  tensor,
  type Loose,
  type Tensor,
} from '@cad/core'

type Parameters = Readonly<Record<string, Tensor>>

/** Parameters x with residuals r(x), real or complex, and the least of Σ|r|². */
export interface Problem {
  readonly name: string
  readonly residual: (x: Parameters) => Tensor
  readonly start: Loose<Parameters>
  readonly solution: Loose<Parameters>
  /** Σ|r|² at the solution. */
  readonly value: number
  /** How near to the solution a method must come that stops at the rounding level of Σ|r|², relative to numbers above 1. */
  readonly distance: number
}

const numbers = (text: string): Tensor => tensor(text.trim().split(/\s+/).map(Number))

/** NIST Statistical Reference Datasets, nonlinear regression: Misra1a, with certified values to eleven digits. */
const misra1a = {
  x: numbers('77.6 114.9 141.1 190.8 239.9 289.0 332.8 378.4 434.8 477.3 536.8 593.1 689.1 760.0'),
  y: numbers('10.07 14.73 17.94 23.93 29.61 35.18 40.02 44.82 50.76 55.05 61.01 66.40 75.47 81.78'),
}

/** The parameters in units of `a` and `b`. */
const misra =
  (a: number, b: number) =>
  ({ b1, b2 }: Parameters): Tensor =>
    sub(mul(mul(a, b1), sub(1, exp(neg(mul(mul(b, b2), misra1a.x))))), misra1a.y)

const [slope, offset] = [complex(0.7, -1.2), complex(0.3, 2)]
const places = linspace(-1, 1, 5)

/** Orthogonal to both columns of a line. */
const noise = tensor([1, -2, 0, 2, -1].map((k) => k / 3))

export const problems: readonly Problem[] = [
  {
    name: 'Rosenbrock',
    residual: ({ x }) => stack([mul(10, sub(at(x, 1), square(at(x, 0)))), sub(1, at(x, 0))]),
    start: { x: tensor([-1.2, 1]) },
    solution: { x: tensor([1, 1]) },
    value: 0,
    distance: 1e-6,
  },
  {
    // |1 − z|² + 100 |w − z̄²|²: not holomorphic.
    name: 'complex valley',
    residual: ({ z, w }) => stack([sub(1, z), mul(10, sub(w, square(conj(z))))]),
    start: { z: complex(-0.8, 1), w: complex(0.5, -1) },
    solution: { z: complex(1), w: complex(1) },
    value: 0,
    distance: 1e-6,
  },
  {
    // Second derivatives from 1 to 10⁶.
    name: 'badly scaled',
    residual: ({ x }) => mul(tensor([1, 10, 100, 1000]), sub(x, tensor([1, -2, 3, -4]))),
    start: { x: tensor([0, 0, 0, 0]) },
    solution: { x: tensor([1, -2, 3, -4]) },
    value: 0,
    distance: 1e-6,
  },
  {
    name: 'complex line',
    residual: ({ a, b }) => sub(add(mul(a, places), b), add(add(mul(slope, places), offset), noise)),
    start: { a: complex(0), b: complex(0) },
    solution: { a: slope, b: offset },
    value: 10 / 9, // Σ noise²
    distance: 1e-6,
  },
  {
    // The Jacobian is singular at the solution.
    name: 'Powell singular',
    residual: ({ x }) => {
      const [a, b, c, d] = [0, 1, 2, 3].map((i) => at(x, i))
      return stack([
        add(a, mul(10, b)),
        mul(Math.sqrt(5), sub(c, d)),
        square(sub(b, mul(2, c))),
        mul(Math.sqrt(10), square(sub(a, d))),
      ])
    },
    start: { x: tensor([3, -1, 0, 1]) },
    solution: { x: tensor([0, 0, 0, 0]) },
    value: 0,
    distance: 1e-2,
  },
  {
    name: 'Misra1a',
    residual: misra(100, 1e-4),
    start: { b1: 5, b2: 1 },
    solution: { b1: 2.3894212918, b2: 5.5015643181 },
    value: 1.2455138894e-1,
    distance: 1e-5,
  },
  {
    name: 'Misra1a without units',
    residual: misra(1, 1),
    start: { b1: 500, b2: 1e-4 },
    solution: { b1: 2.3894212918e2, b2: 5.5015643181e-4 },
    value: 1.2455138894e-1,
    distance: 1e-6,
  },
]
