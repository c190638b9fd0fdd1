import {
  add,
  adjoint,
  concat,
  conj,
  div,
  eye,
  mul,
  norm,
  real,
  slice,
  sqrt,
  stack,
  sub,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { cholesky, lstsq, qr, solve, triangularSolve, tril, triu } from '@cad/linalg'
import { pointsOf, type Excluded, type FunctionCase, type Point, type Variant } from '@cad/testing'
import { diagonallyDominant, fields, random, wellConditioned, wellLed, type Field } from './matrices.ts'

type Variants = Readonly<Record<string, Variant>>
type Shape = readonly [rows: number, columns: number]

const variantsOf = (entries: readonly (readonly [label: string, variant: Variant])[]): Variants =>
  Object.fromEntries(entries)

/** A real or complex matrix with real or complex right-hand sides. */
const pairs: readonly (readonly [matrix: Field, side: Field])[] = fields.flatMap((matrix) =>
  fields.map((side) => [matrix, side] as const),
)

const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`

const shapes: readonly Shape[] = [
  [6, 4],
  [4, 4],
  [3, 5],
  [5, 1],
  [1, 5],
  [1, 1],
]

const emptyShapes: readonly Shape[] = [
  [0, 0],
  [0, 3],
  [3, 0],
]

const solveVariants = [false, true].flatMap((adjoint) => {
  const f = (A: Tensor, B: Tensor): Tensor => solve(A, B, { adjoint })
  const flag = adjoint ? ', adjoint' : ''
  return [
    ...pairs.flatMap(([matrix, side]) =>
      [[4], [4, 1], [4, 3], [4, 0]].map((shape): [string, Variant] => [
        `${matrix} A, ${side} B ${shown(shape)}${flag}`,
        { f, args: [wellConditioned(4, 4, 5, matrix), random(shape, 6, side)] },
      ]),
    ),
    ...[0, 1].map((n): [string, Variant] => [
      `n = ${n}${flag}`,
      { f, args: [wellConditioned(n, n, 1), random([n], 2)] },
    ]),
  ]
})

const lstsqVariants = [
  ...pairs.flatMap(([matrix, side]) =>
    shapes.flatMap(([m, n]) =>
      [[m], [m, 2]].map((shape): [string, Variant] => [
        `${matrix} A ${shown([m, n])}, ${side} b ${shown(shape)}`,
        { args: [wellConditioned(m, n, m + n, matrix), random(shape, 1, side)] },
      ]),
    ),
  ),
  ...emptyShapes.map(([m, n]): [string, Variant] => [
    `empty A ${shown([m, n])}`,
    { args: [random([m, n], 1), random([m], 2)] },
  ]),
]

const factors = (A: TensorLike): readonly Tensor[] => {
  const { Q, R } = qr(A)
  return [Q, R]
}

const qrVariants = [
  ...fields.flatMap((field) =>
    shapes.map(([m, n]): [string, Variant] => [`${field} ${shown([m, n])}`, { args: [wellLed(m, n, m + n, field)] }]),
  ),
  ...emptyShapes.map(([m, n]): [string, Variant] => [`empty ${shown([m, n])}`, { args: [random([m, n], 1)] }]),
]

const flags = [true, false]

const triangularVariants = flags.flatMap((upper) =>
  flags.flatMap((adjoint) =>
    flags.flatMap((unitDiagonal) => {
      const f = (A: Tensor, B: Tensor): Tensor => triangularSolve(A, B, { upper, adjoint, unitDiagonal })
      const flag = `${upper ? 'upper' : 'lower'}${adjoint ? ', adjoint' : ''}${unitDiagonal ? ', unit diagonal' : ''}`
      return [
        ...pairs.flatMap(([matrix, side]) =>
          [[4], [4, 2]].map((shape): [string, Variant] => [
            `${flag}, ${matrix} A, ${side} B ${shown(shape)}`,
            { f, args: [diagonallyDominant(4, 1, matrix), random(shape, 2, side)] },
          ]),
        ),
        ...[0, 1].map((n): [string, Variant] => [
          `${flag}, n = ${n}`,
          { f, args: [diagonallyDominant(n, 1, 'complex'), random([n], 2)] },
        ]),
      ]
    }),
  ),
)

/** I + ½ H/‖H‖ with a random Hermitian H: κ ≤ 3. */
const positiveDefinite = (n: number, seed: number, field: Field = 'complex'): Tensor => {
  const G = random([n, n], seed, field)
  const H = add(G, adjoint(G))
  return n === 0 ? G : add(eye(n), mul(div(0.5, norm(H)), H))
}

/** Cholesky written out in elementary operations, column by column: lᵢⱼ = (aᵢⱼ − Σₖ lᵢₖ conj lⱼₖ)/lⱼⱼ. */
const choleskyWritten = (A: Tensor): Tensor => {
  const n = A.shape.at(-1)!
  const element = (i: number, j: number): Tensor => slice(A, ...A.shape.slice(2).map(() => ({})), { start: i, end: i + 1 }, { start: j, end: j + 1 }) // prettier-ignore
  const L: Tensor[][] = Array.from({ length: n }, () => [])
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = Array.from({ length: j }, (_, k) => mul(L[i][k], conj(L[j][k]))).reduce(sub, element(i, j))
      L[i].push(i === j ? mul(1, sqrt(real(rest))) : div(rest, L[j][j]))
    }
    for (let j = i + 1; j < n; j++) L[i].push(mul(0, element(i, j)))
  }
  return n === 0
    ? A
    : concat(
        L.map((row) => concat(row, { axis: -1 })),
        { axis: -2 },
      )
}

const triangles = (f: (A: Tensor, offset: number) => Tensor): [string, Variant][] =>
  [-1, 0, 2].flatMap((offset) => [
    [`offset ${offset}`, { f: (A: Tensor) => f(A, offset), args: [random([3, 4], 2)] }],
    [`offset ${offset}, real stack`, { f: (A: Tensor) => f(A, offset), args: [random([2, 3, 2], 3, 'real')] }],
  ])

/** One entry for each export of @cad/linalg: tests, and the rows of docs/linalg.md, are made from it. All matrices have κ ≤ 10. */
export const cases: readonly FunctionCase[] = [
  {
    name: 'solve',
    f: (A, B) => solve(A, B),
    row: { args: [wellConditioned(2, 2, 5), random([2], 6)] },
    variants: variantsOf(solveVariants),
  },
  {
    name: 'triangularSolve',
    f: (A, B) => triangularSolve(A, B),
    row: { args: [diagonallyDominant(2, 1, 'complex'), random([2], 2)] },
    variants: variantsOf(triangularVariants),
  },
  {
    name: 'qr',
    f: factors,
    row: { args: [wellLed(3, 2, 5)] },
    variants: variantsOf(qrVariants),
  },
  {
    name: 'lstsq',
    f: (A, b) => lstsq(A, b),
    row: { args: [wellConditioned(3, 2, 1), random([3], 2)] },
    variants: variantsOf(lstsqVariants),
  },
  {
    name: 'cholesky',
    f: (A) => cholesky(A),
    same: choleskyWritten,
    row: { args: [positiveDefinite(3, 1)] },
    variants: {
      ...variantsOf(
        fields.flatMap((field) =>
          [0, 1, 4].map((n) => [`${field}, n = ${n}`, { args: [positiveDefinite(n, n + 1, field)] }]),
        ),
      ),
      'of which the lower triangle is read': [add(positiveDefinite(3, 4), triu(random([3, 3], 2), { offset: 1 }))],
      'a stack': [stack([positiveDefinite(3, 5), positiveDefinite(3, 6)])],
    },
  },
  {
    name: 'tril',
    f: (A) => tril(A),
    row: { args: [random([3, 3], 1)] },
    variants: variantsOf(triangles((A, offset) => tril(A, { offset }))),
  },
  {
    name: 'triu',
    f: (A) => triu(A),
    row: { args: [random([3, 3], 1)] },
    variants: variantsOf(triangles((A, offset) => triu(A, { offset }))),
  },
]

/** Exports that need no case, and why. */
export const excluded: Excluded = {
  toMlMatrix: 'makes a matrix of another package, without a derivative: ml-matrix.test.ts',
  fromMlMatrix: 'takes a matrix of another package, without a derivative: ml-matrix.test.ts',
}

export const points: readonly Point[] = pointsOf(cases)
