import { isComplex, toTensor, type Complex, type Tensor } from '@cad/core'
import { complexParam, optional, param, type ComplexParameter, type RealParameter } from './parameter.ts'
import type { FitReport, ParameterReport } from './report.ts'

/**
 * The parameters of an earlier fit, starting from its values: `fit({ parameters: startFrom(report), … })` goes on where it
 * ended. Units, bounds, fixed parameters and references are kept; a value at its bound is moved inside by a millionth of the
 * width, or of the bound's size. Transforms are those of the bounds.
 */
export function startFrom<Name extends string>(
  report: FitReport<Name>,
): Record<Name, RealParameter | ComplexParameter> {
  return Object.fromEntries(report.parameters.map((row) => [row.name, parameterFrom(row)])) as Record<
    Name,
    RealParameter | ComplexParameter
  >
}

/** The values of a report as the model takes them: `model(valuesOf(report))` is the fitted curve. */
export function valuesOf<Name extends string>(report: FitReport<Name>): Record<Name, Tensor> {
  return Object.fromEntries(report.parameters.map(({ name, value }) => [name, toTensor(value)])) as Record<Name, Tensor>
}

function parameterFrom({ value, unit, fixed, bounds, reference }: ParameterReport): RealParameter | ComplexParameter {
  if (isComplex(value)) return complexParam(value, { fixed, ...optional({ unit, reference }) })
  const [lower, upper] = [bounds?.[0] ?? -Infinity, bounds?.[1] ?? Infinity]
  const start = fixed ? value : moveInside(value, lower, upper)
  return param(start, { fixed, bounds: [lower, upper], ...optional({ unit, reference: realOf(reference) }) })
}

function moveInside(value: number, lower: number, upper: number): number {
  const bound = value <= lower ? lower : upper
  const width = upper - lower
  const nudge = 1e-6 * (Number.isFinite(width) ? width : Math.abs(bound) || 1)
  if (value <= lower) return lower + nudge
  return value >= upper ? upper - nudge : value
}

const realOf = (x: number | Complex | undefined): number | undefined => (typeof x === 'number' ? x : undefined)
