import type { Dtype, Shape } from './tensor.ts'

/** Along an axis with more elements than this, those in the middle are left out. */
const mostShown = 8
const shownAtEnds = 3

/** The numbers of a tensor as nested lists, complex ones like 1+2i, six digits each; long axes are shortened. */
export function showNumbers(shape: Shape, dtype: Dtype, data: Float64Array): string {
  const show = dtype === 'complex128' ? complexAt : realAt
  const visit = (axis: number, index: number): string => {
    if (axis === shape.length) return show(data, index)
    const length = shape[axis]
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1)
    const part = (i: number): string => visit(axis + 1, index + i * stride)
    const from = (start: number, count: number): string[] => Array.from({ length: count }, (_, i) => part(start + i))
    const parts = length <= mostShown ? from(0, length) : [...from(0, shownAtEnds), '…', ...from(length - shownAtEnds, shownAtEnds)] // prettier-ignore
    return `[${parts.join(', ')}]`
  }
  return visit(0, 0)
}

const digits = (x: number): string => String(Number(x.toPrecision(6)))

const realAt = (data: Float64Array, index: number): string => digits(data[index])

function complexAt(data: Float64Array, index: number): string {
  const [re, im] = [data[2 * index], data[2 * index + 1]]
  const sign = im < 0 || Object.is(im, -0) ? '-' : '+'
  return `${digits(re)}${sign}${digits(Math.abs(im))}i`
}
