import { fft, ifft, irfft, rfft, tensor } from '@cad/core'
import type { CoreCase } from './core-case.ts'
import { c, r, vector } from './points.ts'

/** The same sums of products, at most 37 of them, in another order, and divisions by constants that became products. */
const bounds = { because: 'sums of at most 37 products', compiled: 1e-14 }

/** Fourier transforms. */
export const transforms: readonly CoreCase[] = [
  {
    name: 'fft',
    f: (x) => fft(x),
    row: { args: [vector] },
    bounds,
    variants: {
      complex: [c([6], 1)],
      real: [r([2, 5], 2)],
      'a prime length': [c([37], 3)],
      'along the first axis, cut': { f: (x) => fft(x, { axis: 0, n: 2 }), args: [c([3, 2], 4)] },
      'filled up': { f: (x) => fft(x, { n: 5 }), args: [r([3], 5)] },
      'no rows': [c([0, 4], 6)],
    },
    arrayReference: {
      fft: (x) => fft(x),
      'fft, axis': (x) => fft(x, { axis: 0 }),
      'fft, n': (x) => fft(x, { n: 5 }),
      'fft, prime': (x) => fft(x),
    },
  },
  {
    name: 'ifft',
    f: (x) => ifft(x),
    row: { args: [vector] },
    bounds,
    variants: {
      complex: [c([2, 3], 7)],
      real: { f: (x) => ifft(x, { axis: 0 }), args: [r([4, 2], 8)] },
    },
    arrayReference: { ifft: (x) => ifft(x), 'ifft, axis, n': (x) => ifft(x, { n: 3, axis: 0 }) },
  },
  {
    name: 'rfft',
    f: (x) => rfft(x),
    row: { args: [tensor([0.7, -1.3, 0.2])] },
    bounds,
    variants: {
      even: [r([6], 9)],
      odd: { f: (x) => rfft(x, { axis: 0 }), args: [r([5, 2], 10)] },
      cut: { f: (x) => rfft(x, { n: 3 }), args: [r([4], 11)] },
    },
    arrayReference: { rfft: (x) => rfft(x), 'rfft, odd, axis': (x) => rfft(x, { axis: 0 }) },
  },
  {
    name: 'irfft',
    f: (x) => irfft(x),
    row: { args: [vector] },
    bounds,
    variants: {
      even: [c([4], 12)],
      odd: { f: (x) => irfft(x, { n: 5, axis: 0 }), args: [c([3, 2], 13)] },
      'of real, filled up': { f: (x) => irfft(x, { n: 8 }), args: [r([3], 14)] },
      'to one': { f: (x) => irfft(x, { n: 1 }), args: [c([3], 15)] },
    },
    arrayReference: {
      irfft: (x) => irfft(x),
      'irfft, odd, axis': (x) => irfft(x, { n: 5, axis: 0 }),
      'irfft, longer': (x) => irfft(x, { n: 8 }),
    },
  },
]
