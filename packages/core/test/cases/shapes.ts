import {
  adjoint,
  broadcastTo,
  concat,
  diag,
  expandDims,
  flip,
  full,
  moveaxis,
  ravel,
  repeat,
  reshape,
  roll,
  split,
  squeeze,
  stack,
  swapaxes,
  tile,
  transpose,
} from '@cad/core'
import type { CoreCase } from './core-case.ts'
import { c, matrix, otherVector, r, vector, z } from './points.ts'

/** Elements that only move are the same numbers, and their cotangents sums of a few. */
const bounds = { because: 'elements only move', compiled: 1e-14 }

const axes: readonly CoreCase[] = [
  {
    name: 'reshape',
    f: (x) => reshape(x, [3, -1]),
    row: { args: [matrix], f: (x) => reshape(x, [3, 2]) },
    variants: { '': [c([2, 3], 22)] },
  },
  {
    name: 'transpose',
    f: (x) => transpose(x),
    row: { args: [matrix] },
    variants: {
      'of a matrix': [c([2, 3], 23)],
      'with axes': { f: (x) => transpose(x, [1, 2, 0]), args: [r([2, 3, 2], 24)] },
      'with negative axes': { f: (x) => transpose(x, [-1, 0, 1]), args: [c([2, 1, 3], 1)] },
    },
  },
  {
    name: 'adjoint',
    f: (x) => adjoint(x),
    row: { args: [matrix] },
    variants: { 'of a matrix': [c([2, 3], 25)], 'of a stack': [c([2, 2, 3], 26)] },
  },
  {
    name: 'broadcastTo',
    f: (x) => broadcastTo(x, [2, 3]),
    row: { args: [vector] },
    variants: { '': [c([2, 1], 27)] },
  },
  {
    name: 'ravel',
    f: (x) => ravel(x),
    row: { args: [matrix] },
    variants: { '': [c([2, 2], 2)] },
    arrayReference: { ravel: (x) => ravel(x), 'ravel, number': (x) => ravel(x) },
  },
  {
    name: 'squeeze',
    f: (x) => squeeze(x),
    row: { args: [vector], f: (x) => squeeze(reshape(x, [1, 3])) },
    variants: {
      'all axes': [c([1, 2, 1], 3)],
      'one axis': { f: (x) => squeeze(x, { axis: -1 }), args: [r([1, 2, 1], 4)] },
    },
    arrayReference: { squeeze: (x) => squeeze(x), 'squeeze, axis': (x) => squeeze(x, { axis: -1 }) },
  },
  {
    name: 'expandDims',
    f: (x) => expandDims(x, [0, -1]),
    row: { args: [vector], f: (x) => expandDims(x, 0) },
    variants: { '': [c([2], 5)] },
    arrayReference: { expandDims: (x) => expandDims(x, 0), 'expandDims, two': (x) => expandDims(x, [0, -1]) },
  },
  {
    name: 'moveaxis',
    f: (x) => moveaxis(x, 0, -1),
    row: { args: [matrix], f: (x) => moveaxis(x, 0, 1) },
    variants: { '': [c([2, 1, 3], 6)] },
    arrayReference: { moveaxis: (x) => moveaxis(x, 0, -1), 'moveaxis, two': (x) => moveaxis(x, [0, 1], [-1, 0]) },
  },
  {
    name: 'swapaxes',
    f: (x) => swapaxes(x, 0, -1),
    row: { args: [matrix], f: (x) => swapaxes(x, 0, 1) },
    variants: { '': [r([2, 1, 3], 7)] },
    arrayReference: { swapaxes: (x) => swapaxes(x, 0, 2), 'swapaxes, negative': (x) => swapaxes(x, -1, -2) },
  },
]

