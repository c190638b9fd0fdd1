import { describe, expect, it } from 'vitest'
import { complex, tensor } from '@cad/core'
import { coordinatesOf } from '../src/coordinates.ts'

describe('coordinatesOf', () => {
  const tree = { a: tensor([1, 2]), b: [complex(3, 4), tensor(5)] }

  it('writes a tree as one vector, complex numbers as (re, im), and reads it back', () => {
    const coordinates = coordinatesOf<typeof tree>('test', tree)
    expect([...coordinates.toVector(tree)]).toEqual([1, 2, 3, 4, 5])
    const back = coordinates.toTree(Float64Array.of(6, 7, 8, 9, 10))
    expect(back.b[0].item()).toEqual({ re: 8, im: 9 })
    expect([...coordinates.toVector(back)]).toEqual([6, 7, 8, 9, 10])
  })

  it('names the place of a coordinate', () => {
    const { describe: place } = coordinatesOf<typeof tree>('test', tree)
    expect([1, 3, 4].map(place)).toEqual(['.a: element 1', '.b[0]: element 0, imaginary part', '.b[1]: element 0'])
  })

  it('refuses what is no number, with its place', () => {
    expect(() => coordinatesOf('test', { name: 'x' })).toThrow(
      'test: expected tensors, numbers or complex numbers in objects and arrays, got string at .name',
    )
  })
})
