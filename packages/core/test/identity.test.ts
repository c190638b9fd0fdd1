import { describe, expect, it } from 'vitest'
import { byIdentity, identityOf, keyOf } from '../src/identity.ts'
import { flatten, keyOfStructure } from '../src/tree.ts'

const expectAllDifferent = (keys: readonly string[]): void => expect(new Set(keys).size).toBe(keys.length)

describe('keyOf', () => {
  it('tells apart what is not the same, however it is printed', () => {
    expectAllDifferent(
      [0, -0, NaN, Infinity, -Infinity, null, undefined, true, 'true', '0', '', [], {}, [undefined], [null], [[]]]
        .concat([['a,b'], ['a', 'b'], { a: 1 }, { 'a:1,b': 2 }, { a: 1, b: 2 }, { a: '1' }] as never[])
        .concat([Int32Array.of(1), Float64Array.of(1), Float64Array.of(0), Float64Array.of(-0), [1]] as never[])
        .map(keyOf),
    )
  })

  it('is equal for equal data', () => {
    const data = () => ({ shape: [2, 3], map: Int32Array.of(1, 2), rtol: 1e-8, name: 'a"b', nothing: undefined })
    expect(keyOf(data())).toBe(keyOf(data()))
    expect(keyOf(NaN)).toBe(keyOf(0 / 0))
  })

  it('knows functions and interned objects by identity', () => {
    const f = (): void => {}
    expect(keyOf(byIdentity(f))).toBe(keyOf(byIdentity(f)))
    expect(keyOf(byIdentity(f))).not.toBe(keyOf(byIdentity(() => {})))
    expect(byIdentity(f)).toBe(byIdentity(f))
    expect(identityOf(f)).not.toBe(identityOf(byIdentity(f)))
  })
})

describe('keyOfStructure', () => {
  it('tells apart trees that print alike', () => {
    expectAllDifferent(
      [
        { 'a: •, b': 1, c: 2 },
        { a: 1, 'b: •, c': 2 },
        { a: 1, b: 1, c: 2 },
        [1, 2],
        { '0': 1, '1': 2 },
        [[1], 2],
        [[1, 2]],
        [],
        {},
        1,
      ].map((tree) => keyOfStructure(flatten(tree, 'test').structure)),
    )
  })
})
