import { toTensor, type Tensor, type TensorLike } from '../tensor.ts'
import { mul } from './arithmetic.ts'
import { diagonalOf } from './diagonal.ts'
import { readSubscripts } from './einsum-subscripts.ts'
import { matmul } from './matmul.ts'
import { sum } from './reduction.ts'
import { reshape, transpose } from './shape.ts'
import { requireNumbers } from './types.ts'

/** Indices by their letters. */
type Letters = readonly string[]

/** A factor of the sum: a tensor, and the index of each of its axes. */
interface Factor {
  readonly x: Tensor
  readonly indices: Letters
}

/**
 * The sum of products that the subscripts name, without conjugation: `einsum('ij,jk->ik', A, B)` is Cᵢₖ = Σⱼ Aᵢⱼ Bⱼₖ.
 *
 * Indices that are not in the output are summed; an index that stands twice in one operand takes a diagonal. Without `->` the
 * output has the indices that stand once, in alphabetical order, as in NumPy. Operands are contracted in pairs, each time the
 * pair that leaves the least memory; a pair is one (batched) matrix product. It is linear in each operand: the cotangent of
 * one is an einsum of the conjugates of the others with the cotangent of the result.
 *
 * @throws ArgumentError for subscripts that cannot be read or do not fit the number of operands; ShapeError, with the index and
 * its lengths, for shapes that do not fit them.
 */
export function einsum(subscripts: string, ...operands: readonly TensorLike[]): Tensor {
  const tensors = operands.map((x) => toTensor(x, 'einsum'))
  requireNumbers('einsum', tensors)
  const { inputs, output, lengths } = readSubscripts(subscripts, tensors)
  let factors: Factor[] = tensors.map((x, k) => diagonals({ x, indices: inputs[k] }))
  factors = factors.map((factor, k) => summed(factor, neededBy(factors.toSpliced(k, 1), output)))
  while (factors.length > 1) {
    const [i, j] = cheapestPair(factors, output, lengths)
    const others = factors.filter((_, k) => k !== i && k !== j)
    factors = [...others, contract(factors[i], factors[j], neededBy(others, output), lengths)]
  }
  return ordered(factors[0], output)
}

/** All indices that the output and the other factors still need. */
const neededBy = (others: readonly Factor[], output: Letters): Letters => [
  ...output,
  ...others.flatMap(({ indices }) => indices),
]

/** The diagonals of a factor whose indices repeat, so that each stands once. */
function diagonals({ x, indices }: Factor): Factor {
  const column = indices.findIndex((index, axis) => indices.indexOf(index) < axis)
  if (column < 0) return { x, indices }
  const row = indices.indexOf(indices[column])
  const others = indices.filter((_, axis) => axis !== row && axis !== column)
  return diagonals({ x: diagonalOf('einsum', x, { row, column, offset: 0 }), indices: [...others, indices[row]] })
}

/** The factor summed over the indices that nobody needs. */
function summed({ x, indices }: Factor, needed: Letters): Factor {
  const axis = [...indices.keys()].filter((i) => !needed.includes(indices[i]))
  if (axis.length === 0) return { x, indices }
  return { x: sum(x, { axis }), indices: select(indices, needed) }
}

/** Greedy: the pair whose product needs the least memory more than its factors, then the fewest multiplications. */
function cheapestPair(
  factors: readonly Factor[],
  output: Letters,
  lengths: ReadonlyMap<string, number>,
): [number, number] {
  let best: [number, number] = [0, 1]
  let [least, fewest] = [Infinity, Infinity]
  for (let i = 0; i < factors.length; i++) {
    for (let j = i + 1; j < factors.length; j++) {
      const [a, b] = [factors[i].indices, factors[j].indices]
      const all = union(a, b)
      const left = select(
        all,
        neededBy(
          factors.filter((_, k) => k !== i && k !== j),
          output,
        ),
      )
      const growth = sizeOf(left, lengths) - sizeOf(a, lengths) - sizeOf(b, lengths)
      if (growth > least || (growth === least && sizeOf(all, lengths) >= fewest)) continue
      best = [i, j]
      least = growth
      fewest = sizeOf(all, lengths)
    }
  }
  return best
}

/** How the indices of two factors fall into groups: in both and needed, in both and summed, in one alone. */
interface Groups {
  readonly batch: Letters
  readonly inner: Letters
  readonly left: Letters
  readonly right: Letters
}

function groupsOf(a: Letters, b: Letters, needed: Letters): Groups {
  const shared = select(a, b)
  const batch = select(shared, needed)
  return { batch, inner: without(shared, batch), left: without(a, shared), right: without(b, shared) }
}

/**
 * The product of two factors, summed over the indices that nobody else needs: with b in both and needed, k in both and summed,
 * m in the first and n in the second alone, C_bmn = Σₖ A_bmk B_bkn. Of A B and Bᵀ Aᵀ the one that moves fewer elements.
 */
function contract(first: Factor, second: Factor, needed: Letters, lengths: ReadonlyMap<string, number>): Factor {
  const moved = (p: Factor, q: Factor): number => {
    const { batch, inner, left, right } = groupsOf(p.indices, q.indices, needed)
    const orders: readonly [found: Letters, wanted: Letters][] = [
      [p.indices, [...batch, ...left, ...inner]],
      [q.indices, [...batch, ...inner, ...right]],
      [[...batch, ...left, ...right], [...new Set(select(needed, union(p.indices, q.indices)))]],
    ]
    return orders.reduce((sum, [found, wanted]) => sum + (sameOrder(found, wanted) ? 0 : sizeOf(found, lengths)), 0)
  }
  const [a, b] = moved(second, first) < moved(first, second) ? [second, first] : [first, second]
  const groups = groupsOf(a.indices, b.indices, needed)
  const indices = [...groups.batch, ...groups.left, ...groups.right]
  const shape = indices.map((index) => lengths.get(index)!)
  return { x: reshape(multiply(a, b, groups, lengths), shape), indices }
}

function multiply(
  a: Factor,
  b: Factor,
  { batch, inner, left, right }: Groups,
  lengths: ReadonlyMap<string, number>,
): Tensor {
  const grouped = (factor: Factor, ...groups: readonly Letters[]): Tensor =>
    reshape(
      ordered(factor, groups.flat()),
      groups.map((group) => sizeOf(group, lengths)),
    )
  if (inner.length === 0) return mul(grouped(a, batch, left, []), grouped(b, batch, [], right))
  if (left.length + right.length === 0) return sum(mul(grouped(a, batch, inner), grouped(b, batch, inner)), { axis: 1 })
  if (batch.length === 0) return matmul(grouped(a, left, inner), grouped(b, inner, right))
  return matmul(grouped(a, batch, left, inner), grouped(b, batch, inner, right))
}

/** The factor with its axes in this order. */
function ordered({ x, indices }: Factor, order: Letters): Tensor {
  if (sameOrder(indices, order)) return x
  return transpose(
    x,
    order.map((index) => indices.indexOf(index)),
  )
}

const select = (indices: Letters, among: Letters): Letters => indices.filter((index) => among.includes(index))

const without = (indices: Letters, removed: Letters): Letters => indices.filter((index) => !removed.includes(index))

const union = (a: Letters, b: Letters): Letters => [...a, ...without(b, a)]

const sameOrder = (a: Letters, b: Letters): boolean => a.every((index, axis) => index === b[axis])

/** The number of elements over these indices. */
const sizeOf = (indices: Letters, lengths: ReadonlyMap<string, number>): number =>
  indices.reduce((size, index) => size * lengths.get(index)!, 1)
