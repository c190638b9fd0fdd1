import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataFile } from '../data-file.ts'
import { DataFileError, readColumns } from './columns.ts'
import { readZplot } from './zplot.ts'

const folder = mkdtempSync(join(tmpdir(), 'readers-'))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('readColumns', () => {
  it('keeps the asked columns of the rows that are no comment', () => {
    const path = file('good.txt', '% head\n1  2\t3\n\n4, 5, 6\n')
    expect(readColumns(path, { columns: [2, 0], comment: '%' }).map((column) => [...column])).toEqual([
      [3, 6],
      [1, 4],
    ])
  })

  it.each([
    ['cut.txt', '1 2 3\n1 2\n', /cut\.txt:2: expected at least 3 fields, got 2/],
    ['word.txt', '1 2 3\n1 x 3\n', /word\.txt:2: expected a number in field 2, got 'x'/],
    ['infinite.txt', '1 Infinity 3\n', /infinite\.txt:1: expected a number in field 2, got 'Infinity'/],
    ['empty.txt', '% nothing\n', /empty\.txt holds no rows/],
  ])('names file and line of what is wrong in %s', (name, text, message) => {
    const read = (): unknown => readColumns(file(name, text), { columns: [0, 1, 2], comment: '%' })
    expect(read).toThrow(DataFileError)
    expect(read).toThrow(message)
  })

  it('says that a file is missing, and where it belongs', () => {
    expect(() => readColumns(join(folder, 'no.txt'), { columns: [0] })).toThrow(
      /no\.txt: there is no such file.*examples\/data/,
    )
  })
})

describe('readZplot', () => {
  it('reads the 48 points of the dummy circuit, 3 of them inductive', () => {
    const { f, re, im } = readZplot(dataFile('EIS_Circuit1_1.z'))
    expect(f.length).toBe(48)
    expect([f[0], re[0], im[0]]).toEqual([50000, 29.036, 0.63662])
    expect(im.filter((x) => x > 0).length).toBe(3)
  })

  it('refuses a file without the end of a header', () => {
    expect(() => readZplot(file('other.z', '1 2 3\n'))).toThrow(/other\.z has no line 'End Comments'/)
  })
})
