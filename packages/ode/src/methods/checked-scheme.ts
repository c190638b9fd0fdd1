/** Whether a tableau is what it says. Published ones are mistyped, and generated code must hold nothing but finite numbers. */
import { ArgumentError } from '@cad/core'
import { describeValue } from '@cad/core/compiler'
import { cubicHermite } from './interpolants.ts'
import { firstDefect, treesUpTo } from './order-conditions.ts'
import type { ButcherTableau, Scheme } from './tableau.ts'

/** Order conditions above this one are 48 and more; the order is then measured by the tests of the method. */
const highestChecked = 6

/** Coefficients are printed with 15 digits or more, and are up to 50: sums of them agree to this. */
const rounding = 1e-12

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0)

/** The tableau with its last stage as the first of the next step. */
export function checkedScheme(tableau: ButcherTableau): Scheme {
  const { name, order, errorOrder } = tableau
  if (typeof name !== 'string') refuse('a tableau', `must have a name, a text, got ${describeValue(name)}`)
  requireOrder(name, 'order', order)
  const c = numbersOf(name, 'c', tableau.c)
  const stages = c.length
  if (stages === 0) refuse(name, 'c must have one number for each stage, got none')
  const rows = rowsOf(name, 'a', tableau.a)
  requireLength(name, 'a', rows.length, [stages])
  rows.forEach((row, i) => requireRow(name, row, i, c[i]))
  const a = rows.map((row, i) => row.slice(0, i))
  const b = numbersOf(name, 'b', tableau.b)
  requireLength(name, 'b', b.length, [stages])

  const closed = endsAtNext(a, b, c) ? { a, b, c } : { a: [...a, b], b: [...b, 0], c: [...c, 1] }
  requireOrderConditions(name, 'b', closed.b, { a: closed.a, order })

  const e = tableau.e === undefined ? undefined : fitted(numbersOf(name, 'e', tableau.e), 0)
  if (e !== undefined) {
    requireLength(name, 'e', tableau.e!.length, [stages, closed.b.length])
    requireOrder(name, 'errorOrder, which belongs to e,', errorOrder)
    requireSum(name, 'e', e, 0)
    requireOrderConditions(name, 'b − e', minus(closed.b, e), { a: closed.a, order: errorOrder! })
  } else if (errorOrder !== undefined) refuse(name, `has an errorOrder, ${errorOrder}, but no e; give both or none`)

  const eLow = tableau.eLow === undefined ? undefined : fitted(numbersOf(name, 'eLow', tableau.eLow), 0)
  if (eLow !== undefined) {
    requireLength(name, 'eLow', tableau.eLow!.length, [stages, closed.b.length])
    requireOrder(name, 'lowErrorOrder, which belongs to eLow,', tableau.lowErrorOrder)
    requireSum(name, 'eLow', eLow, 0)
    requireOrderConditions(name, 'b − eLow', minus(closed.b, eLow), { a: closed.a, order: tableau.lowErrorOrder! })
    if (e === undefined) refuse(name, 'has an eLow but no e, which it belongs to')
  }

  const extra = extraStages(tableau, closed.b.length)
  const dense = tableau.dense === undefined ? cubicHermite(closed.b) : fitted(rowsOf(name, 'dense', tableau.dense), [])
  const inAll = closed.b.length + extra.c.length
  if (tableau.dense !== undefined) {
    requireLength(name, 'dense', tableau.dense.length, extra.c.length === 0 ? [stages, inAll] : [inAll])
  }
  dense.forEach((row, i) => requireEnd(name, row, i, closed.b[i] ?? 0))

  return {
    name,
    order,
    ...closed,
    ...(e && { e, errorOrder: errorOrder! }),
    ...(eLow && { eLow, lowErrorOrder: tableau.lowErrorOrder! }),
    dense,
    extra,
  }

  /** With what belongs to the stage that was added. */
  function fitted<T>(list: readonly T[], nothing: T): readonly T[] {
    return list.length === stages && closed.b.length > stages ? [...list, nothing] : list
  }
}