const moved: readonly CoreCase[] = [
  {
    name: 'flip',
    f: (x) => flip(x),
    row: { args: [vector] },
    variants: {
      'all axes': [c([2, 2], 8)],
      'one axis': { f: (x) => flip(x, { axis: -1 }), args: [r([2, 3], 9)] },
    },
    arrayReference: { flip: (x) => flip(x), 'flip, axis': (x) => flip(x, { axis: 1 }) },
  },
  {
    name: 'roll',
    f: (x) => roll(x, 2),
    row: { args: [vector], f: (x) => roll(x, 1) },
    variants: {
      flattened: [c([2, 2], 10)],
      'along axes': { f: (x) => roll(x, [1, -1], { axis: [1, 0] }), args: [r([2, 3], 11)] },
      'of nothing': { f: (x) => roll(x, 1, { axis: 0 }), args: [c([0, 2], 12)] },
    },
    arrayReference: { roll: (x) => roll(x, 4), 'roll, axes': (x) => roll(x, [1, -2], { axis: [0, 1] }) },
  },
  {
    name: 'tile',
    f: (x) => tile(x, [2, 1, 2]),
    row: { args: [vector], f: (x) => tile(x, 2) },
    variants: {
      'along a new axis': [c([2, 1], 13)],
      'to nothing': { f: (x) => tile(x, 0), args: [c([2], 14)] },
    },
    arrayReference: { tile: (x) => tile(x, 2), 'tile, more axes': (x) => tile(x, [2, 1, 3]) },
  },
  {
    name: 'repeat',
    f: (x) => repeat(x, 2),
    row: { args: [vector] },
    variants: {
      twice: [r([2, 2], 15)],
      counts: { f: (x) => repeat(x, [0, 2, 1], { axis: 1 }), args: [c([2, 3], 16)] },
    },
    arrayReference: { repeat: (x) => repeat(x, 2), 'repeat, counts': (x) => repeat(x, [1, 0, 3], { axis: 1 }) },
  },
  {
    name: 'split',
    f: (x) => split(x, 3),
    row: { args: [vector] },
    variants: {
      'in three': [c([3], 19)],
      'and joined': { f: (x) => concat(split(x, 2, { axis: 1 })), args: [c([2, 4], 17)] },
      'one part of nothing': { f: (x) => split(x, [1, 1])[1], args: [c([2], 18)] },
    },
    arrayReference: {
      split: (x) => split(x, 3)[1],
      'split, positions': (x) => split(x, [1, -1], { axis: 1 })[1],
    },
  },
]

const made: readonly CoreCase[] = [
  {
    name: 'stack',
    f: (a, b) => stack([a, b, a]),
    row: { args: [vector, otherVector], names: ['x₀', 'x₁'], f: (a, b) => stack([a, b]) },
    variants: {
      'along a first axis': [c([2], 33), r([2], 34)],
      'along a last axis': { f: (a, b) => stack([a, b], { axis: -1 }), args: [c([2, 3], 35), c([2, 3], 36)] },
    },
  },
  {
    name: 'concat',
    f: (a, b) => concat([a, b]),
    row: { args: [vector, otherVector], names: ['x₀', 'x₁'] },
    variants: {
      rows: [r([2, 3], 37), c([1, 3], 38)],
      columns: { f: (a, b) => concat([a, b], { axis: 1 }), args: [c([2, 1], 39), r([2, 3], 40)] },
    },
  },
  {
    name: 'diag',
    f: (x) => diag(x),
    row: { args: [vector] },
    variants: {
      'of a vector': [c([3], 32)],
      'of a vector, above': { f: (x) => diag(x, { offset: 1 }), args: [r([2], 33)] },
      'of a matrix, below': { f: (x) => diag(x, { offset: -1 }), args: [c([3, 4], 34)] },
    },
  },
  {
    name: 'full',
    f: (x) => full([2, 3], x),
    row: { args: [z], names: ['value'], f: (value) => full([2], value) },
    variants: {
      complex: [c([], 35)],
      'complex of real': { f: (x) => full([2, 3], x, { dtype: 'complex128' }), args: [r([3], 36)] },
    },
  },
]

/** Operations that move elements and compute nothing. */
export const shapes: readonly CoreCase[] = [...axes, ...moved, ...made].map((found) => ({ bounds, ...found }))
