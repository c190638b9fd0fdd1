import { explicitMethod } from './explicit-method.ts'
import type { Method } from './method.ts'

/** The classical method of order 4, for constant steps: it has no error estimate. Kutta, Z. Math. Phys. 46 (1901) 435–453. */
export const rk4: Method = explicitMethod({
  name: 'rk4',
  order: 4,
  c: [0, 1 / 2, 1 / 2, 1],
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
})
