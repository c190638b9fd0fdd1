import { Traced, type Node } from '../../graph.ts'
import { add, addP, mul, mulP, neg, negP, subP } from '../../ops/arithmetic.ts'
import { conj, conjP, real, realP } from '../../ops/conjugation.ts'
import { gather, gatherP } from '../../ops/gather.ts'
import { matmul, matmulP } from '../../ops/matmul.ts'
import { sum } from '../../ops/reduction.ts'
import { reshape } from '../../ops/shape.ts'
import { Tensor, type Shape } from '../../tensor.ts'

/** factor · matrix, with a constant matrix; a missing factor is 1. */
interface Term {
  readonly factor: Tensor | undefined
  readonly matrix: Tensor
}

/** Σ terms + Σ rest: what is known of a matrix that was put together from constants. */
interface Expansion {
  readonly terms: readonly Term[]
  readonly rest: readonly Tensor[]
}

/** A right factor with more columns is a matrix: building the left one pays. */
const mostColumns = 4

/** A constant matrix whose rows have, padded to the longest, at most this part of all entries counts as sparse. */
const sparseFraction = 0.25

const nodeOf = (x: Tensor, primitive: unknown): Node | undefined =>
  x instanceof Traced && x.node.primitive === primitive ? x.node : undefined

/** A B as sums of gathered elements of B, for thin B and A = Σ scalar · sparse constant + …; undefined if A is nothing of the kind. */
export function thinProduct(A: Tensor, B: Tensor): Tensor | undefined {
  if (B.shape[1] > mostColumns || A.size <= 16) return undefined
  const { terms, rest } = expand(A)
  const known = terms.map((term) => ({ ...term, rows: sparseRows(term.matrix) }))
  if (known.every(({ rows }) => rows === undefined)) return undefined
  const products = known.map(({ factor, matrix, rows }) => {
    const product = rows === undefined ? matmul(matrix, B) : gatheredProduct(matrix, rows, B)
    return factor === undefined ? product : mul(factor, product)
  })
  return [...products, ...rest.map((matrix) => matmul(matrix, B))].reduce(add)
}

/**
 * Σ_ij C_ij u_i v_j as Σ_i u_i (C v)_i: the cotangent of a factor in a matrix never needs the outer product u v. `x` is what is
 * summed, C ∘ ±(u v) or C ∘ ±Re(u v) with real C.
 */
export function sumOfOuterProduct(x: Tensor, shape: Shape): Tensor | undefined {
  const product = nodeOf(x, mulP)
  if (product === undefined) return undefined
  const [C, outer] = product.inputs[0].isTraced ? [product.inputs[1], product.inputs[0]] : product.inputs
  if (C.isTraced || C.shape.length !== 2) return undefined
  const { factors, isNegative, isProjected } = unwrap(outer)
  if (factors === undefined || (isProjected && C.dtype !== 'float64')) return undefined
  const [u, v] = factors
  if (u.shape[1] !== 1 || C.shape[0] !== u.shape[0] || C.shape[1] !== v.shape[1]) return undefined
  const column = reshape(v, [v.shape[1], 1])
  const total = reshape(sum(mul(u, thinProduct(C, column) ?? matmul(C, column))), shape)
  const signed = isNegative ? neg(total) : total
  return isProjected ? real(signed) : signed
}

interface Outer {
  readonly factors: readonly Tensor[] | undefined
  readonly isNegative: boolean
  readonly isProjected: boolean
}

/** The factors of a product of matrices below signs and projections to the real part. */
function unwrap(x: Tensor): Outer {
  const node = x instanceof Traced ? x.node : undefined
  switch (node?.primitive) {
    case matmulP:
      return { factors: node.inputs, isNegative: false, isProjected: false }
    case negP: {
      const inner = unwrap(node.inputs[0])
      return { ...inner, isNegative: !inner.isNegative }
    }
    case realP:
      return { ...unwrap(node.inputs[0]), isProjected: true }
    default:
      return { factors: undefined, isNegative: false, isProjected: false }
  }
}

