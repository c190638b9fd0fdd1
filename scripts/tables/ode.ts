/** docs/ode-methods.md: methods, adjoints and controllers of @cad/ode with what is measured of them, and the options of a solve. */
import { checkRule, type Tensor } from '@cad/core'
import { adjoints, controllers, methods } from '../../packages/ode/test/cases/index.ts'
import { constantSteps, observedDenseOrderOf, observedOrderOf } from '../../packages/ode/test/cases/measure.ts'
import { schemeOf, type AdjointCase, type MethodCase } from '../../packages/ode/test/cases/solver-case.ts'
import { mixedPoint, solveMixed } from '../../packages/ode/test/cases/solves.ts'
import { optionTable } from './options.ts'
import { code, defect, table, writtenBy, type Page } from './page.ts'
import { declarationOf, exportedValues, type Declaration } from './sources.ts'

const intro = `# ODE methods

${writtenBy}

\`solveIvp(f, [t0, t1], y0, options)\` takes a method, a controller and an adjoint as values of its options.
`

const methodNotes = `- **Order** as its tableau says, and of the error estimate; a method without one takes constant steps, \`firstStep\`.
- **Evaluations** of f in a step, of which a rejected step costs as many.
- **Interpolant**: the order of the states that are saved inside steps.
- **Observed**: the slope of log(error) over log(h) at the ends of steps, on a complex linear system, and inside a step.
- **Derivative**: \`checkRule\` of a solve in constant steps, for its initial state and three parameters, saved inside steps; the number is the
  largest relative defect of what needs no differences, rounded up to a power of ten.
`

const declarations = (): ReadonlyMap<string, Declaration> =>
  new Map(exportedValues('ode').map((site) => [site.name, declarationOf(site)]))

/** jvp and vjp of a small solve against each other. */
function derivativeDefect(method: MethodCase['method'], adjoint?: AdjointCase['adjoint']): string {
  const f = (...point: Tensor[]): Tensor =>
    solveMixed(point, [0, 1], { ...constantSteps(method, 0.25), saveAt: [0, 0.13, 1], ...(adjoint && { adjoint }) })
  const { identity, linearity, units, embedding } = checkRule(f, mixedPoint, { order: 1 })
  return defect(Math.max(identity, linearity, units, embedding))
}

const rounded = (x: number): string => String(Math.round(10 * x) / 10)

function methodRow(found: MethodCase, known: ReadonlyMap<string, Declaration>): string[] {
  const { name, method, denseOrder } = found
  return [
    code(name),
    known.get(name)?.sentence ?? '',
    method.errorOrder === undefined ? `${method.order}` : `${method.order}(${method.errorOrder})`,
    String(schemeOf(method).a.length - 1),
    String(denseOrder),
    `${rounded(observedOrderOf(found))}; ${rounded(observedDenseOrderOf(found) - 1)} inside`,
    derivativeDefect(method),
  ]
}

function generate(): string {
  const known = declarations()
  const [{ method }] = methods
  return [
    intro,
    '## Methods',
    methodNotes,
    table(
      ['method', 'what it is', 'order', 'evaluations', 'interpolant', 'observed', 'derivative'],
      methods.map((found) => methodRow(found, known)),
    ),
    '## Adjoints',
    table(
      ['adjoint', 'what it is', 'derivative'],
      adjoints.map(({ name, adjoint }) => [
        code(known.get(name)?.signature ?? name),
        known.get(name)?.sentence ?? '',
        derivativeDefect(method, adjoint),
      ]),
    ),
    '## Controllers',
    table(
      ['controller', 'what it is'],
      controllers.map(({ name }) => [code(known.get(name)?.signature ?? name), known.get(name)?.sentence ?? '']),
    ),
    '## Options of solveIvp',
    optionTable('ode', 'SolveOptions', 'solve-ivp.ts'),
  ].join('\n\n')
}

export const odePage: Page = { file: 'docs/ode-methods.md', generate }
