import { canGenerateCode } from '@cad/core/compiler'
import { Field, type RightHandSide } from '../field.ts'
import type { Scheme } from '../methods/tableau.ts'
import { explicitError, explicitStep, explicitStepAdjoint, type StepAt, type StepBars } from '../steps/explicit.ts'

/** One step of a method on one problem, forwards and backwards; what `steps/explicit.ts` defines, made fast. */
export interface ExplicitKernels {
  /** Writes the stage states behind y into `states`, and the slopes k_i into `slopes`, of which the first is given. */
  readonly step: (at: StepAt, slopes: Float64Array) => void
  /** h Σ e_i k_i into `error`. */
  readonly error: (h: number, slopes: Float64Array, error: Float64Array) => void
  readonly adjoint: (at: StepAt, bars: StepBars) => void
}

const kernels = new WeakMap<RightHandSide, Map<Scheme, ExplicitKernels>>()

/** The kernels for a method and a field; generated once, with the tableau and the size of the state baked in. */
export function explicitKernels(scheme: Scheme, field: RightHandSide): ExplicitKernels {
  let known = kernels.get(field)
  if (known === undefined) kernels.set(field, (known = new Map()))
  let found = known.get(scheme)
  if (found === undefined)
    known.set(
      scheme,
      (found = isLasting(field) && canGenerateCode() ? generate(scheme, field) : generic(scheme, field)),
    )
  return found
}

/** Code is generated for a field itself, not for one whose early part belongs to a single solve. */
const isLasting = (field: RightHandSide): boolean => field instanceof Field

/** The readable form: for environments that forbid generated code, and the reference of the generated one. */
export function generic(scheme: Scheme, field: RightHandSide): ExplicitKernels {
  return {
    step: (at, slopes) => explicitStep(scheme, field, at, slopes),
    error: (h, slopes, error) => explicitError(scheme, h, slopes, error),
    adjoint: (at, bars) => explicitStepAdjoint(scheme, field, at, bars),
  }
}

function generate(scheme: Scheme, field: RightHandSide): ExplicitKernels {
  const { n } = field
  const { a, e } = scheme
  const stages = a.map((row, i) => (i === 0 ? '' : stageText(scheme, row, i, n)))
  const step = `'use strict';return({t,h,states:Y,base,p},k)=>{${stages.join('\n')}}`
  const error = `'use strict';return(h,k,e)=>{${loop(n, `e[i]=h*(${sumText(e ?? [], 'k', n)})`)}}`
  const adjointText = `'use strict';return({t,h,states:Y,base,p},{y,slopes,hasSlopes,p:g,stages:S,slope:w})=>{${adjointBody(scheme, n)}}`
  const derived = (text: string, ...names: string[]): Function => new Function(...names, text)
  let adjoint: ExplicitKernels['adjoint'] | undefined
  return {
    step: derived(step, 'run')(field.value.run) as ExplicitKernels['step'],
    error: derived(error)() as ExplicitKernels['error'],
    adjoint: (at, bars) => {
      adjoint ??= derived(adjointText, 'run')(field.vjp.run) as ExplicitKernels['adjoint']
      adjoint(at, bars)
    },
  }
}

/** States with at most this many numbers are written out component by component. */
const mostUnrolled = 8

/** The statement for i = 0 … n − 1. */
function loop(n: number, statement: string): string {
  if (n > mostUnrolled) return `for(let i=0;i<${n};i++)${statement};`
  return Array.from({ length: n }, (_, i) => statement.replaceAll(/\bi\b/g, String(i))).join(';') + ';'
}

/** Σ_j weights_j v_j[i] over the vectors that stand in array `name` one after the other. */
function sumText(weights: readonly number[], name: string, n: number): string {
  const terms = weights.flatMap((weight, j) => (weight === 0 ? [] : [`${weight}*${name}[${j * n}+i]`]))
  return terms.length === 0 ? '0' : terms.join('+').replaceAll('+-', '-')
}

function stageText({ c }: Scheme, row: readonly number[], stage: number, n: number): string {
  const at = `base+${stage * n}`
  return `${loop(n, `Y[${at}+i]=Y[base+i]+h*(${sumText(row, 'k', n)})`)}run(t+${c[stage]}*h,Y,${at},p,k,${stage * n});`
}

function adjointBody({ a, b, c }: Scheme, n: number): string {
  const last = a.length - 1
  const cotangent = (stage: number, withSlopes: boolean): string => {
    const column = a.map((row, j) => (j > stage ? (row[stage] ?? 0) : 0))
    const terms = [b[stage] === 0 ? '' : `${b[stage]}*y[i]`, sumText(column, 'S', n)].filter(
      (text) => text !== '' && text !== '0',
    )
    return `h*(${terms.length === 0 ? '0' : terms.join('+').replaceAll('+-', '-')})${withSlopes ? `+slopes[${stage * n}+i]` : ''}`
  }
  const visit = (stage: number, withSlopes: boolean): string =>
    `${loop(n, `w[i]=${cotangent(stage, withSlopes)}`)}run(t+${c[stage]}*h,Y,base+${stage * n},p,w,0,S,${stage * n},g);`
  const stages = Array.from({ length: last }, (_, i) => last - 1 - i)
  const finish = loop(n, `y[i]+=${a.map((_, stage) => `S[${stage * n}+i]`).join('+')}`)
  const withSaved = [last, ...stages].map((stage) => visit(stage, true)).join('\n')
  const without = `S.fill(0,${last * n},${(last + 1) * n});${stages.map((stage) => visit(stage, false)).join('\n')}`
  return `if(hasSlopes){${withSaved}}else{${without}}${finish}`
}
