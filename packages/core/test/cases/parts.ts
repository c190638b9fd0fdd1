import { abs, abs2, arg, complex, conj, imag, polar, real, sign, stopGradient } from '@cad/core'
import type { CoreCase } from './core-case.ts'
import { r, unary, z } from './points.ts'

const kink = { slopeAtZero: 'by convention' } as const
const declared = 'its derivative is declared to be 0'

/** Parts of a complex number, and numbers made of parts. */
export const parts: readonly CoreCase[] = [
  { ...unary('conj', conj), reference: { conj } },
  { ...unary('real', real, { dropsNaN: 'from the imaginary part' }), reference: { real } },
  { ...unary('imag', imag, { dropsNaN: 'always' }), reference: { imag } },
  { ...unary('abs', abs, { limits: [Infinity, Infinity], ...kink }), reference: { abs } },
  { ...unary('abs2', abs2), reference: { abs2 } },
  { ...unary('sign', sign, { limits: [1, -1], ...kink }), reference: { sign } },
  { ...unary('arg', arg, { limits: [0, Math.PI], ...kink }), reference: { arg } },
  {
    name: 'complex',
    f: (x, y) => complex(x, y),
    row: { args: [0.7, -1.3] },
    variants: {
      'x + iy': [r([2, 3], 1), r([3], 2)],
      x: { f: (x) => complex(x), args: [r([2], 3)] },
    },
    sections: { 'x + iy in y': { f: (x) => complex(1, x), onlyReal: true } },
  },
  {
    name: 'polar',
    f: (x, y) => polar(x, y),
    row: { args: [0.7, -1.3] },
    variants: { '': [r([2, 3], 30), r([3], 31)] },
    sections: {
      'r e^{iθ} in r': { f: (x) => polar(x, 2), onlyReal: true },
      'r e^{iθ} in θ': { f: (x) => polar(2, x), onlyReal: true },
    },
  },
  {
    name: 'stopGradient',
    f: (x) => stopGradient(x),
    variants: { '': [z] },
    except: { rule: declared, Jacobian: declared },
  },
]
