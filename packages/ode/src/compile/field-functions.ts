/** Right-hand sides as functions of a module. */
import {
  emitProgram,
  f64,
  i32,
  type FunctionBuilder,
  type InputPlace,
  type ModuleBuilder,
  type OutputPlace,
  type Regions,
} from '@cad/core/compiler'
import { kernelMemory } from '@cad/kernels'
import type { Field, FieldAt } from '../field.ts'
import { layoutOf, type StateLayout } from '../state-layout.ts'
import { reserveEach, type Bench } from './bench.ts'

/** A function of a module, and what the host gives it for each solve. */
export interface FieldFunction {
  readonly name: 'value' | 'vjp'
  readonly code: FunctionBuilder
  /** What the early part left, into the module. */
  readonly load: (f: FieldAt) => void
  /** The same by the host, with byte addresses, where it cannot be code; undefined where it is. */
  readonly host: ((f: FieldAt, ...args: number[]) => void) | undefined
}

export interface FieldModule {
  readonly module: ModuleBuilder
  readonly field: Field
  readonly bench: Bench
  readonly regions: Regions
}

const stateAt = ({ leaves }: StateLayout, base: number): { base: number; offset: number }[] =>
  leaves.map(({ offset }) => ({ base, offset: 8 * offset }))

/** f(t, address of y, address of its slope) */
export function emitValue(target: FieldModule): FieldFunction {
  const { state } = target.field
  const code = target.module.function('value', [f64, i32, i32])
  return emitted(target, { kind: 'value', code }, { inputs: [], outputs: stateAt(state, 2) }, (f, ...[t, y, out]) => {
    const n = state.doubles
    const slope = new Float64Array(n)
    f.value(t, copied(y, n), { data: slope, at: 0 })
    kernelMemory.float64().set(slope, out / 8)
  })
}

/** (t, address of y, address of w, address of ȳ); p̄ is added to what is there. */
export function emitVjp(target: FieldModule): FieldFunction {
  const { state, parameters } = target.field
  const { g } = target.bench
  const code = target.module.function('vjp', [f64, i32, i32, i32])
  const bars = parameters.leaves.map(({ offset }) => ({ offset: g + 8 * offset, accumulate: true }))
  const places = { inputs: stateAt(state, 2), outputs: [...stateAt(state, 3), ...bars] }
  return emitted(target, { kind: 'vjp', code }, places, (f, ...[t, y, w, out]) => {
    const n = state.doubles
    const [yBar, pBar] = [new Float64Array(n), new Float64Array(f.p.length)]
    f.vjp(t, copied(y, n), copied(w, n), { y: { data: yBar, at: 0 }, p: pBar })
    const memory = kernelMemory.float64()
    memory.set(yBar, out / 8)
    for (let i = 0; i < pBar.length; i++) memory[g / 8 + i] += pBar[i]
  })
}

/** Programs of the host may grow the memory, which detaches views of it: they get numbers of their own. */
const copied = (address: number, n: number): { data: Float64Array; at: number } => ({
  data: kernelMemory.float64().slice(address / 8, address / 8 + n),
  at: 0,
})

/** As code where that can be, else as a call into the host; both with the same parameters. */
function emitted(
  { module, field, bench, regions }: FieldModule,
  { kind, code }: { readonly kind: 'value' | 'vjp'; readonly code: FunctionBuilder },
  places: { readonly inputs: readonly InputPlace[]; readonly outputs: readonly OutputPlace[] },
  host: NonNullable<FieldFunction['host']>,
): FieldFunction {
  const { early, late } = field.pieces(kind, false)
  const residuals = layoutOf((early?.outputs ?? []).filter(({ dtype }) => dtype !== 'opaque'))
  const { held } = reserveEach({ held: residuals.doubles }, regions)
  const inputs: InputPlace[] = [
    ...field.values.leaves.map(({ offset }) => ({ offset: bench.p + 8 * offset })),
    ...residuals.leaves.map(({ offset }) => ({ offset: held + 8 * offset })),
    { local: 0 },
    ...stateAt(field.state, 1),
    ...places.inputs,
  ]
  const isCode = emitProgram(code, late.graph, { inputs, outputs: places.outputs }, { imports: module.imports, regions }) // prettier-ignore
  if (isCode !== undefined) {
    const load = (f: FieldAt): void => {
      const numbers = f.residuals(kind).filter((x): x is Float64Array => x instanceof Float64Array)
      numbers.forEach((x, i) => kernelMemory.float64().set(x, held / 8 + residuals.leaves[i].offset))
    }
    return { name: kind, code, load, host: undefined }
  }
  code.parameters.forEach((_, i) => code.get(i))
  code.call(module.imports.function(kind, code.parameters))
  return { name: kind, code, load: () => undefined, host }
}
