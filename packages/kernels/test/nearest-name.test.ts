import { describe, expect, it } from 'vitest'
import { nearestName } from '../src/nearest-name.ts'

describe('nearestName', () => {
  it.each([
    ['a letter missing', 'getf', ['gemm', 'getrf', 'geqrf'], 'getrf'],
    ['a letter too many', 'gettrf', ['geqrf', 'getrf', 'getrs'], 'getrf'],
    ['a wrong letter', 'gexrf', ['getrs', 'geqrf'], 'geqrf'],
    ['neighbours exchanged', 'getfr', ['getrs', 'getrf'], 'getrf'],
    ['upper case', 'GETRF', ['fft', 'getrf'], 'getrf'],
    ['the name itself', 'getrs', ['getrf', 'getrs'], 'getrs'],
    ['nothing typed', '', ['getrf', 'fft'], 'fft'],
    ['no names', 'getrf', [], ''],
  ])('finds what was meant: %s', (_, typed, names, expected) => {
    expect(nearestName(typed, names)).toBe(expected)
  })
})
