import { mapTree, toTensor, type Tensor, type TensorLike } from '@cad/core'

/**
 * The largest |aᵢ − bᵢ| over all elements of two tensors or trees of tensors; NaN if a difference is one.
 *
 * A real tensor equals a complex one with zero imaginary parts. Throws where structures or shapes differ.
 */
export function maxDifference(a: unknown, b: unknown): number {
  const [left, right] = [leavesOf(a), leavesOf(b)]
  if (left.length !== right.length)
    throw new Error(`maxDifference: expected equally many tensors, got ${left.length} and ${right.length}.`)
  return left.reduce((largest, x, i) => Math.max(largest, leafDifference(x, right[i])), 0)
}

/** The largest |aᵢ|; 0 for an empty tensor. */
export function maxAbs(a: unknown): number {
  return leavesOf(a).reduce((largest, x) => Math.max(largest, leafDifference(x, undefined)), 0)
}

/** maxDifference / max(1, |b|): absolute for small numbers, relative for large ones. */
export function relativeDifference(a: unknown, b: unknown): number {
  return maxDifference(a, b) / Math.max(1, maxAbs(b))
}

function leavesOf(tree: unknown): Tensor[] {
  const leaves: Tensor[] = []
  mapTree((leaf) => {
    leaves.push(leaf)
    return leaf
  }, tree)
  return leaves
}

function leafDifference(a: TensorLike, b: TensorLike | undefined): number {
  const x = toTensor(a)
  const y = b === undefined ? undefined : toTensor(b)
  if (y !== undefined && y.shape.join() !== x.shape.join())
    throw new Error(`maxDifference: expected equal shapes, got [${x.shape.join(', ')}] and [${y.shape.join(', ')}].`)
  let largest = 0
  for (let i = 0; i < x.size; i++) {
    const [re, im] = partsOf(x, i)
    const [re2, im2] = y === undefined ? [0, 0] : partsOf(y, i)
    largest = Math.max(largest, Math.hypot(re - re2, im - im2))
  }
  return largest
}

function partsOf({ dtype, data }: Tensor, i: number): [re: number, im: number] {
  return dtype === 'complex128' ? [data[2 * i], data[2 * i + 1]] : [data[i], 0]
}