/** A as a sum of constants with scalar factors, as far as that is visible in its graph. */
function expand(A: Tensor): Expansion {
  if (!A.isTraced) return { terms: [{ factor: undefined, matrix: A }], rest: [] }
  const whole: Expansion = { terms: [], rest: [A] }
  const node = A instanceof Traced ? A.node : undefined
  const inputs = node?.inputs ?? []
  switch (node?.primitive) {
    case addP:
    case subP: {
      if (inputs.some(({ shape }) => shape.length !== 2 || shape[0] !== A.shape[0] || shape[1] !== A.shape[1]))
        return whole
      const [left, right] = inputs.map(expand)
      const second = node.primitive === addP ? right : mapExpansion(right, neg, (matrix) => neg(matrix))
      return { terms: [...left.terms, ...second.terms], rest: [...left.rest, ...second.rest] }
    }
    case negP:
      return mapExpansion(expand(inputs[0]), neg, (matrix) => neg(matrix))
    case conjP:
      return mapExpansion(conjugateFactors(expand(inputs[0])), conj, conj)
    case mulP: {
      const [scalar, matrix] = inputs[0].size === 1 ? inputs : [inputs[1], inputs[0]]
      if (scalar.size !== 1 || matrix.size !== A.size) return whole
      const { terms, rest } = expand(matrix)
      const by = reshape(scalar, [])
      return {
        terms: terms.map(({ factor, matrix: M }) => ({
          factor: factor === undefined ? by : mul(factor, by),
          matrix: M,
        })),
        rest: rest.map((M) => mul(by, M)),
      }
    }
    case gatherP: {
      const { label, map, shape } = node.params as { label: string; map: Int32Array; shape: Shape }
      if (shape.length !== 2 || map.length !== inputs[0].size) return whole
      const move = (matrix: Tensor): Tensor => gather(label, matrix, map, shape)
      return mapExpansion(expand(inputs[0]), move, move)
    }
    default:
      return whole
  }
}

const mapExpansion = (
  { terms, rest }: Expansion,
  onRest: (x: Tensor) => Tensor,
  onMatrix: (x: Tensor) => Tensor,
): Expansion => ({
  terms: terms.map(({ factor, matrix }) => ({ factor, matrix: onMatrix(matrix) })),
  rest: rest.map(onRest),
})

const conjugateFactors = ({ terms, rest }: Expansion): Expansion => ({
  terms: terms.map(({ factor, matrix }) => ({ factor: factor && conj(factor), matrix })),
  rest,
})

/** The columns of the entries that are not zero, row by row; undefined if there are too many. Found once a matrix. */
function sparseRows(matrix: Tensor): readonly (readonly number[])[] | undefined {
  let rows = knownRows.get(matrix)
  if (rows === undefined) knownRows.set(matrix, (rows = findRows(matrix)))
  return rows === dense ? undefined : rows
}

const knownRows = new WeakMap<Tensor, readonly (readonly number[])[]>()
const dense: readonly (readonly number[])[] = []

function findRows({ shape: [m, n], dtype, data }: Tensor): readonly (readonly number[])[] {
  const width = dtype === 'complex128' ? 2 : 1
  const most = Math.max(1, Math.floor(sparseFraction * n))
  const rows: number[][] = []
  for (let i = 0; i < m; i++) {
    const row: number[] = []
    for (let j = 0; j < n; j++) {
      const at = width * (i * n + j)
      if (data[at] !== 0 || (width === 2 && data[at + 1] !== 0)) row.push(j)
    }
    if (row.length > most) return dense
    rows.push(row)
  }
  return rows
}

/** Σ_k c_k ∘ B[columns_k]: entry k of every row at once. Equal coefficients become one number. */
function gatheredProduct(
  { shape: [m, n], dtype, data }: Tensor,
  rows: readonly (readonly number[])[],
  B: Tensor,
): Tensor {
  const columns = B.shape[1]
  const longest = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const width = dtype === 'complex128' ? 2 : 1
  let total: Tensor | undefined
  for (let k = 0; k < longest; k++) {
    const map = new Int32Array(m * columns)
    const coefficients = new Float64Array(width * m)
    rows.forEach((row, i) => {
      const j = row[k]
      for (let q = 0; q < columns; q++) map[i * columns + q] = j === undefined ? -1 : j * columns + q
      if (j !== undefined)
        for (let part = 0; part < width; part++) coefficients[width * i + part] = data[width * (i * n + j) + part]
    })
    const isIdentity = m === n && map.every((from, i) => from === i)
    const moved = isIdentity ? B : gather('matmul', B, map, [m, columns])
    const term = scaled(new Tensor([m, 1], dtype, coefficients), rows, k, moved)
    total = total === undefined ? term : add(total, term)
  }
  return total ?? mul(0, gather('matmul', B, new Int32Array(m * columns).fill(-1), [m, columns]))
}

function scaled(coefficients: Tensor, rows: readonly (readonly number[])[], k: number, x: Tensor): Tensor {
  const { dtype, data } = coefficients
  const width = dtype === 'complex128' ? 2 : 1
  const first = rows.findIndex((row) => row.length > k)
  const [re, im] = [data[width * first], width === 2 ? data[2 * first + 1] : 0]
  const isUniform = rows.every(
    (row, i) => row.length <= k || (data[width * i] === re && (width === 1 || data[2 * i + 1] === im)),
  )
  if (!isUniform) return mul(coefficients, x)
  if (re === 1 && im === 0 && dtype === 'float64') return x
  return mul(new Tensor([], dtype, width === 2 ? Float64Array.of(re, im) : Float64Array.of(re)), x)
}
