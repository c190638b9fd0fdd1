import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataFile } from '../data-file.ts'
import { readColumns, type TableFormat } from './columns.ts'
import { DataFileError } from './data-file-error.ts'
import { readTextFile } from './text-file.ts'
import { readZplot } from './zplot.ts'

const folder = mkdtempSync(join(tmpdir(), 'readers-'))

/** What a reader throws. */
function errorOf(read: () => unknown): DataFileError {
  try {
    read()
  } catch (error) {
    if (error instanceof DataFileError) return error
    throw error
  }
  throw new Error('expected an error, got none')
}

const read = (text: string, format: Partial<TableFormat> = {}): number[][] =>
  readColumns(text, { columns: [0, 1], ...format }).map((column) => [...column])

const rows = [
  [1.5, 2.25],
  [3, 0.125],
]
const columns = [
  [1.5, 3],
  [2.25, 0.125],
]

describe('readColumns finds separator and decimals once for a table', () => {
  it('of one column of pairs with decimal commas', () => {
    expect(read('1,5;2,25;3,125\n', { columns: [0, 1, 2] })).toEqual([[1.5], [2.25], [3.125]])
  })

  it.each([
    ['tabs', '\t', '.'],
    ['tabs and decimal commas', '\t', ','],
    ['semicolons', ';', '.'],
    ['semicolons and blanks', ' ; ', '.'],
    ['semicolons and decimal commas', ';', ','],
    ['commas', ',', '.'],
    ['commas and blanks', ', ', '.'],
    ['blanks', '   ', '.'],
    ['blanks and decimal commas', ' ', ','],
  ])('by %s', (_, separator, decimal) => {
    const text = rows.map((row) => row.map((x) => String(x).replace('.', decimal)).join(separator)).join('\n')
    expect(read(text)).toEqual(columns)
  })

  it('with a mixture of blanks and tabs, which separate alike', () => {
    expect(read('1  2\t3\n  4\t 5   6\n', { columns: [2, 0] })).toEqual([
      [3, 6],
      [1, 4],
    ])
  })

  it('with quotes around fields', () => {
    expect(read('"f","Z, real"\n"1,5","2,25"\n"3","0,125"', { columns: ['f', 'Z, real'] })).toEqual(columns)
  })

  it.each([
    ['\r\n', '\uFEFF'],
    ['\r', ''],
    ['\n', '\uFEFF'],
  ])('whatever ends its lines (%j), with or without a byte-order mark', (end, mark) => {
    expect(read(`${mark}f;Z${end}1,5;2,25${end}3;0,125${end}`, { columns: ['f', 'Z'] })).toEqual(columns)
  })

  it('with comments at the start of lines and behind rows, and empty lines', () => {
    expect(read('% made by hand\n# f Z\n\n1.5 2.25 ! checked\n! 7 8\n3 .125\t# too\n')).toEqual(columns)
    expect(read('// f Z\n1.5 2.25 // checked\n3 0.125', { comment: '//' })).toEqual(columns)
  })

  it('with exponents by E and by D, a sign, and a point at either end', () => {
    expect(read('1.5D+00 -2.e3\n+3d2 .5E-1', {})).toEqual([
      [1.5, 300],
      [-2000, 0.05],
    ])
  })

  it('unless it is told', () => {
    expect(read('1,5\n2,7', { columns: [0], separator: ' ', decimal: ',' })).toEqual([[1.5, 2.7]])
    expect(read('1,5\n2,7', { columns: [0], separator: ',' })).toEqual([[1, 2]])
  })
})

describe('readColumns takes columns by name', () => {
  const text = 'freq/Hz;-Im(Z)/Ohm;Re(Z)/Ohm;note\n1,5;7;2,25;a\n3;8;0,125;b\n'

  it('wherever they stand, text beside them or not', () => {
    expect(read(text, { columns: ['freq/Hz', 'Re(Z)/Ohm'] })).toEqual(columns)
    expect(read(text, { columns: ['Re(Z)/Ohm', 0] })).toEqual([columns[1], columns[0]])
  })

  it('from the header in a comment, above a row of units, or before a separator at its end', () => {
    expect(read('% Re f\n2.25 1.5\n.125 3', { columns: ['f', 'Re'] })).toEqual(columns)
    expect(
      read('\tPt\tf\tRe\n\t#\tHz\tOhm\n\t0\t1.5\t2.25\n\t1\t3\t.125', { columns: ['f', 'Re'], comment: [] }),
    ).toEqual(columns)
    expect(read('f\tRe\t\n1.5\t2.25\n3\t.125', { columns: ['f', 'Re'] })).toEqual(columns)
  })

  it.each([
    [
      'a name that it lacks',
      'f;Re\n1;2',
      'Im',
      "readColumns: text:1: expected a header with the name 'Im', got 'f;Re'.",
      1,
    ],
    ['a missing header', '1;2', 'f', "text:1: expected a header with the name 'f' above, got '1;2'.", 1],
    [
      'a name that stands twice',
      'f;f\n1;2',
      'f',
      "text:1: which column 'f' is does not follow from the header: it stands twice in 'f;f'",
      1,
    ],
    ['names that are not as many as fields', 'time s Re\n1 2', 'Re', '3 names stand above 2 fields', 1],
  ])('and refuses %s', (_, ...[text, name, message, line]) => {
    const error = errorOf(() => read(text, { columns: [name] }))
    expect(error.message).toContain(message)
    expect([error.file, error.line]).toEqual(['text', line])
  })
})

