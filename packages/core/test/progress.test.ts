import { expect, it } from 'vitest'
import { progressLine } from '../src/progress.ts'

it('a progress line shows every quantity in columns that stay', () => {
  const progress = { iteration: 7, loss: 0.5, gradientNorm: 1e-9, step: 12, evaluations: 31, seconds: 1.26 }
  const line = progressLine(progress)
  expect(line).toBe('iteration   7  loss   5.000e-1  |gradient|   1.000e-9  step   1.200e+1  evaluations   31  1.3 s')
  expect(progressLine({ ...progress, iteration: 123, loss: 1e100, evaluations: 4567 })).toHaveLength(line.length)
})
