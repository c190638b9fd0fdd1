import { maxDifference, randomComplex, randomReal, relativeDifference } from '@cad/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArgumentError, DtypeError, ShapeError } from '../../src/errors.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { conj } from '../../src/ops/conjugation.ts'
import { einsum } from '../../src/ops/einsum.ts'
import { kron, outer, trace } from '../../src/ops/products.ts'
import { matmul } from '../../src/ops/matmul.ts'
import { sum } from '../../src/ops/reduction.ts'
import { reshape, transpose } from '../../src/ops/shape.ts'
import { tensor, type Tensor } from '../../src/tensor.ts'
import { graphOf } from '../../src/trace.ts'
import { vjp } from '../../src/transformations/vjp.ts'
import { errorOf } from '../error-of.ts'

/** The sum from its definition: over all values of all indices, the product of the elements they name. */
function definition(inputs: readonly string[], output: string, operands: readonly Tensor[]): Tensor {
  const letters = [...new Set(inputs.join(''))]
  const lengths = letters.map((letter) => {
    const k = inputs.findIndex((indices) => indices.includes(letter))
    return operands[k].shape[inputs[k].indexOf(letter)]
  })
  const shape = output.split('').map((letter) => lengths[letters.indexOf(letter)])
  const data = new Float64Array(2 * shape.reduce((size, n) => size * n, 1))
  const flat = (indices: string, lengthsOf: readonly number[], at: readonly number[]): number =>
    indices.split('').reduce((sum, letter, axis) => sum * lengthsOf[axis] + at[letters.indexOf(letter)], 0)
  const visit = (at: readonly number[]): void => {
    if (at.length < letters.length) {
      for (let i = 0; i < lengths[at.length]; i++) visit([...at, i])
      return
    }
    let [re, im] = [1, 0]
    operands.forEach(({ data: x, shape: own }, k) => {
      const i = flat(inputs[k], own, at)
      ;[re, im] = [re * x[2 * i] - im * x[2 * i + 1], re * x[2 * i + 1] + im * x[2 * i]]
    })
    const target = flat(output, shape, at)
    data[2 * target] += re
    data[2 * target + 1] += im
  }
  visit([])
  return tensor(data, { shape, dtype: 'complex128' })
}

const lengthOf: Record<string, number> = { a: 2, b: 3, c: 1, d: 2 }

describe('einsum', () => {
  it('is the sum of its definition for any subscripts', () => {
    const indices = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }).map((list) => list.join(''))
    fc.assert(
      fc.property(fc.array(indices, { minLength: 1, maxLength: 4 }), fc.nat(), (inputs, choice) => {
        const letters = [...new Set(inputs.join(''))]
        const output = letters.filter((_, i) => (choice >> i) % 2 === 1).reverse().join('') // prettier-ignore
        const operands = inputs.map((list, k) => randomComplex(list.split('').map((letter) => lengthOf[letter]), k + 1)) // prettier-ignore
        const found = einsum(`${inputs.join(',')}->${output}`, ...operands)
        // At most 12 products of up to four numbers below √2, summed in another order.
        expect(relativeDifference(found, definition(inputs, output, operands))).toBeLessThan(1e-14)
      }),
      { numRuns: 200, seed: 1 },
    )
  })

  it('is what the named products are', () => {
    const [A, B, S] = [randomComplex([2, 3], 1), randomReal([3, 2], 2), randomComplex([3, 3], 3)]
    expect(maxDifference(einsum('ij,jk->ik', A, B), matmul(A, B))).toBe(0)
    expect(maxDifference(einsum('ji', A), transpose(A))).toBe(0)
    expect(maxDifference(einsum('ii', S), trace(S))).toBe(0)
    expect(maxDifference(einsum('ij->', A), sum(A))).toBe(0)
    expect(maxDifference(einsum('ij,ij->ij', A, A), mul(A, A))).toBe(0)
    expect(maxDifference(einsum('i,j', at0(A), at0(B)), outer(at0(A), at0(B)))).toBe(0)
    expect(maxDifference(reshape(einsum('ij,kl->ikjl', A, B), [6, 6]), kron(A, B))).toBe(0)
  })

  it('without an arrow keeps what stands once, in alphabetical order, capitals first', () => {
    const A = randomComplex([2, 3, 4], 1)
    expect(einsum('bac', A).shape).toEqual([3, 2, 4])
    expect(einsum('bZc', A).shape).toEqual([3, 2, 4])
    expect(einsum(' b a , a ', randomReal([2, 3], 1), randomReal([3], 2)).shape).toEqual([2])
  })

  it('contracts the pair first that leaves the least', () => {
    const chain = (order: string): string[] => {
      const types = [[40, 30], [30, 1], [1, 50]].map((shape) => ({ shape, dtype: 'float64' as const })) // prettier-ignore
      const { nodes } = graphOf((xs) => [einsum(order, ...xs)], types)
      return nodes.filter(({ primitive }) => primitive.name === 'matmul').map(({ outputs }) => outputs[0].shape.join())
    }
    // (A b) c, never A (b c) with its 30 × 50 matrix.
    expect(chain('ij,jk,kl->il')).toEqual(['40,1', '40,50'])
  })

  it.each(['ij,jk->ik', 'ij,j->i', 'j,ij->i', 'i,ij->j', 'kj,ik->ij', 'bij,bjk->bik'])(
    '%s moves no elements',
    (text) => {
      const types = text.split('->')[0].split(',').map((list) => ({ shape: list.split('').map(() => 2), dtype: 'float64' as const })) // prettier-ignore
      const names = graphOf((xs) => [einsum(text, ...xs)], types).nodes.map(({ primitive }) => primitive.name)
      expect(names).not.toContain('gather')
      expect(names.filter((name) => name !== 'reshape')).toHaveLength(1)
    },
  )

  it('has as cotangent of an operand the einsum of the others, conjugated, with the cotangent', () => {
    const [A, B, C] = [randomComplex([2, 3], 1), randomComplex([3, 2], 2), randomComplex([2, 2], 3)]
    const w = randomComplex([2, 2], 4)
    const [ABar, BBar, CBar] = vjp((x: readonly Tensor[]) => einsum('ij,jk,kl->il', ...x))([A, B, C]).pullback(w)
    // Sums of six products of size 4 in another order
    expect(maxDifference(ABar, einsum('il,jk,kl->ij', w, conj(B), conj(C)))).toBeLessThan(1e-14)
    expect(maxDifference(BBar, einsum('ij,il,kl->jk', conj(A), w, conj(C)))).toBeLessThan(1e-14)
    expect(maxDifference(CBar, einsum('ij,jk,il->kl', conj(A), conj(B), w))).toBeLessThan(1e-14)
  })

  it('of empty sums is 0, and of nothing is nothing', () => {
    expect(einsum('ij,j->i', randomReal([2, 0], 1), tensor([])).toArray()).toEqual([0, 0])
    expect(einsum('ij,j->i', randomReal([0, 2], 1), randomReal([2], 1)).shape).toEqual([0])
    expect(einsum('', 3).item()).toBe(3)
    expect(einsum(',', 3, 2).item()).toBe(6)
  })
})

