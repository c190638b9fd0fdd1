import { add, complex, div, hypot, mul, neg, pow, reciprocal, square, sub } from '@cad/core'
import reference from '../fixtures/elementwise.json' with { type: 'json' }
import type { CoreCase } from './core-case.ts'
import { binary, binaryPoints, each, r, u, unary, unaryPoints, z } from './points.ts'

/** The second operand at special points. */
const operand = { re: 2, im: -3 }

/** The second operand in the fixture. */
const [re, im] = reference.other
const other = { re, im }

const extremes = {}

const pole = [{ at: { re: 0, im: 0 }, value: [Infinity, 0] as const }]

/** Sums, products, quotients and powers. */
export const arithmetic: readonly CoreCase[] = [
  { ...unary('neg', neg), reference: { neg } },
  {
    ...unary('reciprocal', reciprocal, { limits: [0, -0], slopeAtZero: 'infinite', singular: pole, extremes }),
    reference: { reciprocal },
  },
  { ...unary('square', square, { extremes }), reference: { square } },
  { ...binary('add', add, { 'z + c': (x) => add(x, operand) }), reference: { add: (x) => add(x, other) } },
  {
    ...binary('sub', sub, { 'c − z': (x) => sub(operand, x) }),
    reference: { sub: (x) => sub(x, other), rsub: (x) => sub(other, x) },
  },
  { ...binary('mul', mul, { 'c z': (x) => mul(operand, x) }), reference: { mul: (x) => mul(x, other) } },
  {
    ...binary('div', div, {
      'z / c': (x) => div(x, operand),
      'c / z': (x) => div(operand, x),
      'z / 2': (x) => div(x, 2),
      '2 / z': (x) => div(2, x),
    }),
    reference: { div: (x) => div(x, other), rdiv: (x) => div(other, x) },
  },
  {
    name: 'hypot',
    f: hypot,
    row: { args: [0.7, -1.3], zeros: [{ at: [0, 0], along: 0, label: 'x = y = 0' }] },
    variants: { '': [r([2, 3], 31), r([3], 32)], 'with a number': [r([], 33), r([2], 34)] },
    sections: {
      'hypot(x, 3)': { f: (x) => hypot(x, 3), onlyReal: true, limits: [Infinity, Infinity] },
      'hypot(0, x)': {
        f: (x) => hypot(0, x),
        onlyReal: true,
        limits: [Infinity, Infinity],
        slopeAtZero: 'by convention',
      },
    },
  },
  {
    name: 'pow',
    f: pow,
    row: {
      args: [z, u],
      zeros: [
        { at: [complex(0), 0.5], along: 0, label: 'z = 0, p = ½' },
        { at: [complex(0), 1.5], along: 0, label: 'p = 1.5' },
        { at: [complex(0), 1.5], along: 1, label: 'in p' },
      ],
    },
    variants: {
      ...binaryPoints,
      ...each('z⁰', (x) => pow(x, 0), unaryPoints),
      ...each('z¹', (x) => pow(x, 1), unaryPoints),
      ...each('z⁵', (x) => pow(x, 5), unaryPoints),
      ...each('z⁻²', (x) => pow(x, -2), unaryPoints),
      ...each('z^⅓', (x) => pow(x, 1 / 3), unaryPoints),
      ...each('z⁷⁰', (x) => pow(x, 70), unaryPoints),
    },
    sections: {
      'z⁰': { f: (x) => pow(x, 0), dropsNaN: 'always' },
      'z³': { f: (x) => pow(x, 3) },
      'z⁻²': { f: (x) => pow(x, -2) },
      'z⁷⁰': { f: (x) => pow(x, 70) },
      'z^½': { f: (x) => pow(x, 0.5), realWhere: (x) => x >= 0 },
      'z^−1.5': { f: (x) => pow(x, -1.5), realWhere: (x) => x >= 0 },
      'z^c': { f: (x) => pow(x, operand) },
      'c^z': { f: (x) => pow(operand, x) },
      '2^z': { f: (x) => pow(2, x) },
    },
    reference: {
      pow3: (x) => pow(x, 3),
      'pow-2': (x) => pow(x, -2),
      pow65: (x) => pow(x, 65),
      powReal: (x) => pow(x, 2.5),
      powComplex: (x) => pow(x, other),
      powBase: (x) => pow(other, x),
    },
  },
]
