import { abs2, add, complex, conj, cos, mul, tensor, type Tensor } from '@cad/core'
import { solveIvp, type SolveOptions } from '@cad/ode'
import type { FunctionCase, Variant } from '@cad/testing'
import { dampedQubit, randomTensor } from '../problems.ts'
import { constantSteps } from './measure.ts'
import type { MethodCase } from './solver-case.ts'

interface Rates {
  readonly rates: readonly [Tensor, Tensor]
  readonly drive: { readonly amplitude: Tensor }
}

/** Not holomorphic and time-dependent, with a real and two complex parameters. */
export const mixed = (t: Tensor, y: Tensor, { rates: [a, b], drive }: Rates): Tensor =>
  add(add(mul(mul(a, cos(mul(3, t))), y), mul(mul(b, t), conj(y))), mul(drive.amplitude, mul(abs2(y), y)))

/** y0, a, b and the amplitude for `mixed`. */
export const mixedPoint: readonly Tensor[] = [
  mul(0.5, randomTensor([2], 5)),
  complex(0.3, 1.1),
  complex(-0.4, 0.2),
  tensor(-0.3),
]

export const solveMixed = (
  [y, a, b, amplitude]: readonly Tensor[],
  span: readonly [number, number],
  options: SolveOptions<Rates>,
): Tensor => solveIvp<Rates>(mixed, span, y, { ...options, args: { rates: [a, b], drive: { amplitude } } }).ys

const rho0 = tensor([
  [0.25, complex(0.1, 0.2)],
  [complex(0.1, -0.2), 0.75],
])

/** Small solves by a method, in constant steps: their number does not depend on the data, as differences need it. */
function variantsBy({ name, method }: MethodCase): Record<string, Variant> {
  const options = constantSteps<Rates>(method, 0.25)
  return {
    [`${name}, y0 and a tree of parameters, saved inside steps`]: {
      f: (...point) => solveMixed(point, [0, 1], { ...options, saveAt: [0, 0.13, 0.33, 0.33, 1] }),
      args: mixedPoint,
    },
    [`${name}, backwards in time`]: {
      f: (...point) => solveMixed(point, [1, 0], { ...options, saveAt: [1, 0.6, 0] }),
      args: mixedPoint,
    },
    [`${name}, variables caught in the closure`]: {
      f: (y, a, b, amplitude) =>
        solveIvp((t, z) => mixed(t, z, { rates: [a, b], drive: { amplitude } }), [0, 1], y, constantSteps(method, 0.25))
          .ys,
      args: mixedPoint,
    },
    [`${name}, matrix states`]: {
      f: (rho, O, D, gamma) =>
        solveIvp(dampedQubit, [0, 1], rho, { ...constantSteps(method, 0.25), saveAt: [0.1, 1], args: { O, D, gamma } })
          .ys,
      args: [rho0, 1.3, 0.4, 0.3],
    },
    [`${name}, real states and parameters`]: {
      f: (y, p) => solveIvp((t, x) => add(mul(p, x), mul(t, mul(x, x))), [0, 0.5], y, constantSteps(method, 0.25)).ys,
      args: [randomTensor([2], 7, 'float64'), -0.4],
    },
  }
}

/** The solver as a function of its initial state and parameters, by each method. */
export const solverCase = (methods: readonly MethodCase[]): FunctionCase => ({
  name: 'solveIvp',
  f: (...point) => solveMixed(point, [0, 1], {}),
  variants: Object.assign({}, ...methods.map(variantsBy)) as Record<string, Variant>,
})
