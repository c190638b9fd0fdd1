import * as cad from '@cad/core'
import { tensor, vjp, type Tensor } from '@cad/core'
import { relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import reference from '../fixtures/arrays.json' with { type: 'json' }

type Operation = (...args: Tensor[]) => Tensor

/** The calls that the script makes of NumPy, by their names in the fixture; `einsum` takes its subscripts from the name. */
const operations: Record<string, Operation> = {
  matmul: (A, B) => cad.matmul(A, B),
  'matmul, stacks': (A, B) => cad.matmul(A, B),
  'matmul, stack and matrix': (A, B) => cad.matmul(A, B),
  'dot, vectors': (x, y) => cad.dot(x, y),
  'dot, stacks': (x, y) => cad.dot(x, y),
  vdot: (x, y) => cad.vdot(x, y),
  'vdot, matrices': (x, y) => cad.vdot(x, y),
  outer: (x, y) => cad.outer(x, y),
  'outer, flattened': (x, y) => cad.outer(x, y),
  kron: (A, B) => cad.kron(A, B),
  'kron, ranks': (A, B) => cad.kron(A, B),
  trace: (A) => cad.trace(A),
  'trace, offset': (A) => cad.trace(A, { offset: -1 }),
  squeeze: (x) => cad.squeeze(x),
  'squeeze, axis': (x) => cad.squeeze(x, { axis: -1 }),
  expandDims: (x) => cad.expandDims(x, 0),
  'expandDims, two': (x) => cad.expandDims(x, [0, -1]),
  split: (x) => cad.split(x, 3)[1],
  'split, positions': (x) => cad.split(x, [1, -1], { axis: 1 })[1],
  flip: (x) => cad.flip(x),
  'flip, axis': (x) => cad.flip(x, { axis: 1 }),
  roll: (x) => cad.roll(x, 4),
  'roll, axes': (x) => cad.roll(x, [1, -2], { axis: [0, 1] }),
  tile: (x) => cad.tile(x, 2),
  'tile, more axes': (x) => cad.tile(x, [2, 1, 3]),
  repeat: (x) => cad.repeat(x, 2),
  'repeat, counts': (x) => cad.repeat(x, [1, 0, 3], { axis: 1 }),
  moveaxis: (x) => cad.moveaxis(x, 0, -1),
  'moveaxis, two': (x) => cad.moveaxis(x, [0, 1], [-1, 0]),
  swapaxes: (x) => cad.swapaxes(x, 0, 2),
  'swapaxes, negative': (x) => cad.swapaxes(x, -1, -2),
  ravel: (x) => cad.ravel(x),
  'ravel, number': (x) => cad.ravel(x),
  take: (x) =>
    cad.take(x, [
      [3, 0],
      [-1, 3],
    ]),
  'take, axis': (x) => cad.take(x, [2, 0, 2], { axis: 1 }),
  takeAlongAxis: (x) =>
    cad.takeAlongAxis(
      x,
      [
        [2, 1],
        [0, 1],
      ],
      { axis: 1 },
    ),
  'takeAlongAxis, broadcast': (x) => cad.takeAlongAxis(x, [[2, 0]], { axis: 0 }),
  gather: (x) => cad.gather(x, [1, 0, 1], [2, -1, 2]),
  'gather, broadcast': (x) => cad.gather(x, [[0], [1]], [1, 0]),
  scatter: (x, v) => cad.scatter(x, [[0, 2, 0]], v),
  'scatter, broadcast': (x, v) =>
    cad.scatter(
      x,
      [
        [[0], [1]],
        [2, 0],
      ],
      v,
    ),
  scatterAdd: (x, v) => cad.scatterAdd(x, [[0, 2, 0]], v),
  'scatterAdd, elements': (x, v) =>
    cad.scatterAdd(
      x,
      [
        [1, 1],
        [2, -1],
      ],
      v,
    ),
  fft: (x) => cad.fft(x),
  'fft, axis': (x) => cad.fft(x, { axis: 0 }),
  'fft, n': (x) => cad.fft(x, { n: 5 }),
  'fft, prime': (x) => cad.fft(x),
  ifft: (x) => cad.ifft(x),
  'ifft, axis, n': (x) => cad.ifft(x, { n: 3, axis: 0 }),
  rfft: (x) => cad.rfft(x),
  'rfft, odd, axis': (x) => cad.rfft(x, { axis: 0 }),
  irfft: (x) => cad.irfft(x),
  'irfft, odd, axis': (x) => cad.irfft(x, { n: 5, axis: 0 }),
  'irfft, longer': (x) => cad.irfft(x, { n: 8 }),
}

function operationOf(name: string): Operation {
  const subscripts = /^einsum, (.*)$/.exec(name)?.[1]
  const found = subscripts === undefined ? operations[name] : (...args: Tensor[]) => cad.einsum(subscripts, ...args)
  if (found === undefined) throw new Error(`arrays.json has a case '${name}' that this test does not know.`)
  return found
}

/** `dtype [shape]: data` as a tensor. */
function read(text: string): Tensor {
  const [, dtype, shape, data] = /^(\w+) \[(.*)\]: ?(.*)$/.exec(text)!
  const numbers = (list: string, separator: string): number[] => (list === '' ? [] : list.split(separator).map(Number))
  return tensor(Float64Array.from(numbers(data, ' ')), { shape: numbers(shape, ', '), dtype: dtype as 'float64' })
}

describe.each(reference)('$name', ({ name, args, value, cotangent, gradients }) => {
  const f = operationOf(name)
  const point = args.map(read)

  // NumPy and the package both sum at most 37 products of numbers below 3 · 3, rounded to 1e-15 each; gathers are exact.
  it('has the value that NumPy has', () => {
    const found = f(...point)
    expect([found.shape, found.dtype]).toEqual([read(value).shape, read(value).dtype])
    expect(relativeDifference(found, read(value))).toBeLessThan(1e-14)
  })

  it('has the gradient of Re⟨w, f⟩ that NumPy has', () => {
    const { pullback } = vjp((x: readonly Tensor[]) => f(...x))(point)
    // f(a + e) − f(a) of the reference loses as many digits as f is larger than its slope, at most two.
    expect(relativeDifference(pullback(read(cotangent)), gradients.map(read))).toBeLessThan(1e-13)
  })
})
