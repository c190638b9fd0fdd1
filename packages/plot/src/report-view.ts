import type { ComplexNumber, Figure } from './figure.ts'

/** A row of the parameter table. */
export type ParameterView = {
  readonly name: string
  /** Left out or empty for numbers without a unit. */
  readonly unit?: string
  readonly value: number | ComplexNumber
  /** Of the kind of `value`: a complex parameter has one error for each part. */
  readonly standardError?: number | ComplexNumber
  /** A published or true value. */
  readonly reference?: number | ComplexNumber
  /** How far the value is from the reference, in words or numbers: `0.3 σ`. */
  readonly deviation?: string
  /** `fixed`, `at lower bound`, `not determined by the data`. */
  readonly note?: string
}

/** A row of the fit's facts: loss, iterations, evaluations, wall time, stop reason, weighting, degrees of freedom. */
export type FactView = { readonly label: string; readonly value: string | number }

/** A fit as plain data: all that a page about it shows. */
export type ReportView = {
  readonly title: string
  /** One sentence: what was fitted to what, and how well. */
  readonly summary: string
  readonly parameters: readonly ParameterView[]
  readonly facts: readonly FactView[]
  /** Whole sentences, shown above everything else. */
  readonly warnings: readonly string[]
  readonly figures: readonly Figure[]
  /** Where the data come from, and their licence. */
  readonly source?: { readonly data: string; readonly licence?: string }
}