describe('readColumns refuses, with file, line and what was seen,', () => {
  it.each<[string, string, number | undefined, string, Partial<TableFormat>?]>([
    ['a row cut off', '1 2 3\n1 2\n', 2, "cut.txt:2: expected 3 fields as in the first row, got 2: '1 2'"],
    ['a field too many', '1 2\n1 2 3\n', 2, 'expected 2 fields as in the first row, got 3'],
    ['a column that is not there', '1 2\n', 1, 'expected at least 3 fields, got 2', { columns: [2] }],
    ['a word', '1 2 3\n1 x 3\n', 2, "cut.txt:2: expected a number in field 2, got 'x'"],
    ['an infinity', '1 Infinity 3\n', 1, "expected a number in field 2, got 'Infinity'"],
    ['a number too large', '1 1e999 3\n', 1, "expected a number in field 2, got '1e999'"],
    ['a unit', '1.5 2.5Hz\n', 1, "got '2.5Hz'"],
    ['points for thousands', '1.234,5;2\n', 1, "expected a number in field 1, got '1.234,5'"],
    [
      'an empty field',
      '1,2,3\n1,,3\n',
      2,
      "cut.txt:2: expected a number in field 2, got ''. With missing: 'nan' it is NaN.",
    ],
    ['an empty field between tabs', '1\t2\t3\n1\t\t3\n', 2, "expected a number in field 2, got ''"],
    ['no rows', '% nothing\n', undefined, 'cut.txt holds no rows of numbers'],
    ['a path in place of a text', 'data/cut.txt', undefined, 'A path is read by readTextFile(path).'],
    [
      'commas that can be both',
      '1,5\n2,7\n',
      1,
      "the commas may separate fields or be decimal commas, got '1,5'.",
      { columns: [0] },
    ],
    ['commas that are both', '1,5, 2,25\n', 1, "the commas may separate fields or be decimal commas, got '1,5, 2,25'."],
    ['commas that are neither', '1,2 3,4,5\n', 1, 'the commas may separate fields'],
    [
      'two kinds of decimals',
      '1,5;2\n1.5;2\n',
      2,
      "decimals are written in two ways: '1.5;2' in line 2, '1,5;2' in line 1.",
    ],
  ])('%s', (_, ...[text, line, message, format]) => {
    const error = errorOf(() => readColumns({ name: 'cut.txt', text }, { columns: [0, 1], ...format }))
    expect(error.message).toContain(message)
    expect([error.file, error.line]).toEqual(['cut.txt', line])
  })

  it('or gives NaN for what is missing, on request', () => {
    expect(read('1;2\n;5\n3;NaN\n4;n/a', { missing: 'nan' })).toEqual([
      [1, NaN, 3, 4],
      [2, 5, NaN, NaN],
    ])
  })
})

describe('readTextFile', () => {
  it('gives the text with the name of its file', () => {
    const path = join(folder, 'good.csv')
    writeFileSync(path, 'f,Z\n1.5,2.25\n')
    expect(readTextFile(path)).toEqual({ name: 'good.csv', text: 'f,Z\n1.5,2.25\n' })
    writeFileSync(path, '\uFEFFf\tZ\r\n1,5\t2,25\r\n', 'utf16le')
    expect(readColumns(readTextFile(path), { columns: ['f', 'Z'] }).map((column) => [...column])).toEqual([
      [1.5],
      [2.25],
    ])
  })

  it('says that a file is missing, and where it belongs', () => {
    expect(() => readTextFile(join(folder, 'no.txt'))).toThrow(/no\.txt: there is no such file.*examples\/data/)
  })
})

describe('readZplot', () => {
  it('reads the 48 points of the dummy circuit, 3 of them inductive', () => {
    const { f, re, im } = readZplot(readTextFile(dataFile('EIS_Circuit1_1.z')))
    expect(f.length).toBe(48)
    expect([f[0], re[0], im[0]]).toEqual([50000, 29.036, 0.63662])
    expect(im.filter((x) => x > 0).length).toBe(3)
  })

  it('goes by the names of the columns, and by their places where there are none', () => {
    const body = "  Freq(Hz)\tZ'(a)\tZ''(b)\nEnd Comments\n1,0E+03\t2,5\t-3,5\n"
    expect(readZplot(`ZPLOT2 ASCII\n  Points: 1,0\n${body}`)).toEqual({
      f: Float64Array.of(1000),
      re: Float64Array.of(2.5),
      im: Float64Array.of(-3.5),
    })
    expect(readZplot('ZPLOT2 ASCII\nEnd Comments\n7 0 0 1 2 3 0\n').im[0]).toBe(3)
  })

  it('refuses a file without the end of a header, and names the line of a bad row', () => {
    expect(() => readZplot({ name: 'other.z', text: '1 2 3\n' })).toThrow(/other\.z has no line 'End Comments'/)
    expect(errorOf(() => readZplot('ZPLOT2\nEnd Comments\n7 0 0 1 2 3\n7 0 0 1 x 3\n')).line).toBe(4)
  })
})
