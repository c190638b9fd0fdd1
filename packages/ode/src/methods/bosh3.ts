import { explicitMethod } from './explicit-method.ts'
import type { Method } from './method.ts'

const b = [2 / 9, 1 / 3, 4 / 9, 0]

/** Bogacki–Shampine 3(2), four stages, first same as last: for loose tolerances. Appl. Math. Lett. 2 (1989) 321–325. */
export const bosh3: Method = explicitMethod({
  name: 'bosh3',
  order: 3,
  errorOrder: 2,
  c: [0, 1 / 2, 3 / 4, 1],
  a: [[], [1 / 2], [0, 3 / 4], b.slice(0, 3)],
  b,
  e: [-5 / 72, 1 / 12, 1 / 9, -1 / 8],
})
