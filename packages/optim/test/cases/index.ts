import { gradientDescent, lbfgs, levenbergMarquardt } from '@cad/optim'
import type { Excluded } from '@cad/testing'
import { leastSquaresMethod, minimizer, type SearchCase } from './search-case.ts'

/** Curvatures that differ by more than some hundred: descent along the gradient alone takes more iterations than a search has. */
const curved = 'its curvatures differ too much for steps along the gradient'

/** One entry for each export of @cad/optim: tests, and the rows of docs/optimisers.md, are made from it. */
export const cases: readonly SearchCase[] = [
  minimizer('minimize', { default: undefined }),
  minimizer('lbfgs', { default: lbfgs(), 'memory 3': lbfgs({ memory: 3 }), 'curvature ½': lbfgs({ curvature: 0.5 }) }),
  {
    ...minimizer('gradientDescent', { default: gradientDescent(), 'short steps': gradientDescent({ rate: 1e-3 }) }),
    unsolved: {
      Rosenbrock: curved,
      'complex valley': curved,
      'badly scaled': curved,
      'Powell singular': curved,
      Misra1a: curved,
      'Misra1a without units': curved,
    },
  },
  leastSquaresMethod('leastSquares', { default: undefined }),
  leastSquaresMethod('levenbergMarquardt', {
    default: levenbergMarquardt(),
    'short first steps': levenbergMarquardt({ initialRadius: 0.1 }),
  }),
]

/** Exports that need no case, and why. */
export const excluded: Excluded = {
  isConverged: 'a question about a status, asked of every result of these cases',
  statuses: 'the list of all statuses, in which every result of these cases must be',
}
