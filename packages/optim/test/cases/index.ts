import { lbfgs, levenbergMarquardt } from '@cad/optim'
import type { Excluded } from '@cad/testing'
import { leastSquaresMethod, minimizer, type SearchCase } from './search-case.ts'

/** One entry for each export of @cad/optim: tests, and the rows of docs/optimisers.md, are made from it. */
export const cases: readonly SearchCase[] = [
  minimizer('minimize', { default: undefined }),
  minimizer('lbfgs', { default: lbfgs(), 'memory 3': lbfgs({ memory: 3 }), 'curvature ½': lbfgs({ curvature: 0.5 }) }),
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
