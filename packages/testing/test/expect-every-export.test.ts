import { CadError } from '@cad/core'
import { expectEveryExport } from '@cad/testing'
import { describe, expect, it } from 'vitest'

class SomeError extends CadError {}

const table = [{ name: 'solve' }, { name: 'qr' }]
const excluded = { version: 'text' }
const exports = { solve: () => 0, qr: () => 0, version: '1', SomeError }

describe('expectEveryExport', () => {
  it('is content with a case or a reason for each export but error classes', () => {
    expectEveryExport(exports, table, excluded)
  })

  it.each([
    [
      'an export without a case',
      { ...exports, cholesky: () => 0 },
      table,
      'cholesky is exported and has no case. Add one.',
    ],
    [
      'a case that is not exported',
      { solve: 0, version: '' },
      table,
      'qr has a case or an exclusion and is not exported.',
    ],
    ['an exclusion that is not exported', { solve: 0, qr: 0 }, table, 'version has a case or an exclusion and is not'],
    ['an export with two cases', exports, [...table, { name: 'qr' }], 'qr stands in 2 places.'],
    ['an excluded case', exports, [...table, { name: 'version' }], 'version stands in 2 places.'],
  ])('names %s', (_, found, cases, message) => {
    expect(() => expectEveryExport(found, cases, excluded)).toThrow(message)
  })

  it('asks for a reason', () => {
    expect(() => expectEveryExport(exports, table, { version: ' ' })).toThrow('version is excluded without a reason.')
  })
})
