/** How the programs of a right-hand side take what they get. */
import type { TensorType } from '@cad/core'
import type { Layout, Slot } from '@cad/core/compiler'
import type { Field } from './field.ts'
import type { StateLayout } from './state-layout.ts'

/** The right-hand side, its derivatives, and those of its jvp along a direction u. */
export type ProgramKind = 'value' | 'jvp' | 'vjp' | 'jvpOfJvp' | 'vjpOfJvp'

const stateIn = ({ leaves }: StateLayout, parameter: string, start: string): Slot[] =>
  leaves.map(({ offset }) => ({ parameter, start, offset }))

/**
 * (t, y, yo, p, [u, uo, up, (ut),] [v, … or w, wo,] out, oo, [g,] …residuals), the inputs of the graph being parameters and
 * constants, residuals, t, y, and what the derivatives need. Directions have a time only if they are `alongTime`.
 */
export function programLayout(
  { state, parameters, values }: Field,
  kind: ProgramKind,
  { alongTime, residuals }: { readonly alongTime: boolean; readonly residuals: readonly TensorType[] },
): Layout {
  const held = residuals.map((_, i) => `r${i}`)
  const inputs: Slot[] = [
    ...values.leaves.map(({ offset }) => ({ parameter: 'p', offset })),
    ...held.map((parameter) => ({ parameter })),
    { parameter: 't', scalar: true },
    ...stateIn(state, 'y', 'yo'),
  ]
  const names: string[] = ['t', 'y', 'yo', 'p']
  const direction = (d: string): void => {
    names.push(d, `${d}o`, `${d}p`, ...(alongTime ? [`${d}t`] : []))
    if (alongTime) inputs.push({ parameter: `${d}t`, scalar: true })
    inputs.push(
      ...stateIn(state, d, `${d}o`),
      ...parameters.leaves.map(({ offset }) => ({ parameter: `${d}p`, offset })),
    )
  }
  const isAdjoint = kind === 'vjp' || kind === 'vjpOfJvp'
  if (kind === 'jvp' || kind === 'jvpOfJvp' || kind === 'vjpOfJvp') direction('u')
  if (kind === 'jvpOfJvp') direction('v')
  if (isAdjoint) {
    names.push('w', 'wo')
    inputs.push(...stateIn(state, 'w', 'wo'))
  }
  const bars = parameters.leaves.map(({ offset }) => ({ parameter: 'g', offset, accumulate: true }))
  return {
    parameters: [...names, 'out', 'oo', ...(isAdjoint ? ['g'] : []), ...held],
    inputs,
    outputs: [...stateIn(state, 'out', 'oo'), ...(isAdjoint ? bars : [])],
  }
}