/** The stages of the interpolant, of which the first is number `before`. */
function extraStages({ name, extra, dense }: ButcherTableau, before: number): Scheme['extra'] {
  if (extra === undefined) return { c: [], a: [] }
  if (dense === undefined) refuse(name, 'has extra stages but no dense, which they are for')
  const c = numbersOf(name, 'extra.c', extra.c)
  const rows = rowsOf(name, 'extra.a', extra.a)
  requireLength(name, 'extra.a', rows.length, [c.length])
  rows.forEach((row, i) => requireRow(name, row, before + i, c[i]))
  return { c, a: rows }
}

function refuse(name: string, what: string): never {
  throw new ArgumentError(
    `explicitMethod: ${name} ${what}. Compare the tableau with its source; a is strictly lower triangular, row by row.`,
  )
}

function requireOrder(name: string, what: string, order: unknown): void {
  if (typeof order === 'number' && Number.isInteger(order) && order >= 1) return
  refuse(name, `must have ${what} as a whole number from 1 on, got ${describeValue(order)}`)
}

function numbersOf(name: string, what: string, list: unknown): readonly number[] {
  if (!Array.isArray(list)) refuse(name, `must have ${what} as a list of numbers, got ${describeValue(list)}`)
  const bad = list.findIndex((x) => typeof x !== 'number' || !Number.isFinite(x))
  if (bad >= 0) refuse(name, `must have finite numbers in ${what}, got ${describeValue(list[bad])} at position ${bad}`)
  return list as readonly number[]
}

function rowsOf(name: string, what: string, rows: unknown): readonly (readonly number[])[] {
  if (!Array.isArray(rows)) refuse(name, `must have ${what} as a list of rows, got ${describeValue(rows)}`)
  return rows.map((row, i) => numbersOf(name, `row ${i} of ${what}`, row))
}

function requireLength(name: string, what: string, length: number, expected: readonly number[]): void {
  if (expected.includes(length)) return
  refuse(name, `must have ${[...new Set(expected)].join(' or ')} entries in ${what}, one for each stage, got ${length}`)
}

/** Row i reaches earlier stages alone, and sums to c_i. */
function requireRow(name: string, row: readonly number[], i: number, c: number): void {
  const later = row.findIndex((x, j) => j >= i && x !== 0)
  if (later >= 0) refuse(name, `is not explicit: stage ${i} uses stage ${later} with a weight of ${row[later]}`)
  requireSum(name, `row ${i} of a`, row, c)
}

function requireSum(name: string, what: string, weights: readonly number[], expected: number): void {
  const found = sum(weights)
  if (Math.abs(found - expected) <= rounding * Math.max(1, ...weights.map(Math.abs))) return
  refuse(
    name,
    `has a sum of ${what} of ${found}, expected ${expected}: it is off by ${(found - expected).toExponential(2)}`,
  )
}

function requireOrderConditions(
  name: string,
  what: string,
  weights: readonly number[],
  { a, order }: Pick<ButcherTableau, 'a' | 'order'>,
): void {
  const checked = Math.min(order, highestChecked)
  const failed = firstDefect(weights, a, treesUpTo(checked), rounding)
  if (failed === undefined) return
  const { tree, found, expected } = failed
  refuse(
    name,
    `is not of order ${order} with the weights ${what}: the condition ${tree} gives ${found}, expected ${expected}, off by ${(found - expected).toExponential(2)}`,
  )
}

/** The interpolant ends where the step does; it begins there by its form. */
function requireEnd(name: string, row: readonly number[], i: number, b: number): void {
  const end = sum(row)
  if (Math.abs(end - b) <= rounding * Math.max(1, ...row.map(Math.abs))) return
  refuse(
    name,
    `has an interpolant that does not end at y₁: row ${i} of dense sums to ${end}, expected b${i} = ${b}, off by ${(end - b).toExponential(2)}`,
  )
}

/** Whether the last stage is y₁ already. */
function endsAtNext(a: readonly (readonly number[])[], b: readonly number[], c: readonly number[]): boolean {
  const last = a.length - 1
  return last > 0 && c[last] === 1 && b[last] === 0 && b.slice(0, -1).every((x, j) => x === (a[last][j] ?? 0))
}

const minus = (x: readonly number[], y: readonly number[]): readonly number[] => x.map((value, i) => value - y[i])
