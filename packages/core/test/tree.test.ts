import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DtypeError, ShapeError } from '../src/errors.ts'
import { grad } from '../src/transformations/grad.ts'
import { jvp } from '../src/transformations/jvp.ts'
import { abs2, real } from '../src/ops/conjugation.ts'
import { add, mul } from '../src/ops/arithmetic.ts'
import { sum } from '../src/ops/reduction.ts'
import { tensor, type Tensor } from '../src/tensor.ts'
import { flatten, mapTree, showStructure, unflatten, zipTrees } from '../src/tree.ts'
import { errorOf } from './error-of.ts'

const leafOf = fc.double({ noNaN: true }).map((x) => tensor([x]))

/** Trees of tensors, nested in arrays and records up to three levels. */
const anyTree = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leafOf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('tree'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).tree

describe('a tree', () => {
  it('is its structure with its leaves', () => {
    fc.assert(
      fc.property(anyTree, (tree) => {
        const { structure, leaves } = flatten(tree, 'test')
        expect(unflatten(structure, leaves)).toEqual(tree)
      }),
    )
  })

  it('has a path for every leaf', () => {
    const { paths, leaves } = flatten({ rates: [1, { re: 0, im: 2 }], gain: tensor([3]) }, 'test')
    expect(paths).toEqual(['.rates[0]', '.rates[1]', '.gain'])
    expect(leaves.map(({ dtype }) => dtype)).toEqual(['float64', 'complex128', 'float64'])
  })

  it('may be a leaf, or empty', () => {
    expect(flatten(3, 'test').structure).toEqual({ kind: 'leaf' })
    expect(flatten({ a: [], b: {} }, 'test').leaves).toEqual([])
  })

  it('reads as its structure', () => {
    expect(showStructure(flatten({ a: 1, b: [2, { c: 3 }] }, 'test').structure)).toBe('{ a: •, b: [•, { c: • }] }')
  })

  it('is mapped leaf by leaf', () => {
    expect(mapTree((x) => mul(2, x), { a: tensor([1]), b: [tensor([2])] })).toEqual({
      a: tensor([2]),
      b: [tensor([4])],
    })
  })

  it.each([
    [
      'a string',
      { p: { unit: 'Ω' } },
      /f: expected tensors, numbers or complex numbers in objects and arrays, got the string 'Ω' at \.p\.unit\..*closure/,
    ],
    ['a function', [1, () => 1], /got a function at \[1\]/],
    ['an object of a class', new Map(), /got an object with keys/],
    ['null', null, /got null\. /],
    ['a boolean', [true], /got true at \[0\]/],
  ])('refuses %s and says where', (_, tree, message) => {
    const error = errorOf(() => flatten(tree, 'f'))
    expect(error).toBeInstanceOf(DtypeError)
    expect(error.message).toMatch(message)
  })

  it('refuses another structure, naming both', () => {
    const { structure } = flatten({ a: 1, b: [2] }, 'test')
    expect(zipTrees('f', structure, { a: 3, b: [4] }).map((x) => x.item())).toEqual([3, 4])
    const error = errorOf(() => zipTrees('f', structure, { a: 3, c: [4] }))
    expect(error).toBeInstanceOf(ShapeError)
    expect(error.message).toMatch(
      /f: expected a tree of structure \{ a: •, b: \[•\] \}, got \{ a: •, c: \[•\] \}\..*same keys/,
    )
  })
})

describe('a transformation', () => {
  it('gives a gradient of the structure and dtypes of its argument', () => {
    const loss = ({ p, q }: { p: Tensor; q: [Tensor, Tensor] }): Tensor =>
      add(sum(abs2(p)), add(real(mul(q[0], q[1])), sum(abs2(q[1]))))
    const gradient = grad(loss)({ p: tensor([1, 2]), q: [3, { re: 4, im: 5 }] })
    expect(JSON.parse(JSON.stringify(gradient))).toEqual({ p: [2, 4], q: [4, { re: 3 + 8, im: 10 }] })
  })

  it('gives trees as values and tangents', () => {
    const f = (x: Tensor): { twice: Tensor; list: Tensor[] } => ({ twice: mul(2, x), list: [mul(x, x)] })
    expect(JSON.parse(JSON.stringify(jvp(f)(3, 1)))).toEqual({
      value: { twice: 6, list: [9] },
      tangent: { twice: 2, list: [6] },
    })
  })
})
