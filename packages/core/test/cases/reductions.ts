import {
  complex,
  cumsum,
  full,
  max,
  mean,
  min,
  norm,
  prod,
  reshape,
  stack,
  sum,
  tensor,
  toTensor,
  type Tensor,
  type TensorLike,
} from '@cad/core'
import { spread } from './comparison.ts'
import type { CoreCase } from './core-case.ts'
import { c, r, vector } from './points.ts'

const withZeros = tensor([
  [complex(0), complex(0.4, -1.1)],
  [complex(0.8, 0.3), complex(0)],
  [complex(-0.7, 0.2), complex(0)],
])

/** The element and a fixed one side by side, or the element alone, along a new axis to reduce over. */
const beside = (x: TensorLike, fixed: TensorLike): Tensor => stack([x, full(toTensor(x).shape, fixed)], { axis: -1 })
const alone = (x: TensorLike): Tensor => reshape(x, [...toTensor(x).shape, 1])
const last = { axis: -1 }
const operand = { re: 2, im: -3 }
const realVector = tensor([0.7, -1.3, 0.2])
const twoEqual = tensor([1, 1])

/** Operations that take several numbers together. */
export const reductions: readonly CoreCase[] = [
  {
    name: 'sum',
    f: (x) => sum(x),
    row: { args: [vector] },
    variants: {
      all: [c([2, 3], 12)],
      'over rows': { f: (x) => sum(x, { axis: 0 }), args: [c([2, 3], 13)] },
      'over two axes, kept': { f: (x) => sum(x, { axis: [0, -1], keepdims: true }), args: [r([2, 3, 2], 14)] },
      'over nothing': { f: (x) => sum(x, { axis: 0 }), args: [c([0, 2], 15)] },
    },
  },
  {
    name: 'mean',
    f: (x) => mean(x),
    row: { args: [vector] },
    variants: {
      all: [c([2, 3], 16)],
      'over columns': { f: (x) => mean(x, { axis: 1 }), args: [r([2, 3], 17)] },
    },
  },
  {
    name: 'prod',
    f: (x) => prod(x),
    row: { args: [vector], zeros: [{ at: [tensor([0, 2, 3])], along: 0, label: 'x = (0, 2, 3)' }] },
    variants: {
      'all, complex': [c([2, 3], 22)],
      'columns with zeros': { f: (x) => prod(x, { axis: 0 }), args: [withZeros] },
      'over two axes, kept': { f: (x) => prod(x, { axis: [0, 2], keepdims: true }), args: [r([2, 2, 3], 23)] },
      'over nothing': { f: (x) => prod(x, { axis: 0 }), args: [c([0, 2], 24)] },
    },
    sections: { prod: { f: (x) => prod(beside(x, operand), last) } },
  },
  {
    name: 'cumsum',
    f: (x) => cumsum(x),
    row: { args: [vector] },
    variants: {
      all: [c([2, 3], 25)],
      'along rows': { f: (x) => cumsum(x, { axis: 1 }), args: [r([2, 3], 26)] },
      'along a middle axis': { f: (x) => cumsum(x, { axis: -2 }), args: [c([2, 3, 2], 27)] },
      'of nothing': { f: (x) => cumsum(x, { axis: 0 }), args: [c([0, 2], 28)] },
    },
    sections: { cumsum: { f: (x) => sum(cumsum(beside(x, operand), last), last) } },
  },
  {
    name: 'max',
    f: (x) => max(x),
    row: {
      args: [realVector],
      f: (x) => max(x, { keepdims: true }),
      zeros: [{ at: [twoEqual], along: 0, label: 'two largest' }],
    },
    variants: {
      all: [spread],
      rows: { f: (x) => max(x, { axis: 1 }), args: [spread] },
      'nothing in rows': { f: (x) => max(x, { axis: 1 }), args: [r([0, 2], 21)] },
    },
    sections: { max: { f: (x) => max(beside(x, 1), last), onlyReal: true } },
  },
  {
    name: 'min',
    f: (x) => min(x),
    row: {
      args: [realVector],
      f: (x) => min(x, { keepdims: true }),
      zeros: [{ at: [twoEqual], along: 0, label: 'two smallest' }],
    },
    variants: {
      all: [spread],
      'columns, kept': { f: (x) => min(x, { axis: 0, keepdims: true }), args: [spread] },
    },
    sections: { min: { f: (x) => min(beside(x, 1), last), onlyReal: true } },
  },
  {
    name: 'norm',
    f: (x) => norm(x),
    row: { args: [vector], f: (x) => norm(x, { keepdims: true }) },
    variants: {
      'all, complex': [c([2, 3], 18)],
      'all, real': [r([4], 19)],
      rows: { f: (x) => norm(x, { axis: 1 }), args: [c([2, 3], 20)] },
      'a middle axis, kept': { f: (x) => norm(x, { axis: 1, keepdims: true }), args: [c([2, 2, 2], 21)] },
      ...Object.fromEntries(
        [1, 1.5, 2, 3, 4, 7.5, Infinity].flatMap((ord) => [
          [`order ${ord}, complex`, { f: (x: Tensor) => norm(x, { ord }), args: [c([2, 2], 29)] }],
          [`order ${ord}, rows of real`, { f: (x: Tensor) => norm(x, { ord, axis: 1 }), args: [spread] }],
        ]),
      ),
    },
    sections: {
      norm: { f: (x) => norm(alone(x), last), limits: [Infinity, Infinity], slopeAtZero: 'by convention' },
      'norm, p = 1': { f: (x) => norm(alone(x), { axis: -1, ord: 1 }) },
      'norm, p = 1.5': { f: (x) => norm(alone(x), { axis: -1, ord: 1.5 }) },
      'norm, p = 3': { f: (x) => norm(alone(x), { axis: -1, ord: 3 }), limits: [Infinity, Infinity] },
      'norm, p = ∞': { f: (x) => norm(alone(x), { axis: -1, ord: Infinity }) },
    },
  },
]
