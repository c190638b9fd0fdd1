import { at, gather, scatter, scatterAdd, slice, take, takeAlongAxis } from '@cad/core'
import type { CoreCase } from './core-case.ts'
import { c, r, u, vector } from './points.ts'

/** Elements that only move are the same numbers, and their cotangents sums of a few. */
const bounds = { because: 'elements only move', compiled: 1e-14 }

const reads: readonly CoreCase[] = [
  {
    name: 'at',
    f: (x) => at(x, -1),
    row: { args: [vector], f: (x) => at(x, 1) },
    variants: {
      'a row': [c([2, 3], 28)],
      'an element': { f: (x) => at(x, 1, 0), args: [r([2, 3], 29)] },
    },
  },
  {
    name: 'slice',
    f: (x) => slice(x, { start: 1 }, { step: -2 }),
    row: { args: [vector], f: (x) => slice(x, { start: 1 }) },
    variants: {
      'of a matrix': [c([3, 4], 31)],
      'of nothing': { f: (x) => slice(x, { start: 2, end: 2 }), args: [c([3], 32)] },
    },
  },
  {
    name: 'take',
    f: (x) => take(x, [3, 0, 0]),
    row: { args: [vector], f: (x) => take(x, [2, 0, 2]) },
    variants: {
      flattened: [c([2, 2], 1)],
      'along an axis': { f: (x) => take(x, [[-1], [0]], { axis: 1 }), args: [r([2, 3], 2)] },
      nothing: { f: (x) => take(x, []), args: [c([2], 3)] },
    },
    arrayReference: {
      take: (x) => take(x, [[3, 0], [-1, 3]]), // prettier-ignore
      'take, axis': (x) => take(x, [2, 0, 2], { axis: 1 }),
    },
  },
  {
    name: 'takeAlongAxis',
    f: (x) => takeAlongAxis(x, [[0, 0, 1]], { axis: -1 }),
    row: { args: [vector], f: (x) => takeAlongAxis(x, [2, 0]) },
    variants: {
      last: [c([2, 2], 4)],
      first: { f: (x) => takeAlongAxis(x, [[1, -1]], { axis: 0 }), args: [r([2, 2], 5)] },
    },
    arrayReference: {
      takeAlongAxis: (x) => takeAlongAxis(x, [[2, 1], [0, 1]], { axis: 1 }), // prettier-ignore
      'takeAlongAxis, broadcast': (x) => takeAlongAxis(x, [[2, 0]], { axis: 0 }),
    },
  },
  {
    name: 'gather',
    f: (x) => gather(x, [1, 1, 0], [0, 0, -1]),
    row: { args: [vector], f: (x) => gather(x, [2, 0, 2]) },
    variants: {
      elements: [c([2, 2], 6)],
      rows: { f: (x) => gather(x, [[1], [1]]), args: [r([2, 2], 7)] },
      nothing: { f: (x) => gather(x, [], []), args: [c([2, 2], 8)] },
    },
    arrayReference: {
      gather: (x) => gather(x, [1, 0, 1], [2, -1, 2]),
      'gather, broadcast': (x) => gather(x, [[0], [1]], [1, 0]),
    },
  },
]

const writes: readonly CoreCase[] = [
  {
    name: 'scatter',
    f: (x, v) => scatter(x, [[0, 2, 0]], v),
    row: { args: [vector, u], names: ['x', 'values'], f: (x, values) => scatter(x, [[1]], values) },
    variants: {
      'twice to one place': [c([3], 9), c([3], 10)],
      'complex into real': { f: (x, v) => scatter(x, [[1]], v), args: [r([2, 2], 11), c([2], 12)] },
      'one number': { f: (x, v) => scatter(x, [[0, 1], 1], v), args: [c([2, 2], 13), r([], 14)] },
      nothing: { f: (x, v) => scatter(x, [[]], v), args: [c([2, 2], 15), c([0, 2], 16)] },
    },
    arrayReference: {
      scatter: (x, v) => scatter(x, [[0, 2, 0]], v),
      'scatter, broadcast': (x, v) => scatter(x, [[[0], [1]], [2, 0]], v), // prettier-ignore
    },
  },
  {
    name: 'scatterAdd',
    f: (x, v) => scatterAdd(x, [[0, 2, 0]], v),
    row: { args: [vector, u], names: ['x', 'values'], f: (x, values) => scatterAdd(x, [[1]], values) },
    variants: {
      'twice to one place': [c([3], 17), c([3], 18)],
      broadcast: { f: (x, v) => scatterAdd(x, [[1, 1]], v), args: [r([2, 2], 19), c([2], 20)] },
    },
    arrayReference: {
      scatterAdd: (x, v) => scatterAdd(x, [[0, 2, 0]], v),
      'scatterAdd, elements': (x, v) => scatterAdd(x, [[1, 1], [2, -1]], v), // prettier-ignore
    },
  },
]

/** Reading and writing elements by their places. */
export const indexing: readonly CoreCase[] = [...reads, ...writes].map((found) => ({ bounds, ...found }))