const at0 = (A: Tensor): Tensor => reshape(A, [-1])

describe('subscripts that do not fit', () => {
  const [A, x] = [randomReal([2, 3], 1), randomReal([4], 2)]
  it.each([
    [
      () => einsum('ij,jk->ik', A, randomReal([4, 2], 1)),
      ShapeError,
      "einsum: index j of 'ij,jk->ik' has length 3 in operand 0 and 4 in operand 1. An index has one length; repeat an axis with broadcastTo.",
    ],
    [
      () => einsum('ii', A),
      ShapeError,
      "einsum: index i of 'ii' has length 2 in operand 0 and 3 in operand 0. An index has one length; repeat an axis with broadcastTo.",
    ],
    [
      () => einsum('i,j', A, x),
      ShapeError,
      "einsum: 'i' in 'i,j' names 1 axes, but operand 0 has shape [2, 3]. Give one letter for each axis.",
    ],
    [
      () => einsum('ij,k', A),
      ArgumentError,
      "einsum: 'ij,k' names 2 operands, got 1. Give one tensor for each, separated by commas.",
    ],
    [
      () => einsum('ij->k', A),
      ArgumentError,
      "einsum: index k of the output of 'ij->k' is in no operand. Use indices that are.",
    ],
    [
      () => einsum('ij->ii', A),
      ArgumentError,
      "einsum: index i stands twice in the output of 'ij->ii'. Every index of the output is an axis of its own.",
    ],
    ...['...j->...', 'i1', 'ij->i->j', 'ij->i,j'].map(
      (text) =>
        [
          () => einsum(text, A),
          ArgumentError,
          `einsum: expected subscripts of letters like 'ij,jk->ik', got '${text}'. Commas separate operands; there is no ellipsis: name every axis.`,
        ] as const,
    ),
    [
      () => einsum(A as unknown as string, A),
      ArgumentError,
      "einsum: expected subscripts of letters like 'ij,jk->ik', got Tensor(float64, shape [2, 3]). Commas separate operands; there is no ellipsis: name every axis.",
    ],
    [
      () => einsum('i', [1, 2] as unknown as Tensor),
      DtypeError,
      'einsum: expected a Tensor, a number or a complex { re, im }, got an array of length 2. For arrays of numbers use tensor([...]).',
    ],
  ] as const)('are refused (%#)', (f, type, message) => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(type)
    expect(error.message).toBe(message)
  })
})
