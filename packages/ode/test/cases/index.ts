import { bosh3, discreteAdjoint, dop853, dopri5, piController, rk4, tsit5 } from '@cad/ode'
import { pointsOf, type Excluded, type FunctionCase, type Point } from '@cad/testing'
import type { AdjointCase, ControllerCase, MethodCase } from './solver-case.ts'
import { solverCase } from './solves.ts'

export const methods: readonly MethodCase[] = [
  { name: 'rk4', kind: 'method', method: rk4, denseOrder: 3 },
  { name: 'tsit5', kind: 'method', method: tsit5, denseOrder: 4 },
  { name: 'dopri5', kind: 'method', method: dopri5, denseOrder: 4 },
  { name: 'dop853', kind: 'method', method: dop853, denseOrder: 7, steps: [6, 14] },
  { name: 'bosh3', kind: 'method', method: bosh3, denseOrder: 3 },
]

/** Those with an error estimate, which choose their steps by it. */
export const embedded: readonly MethodCase[] = methods.filter(({ method }) => method.errorOrder !== undefined)

export const adjoints: readonly AdjointCase[] = [
  { name: 'discreteAdjoint', kind: 'adjoint', adjoint: discreteAdjoint(), isExact: true },
]

export const controllers: readonly ControllerCase[] = [
  {
    name: 'piController',
    kind: 'controller',
    controllers: { default: piController(), 'without memory': piController({ beta: 0 }) },
  },
]

export const functionCases: readonly FunctionCase[] = [solverCase(methods)]

/** One entry for each export of @cad/ode: tests, and the rows of docs/ode-methods.md, are made from it. */
export const cases: readonly { readonly name: string }[] = [...methods, ...adjoints, ...controllers, ...functionCases]

/** Exports that need no case, and why. */
export const excluded: Excluded = {
  explicitMethod: 'makes a method of a tableau: methods/explicit-method.test.ts',
}

export const points: readonly Point[] = pointsOf(functionCases)
