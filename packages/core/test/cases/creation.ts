import { arange, eye, linspace, ones, tensor, toTensor, zeros } from '@cad/core'
import type { CreationCase } from './core-case.ts'

const kind = 'creation'

/** Functions without a tensor argument. */
export const creation: readonly CreationCase[] = [
  { name: 'tensor', kind, create: () => tensor([[1, 2], [3, { re: 0, im: -1 }]]), value: [[{ re: 1, im: 0 }, { re: 2, im: 0 }], [{ re: 3, im: 0 }, { re: 0, im: -1 }]] }, // prettier-ignore
  { name: 'toTensor', kind, create: () => toTensor({ re: 1, im: -2 }), value: { re: 1, im: -2 } },
  { name: 'zeros', kind, create: () => zeros([2, 1]), value: [[0], [0]] },
  { name: 'ones', kind, create: () => ones([2]), value: [1, 1] },
  { name: 'eye', kind, create: () => eye(2), value: [[1, 0], [0, 1]] }, // prettier-ignore
  { name: 'linspace', kind, create: () => linspace(0, 1, 5), value: [0, 0.25, 0.5, 0.75, 1] },
  { name: 'arange', kind, create: () => arange(4), value: [0, 1, 2, 3] },
]
