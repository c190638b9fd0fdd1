import { describe, expect, it } from 'vitest'
import { DataFileError } from './data-file-error.ts'
import { readTouchstone, type Network } from './touchstone.ts'

/** An entry at one frequency, for comparison to rounding. */
const at = ({ entries }: Network, name: string, i = 0) => [entries[name].re[i], entries[name].im[i]]
const close = (re: number, im: number): unknown[] => [re, im].map((x) => expect.closeTo(x, 14))

describe('readTouchstone', () => {
  it('reads one port in each of the three formats', () => {
    const ri = readTouchstone({ name: 'a.s1p', text: '# MHz S RI R 75\n1.5 0.3 -0.4\n2 1 0\n' })
    expect([ri.ports, ri.parameter, ri.resistance, [...ri.f]]).toEqual([1, 'S', 75, [1.5e6, 2e6]])
    expect(at(ri, 'S11')).toEqual([0.3, -0.4])
    // 0.5 at 90° is 0.5 i; −20 dB at 180° is −0.1.
    expect(at(readTouchstone('# MHz S MA R 50\n1 0.5 90\n'), 'S11')).toEqual(close(0, 0.5))
    expect(at(readTouchstone('# MHz S DB R 50\n1 -20 180\n'), 'S11')).toEqual(close(-0.1, 0))
    // 6.0205999132796239 dB is a factor of 2; cos 60° = ½, sin 60° = √3/2.
    expect(at(readTouchstone('# MHz S DB R 50\n1 6.0205999132796239 60\n'), 'S11')).toEqual(close(1, Math.sqrt(3)))
  })

  it('reads two ports in the order S11 S21 S12 S22', () => {
    const network = readTouchstone({ name: 'amp.S2P', text: '# GHz S RI R 50\n1  .11 1  .21 2  .12 3  .22 4\n' })
    expect(network.ports).toBe(2)
    expect(Object.keys(network.entries)).toEqual(['S11', 'S21', 'S12', 'S22'])
    expect(['S11', 'S21', 'S12', 'S22'].map((name) => at(network, name))).toEqual([
      [0.11, 1],
      [0.21, 2],
      [0.12, 3],
      [0.22, 4],
    ])
  })

  it.each([
    ['#', 1e9, 50, [0, 1]],
    ['# hz ri', 1, 50, [1, 90]],
    ['#KHZ R 1 s Ma', 1e3, 1, [0, 1]],
    ['  # R 75.5 DB mhz', 1e6, 75.5, [0, 10 ** 0.05]],
    ['# RI S GHz R 5D1', 1e9, 50, [1, 90]],
  ])('takes options in any order and case, with their defaults: %s', (line, unit, resistance, [re, im]) => {
    const network = readTouchstone(`! made by hand\n${line}\n2 1 90 ! checked\n`)
    expect([network.f[0], network.resistance]).toEqual([2 * unit, resistance])
    expect(at(network, 'S11')).toEqual(close(re, im))
  })

  it('lets the first option line count, and any line ends, byte-order mark and comments', () => {
    const text = '\uFEFF! a\r\n# Hz S RI R 50\r\n! 9 9 9\r\n1 2 3\r\n# GHz S MA R 75\r\n2 4D-1 5 ! six\r\n\r\n'
    const network = readTouchstone(text)
    expect([[...network.f], network.resistance, at(network, 'S11', 1)]).toEqual([[1, 2], 50, [0.4, 5]])
  })

  it('gives impedances in Ω and admittances in S: in the file they are relative to the reference', () => {
    expect(at(readTouchstone('# Hz Z RI R 50\n1 2 -1\n'), 'Z11')).toEqual([100, -50])
    expect(at(readTouchstone('# Hz Y RI R 50\n1 2 -1\n'), 'Y11')).toEqual(close(0.04, -0.02))
    const hybrid = readTouchstone('# Hz H RI R 50\n1 1 0 2 0 3 0 4 0\n')
    expect(['H11', 'H21', 'H12', 'H22'].map((name) => at(hybrid, name)[0])).toEqual([50, 2, 3, 4 / 50])
    const inverse = readTouchstone('# Hz G RI R 50\n1 1 0 2 0 3 0 4 0\n')
    expect(['G11', 'G21', 'G12', 'G22'].map((name) => at(inverse, name)[0])).toEqual([1 / 50, 2, 3, 200])
  })

  it('counts the noise data behind a two-port, and reads none of them', () => {
    const rows = '1 1 0 2 0 3 0 4 0\n2 1 0 2 0 3 0 4 0\n'
    const { f, noiseRows } = readTouchstone(`# GHz S MA R 50\n${rows}! noise\n1 0.7 0.64 69 .38\n2 0.7 0.64 69 .38\n`)
    expect([[...f], noiseRows]).toEqual([[1e9, 2e9], 2])
    expect(readTouchstone(`# GHz S MA R 50\n${rows}`).noiseRows).toBe(0)
  })

  it.each<readonly [string, string, string, number | undefined, string]>([
    ['a file without options', 'a.s1p', '1 2 3\n', undefined, "a.s1p holds no option line such as '# GHz S RI R 50'"],
    ['a file without rows', 'a.s1p', '# GHz\n', undefined, 'a.s1p holds no rows of numbers'],
    ['an unknown option', 'a.s1p', '# THz S\n1 2 3\n', 1, "got 'THZ' in '# THz S'"],
    ['a bad resistance', 'a.s1p', '# R -5\n1 2 3\n', 1, "expected a resistance above 0 Ω behind R, got '-5'"],
    ['version 2', 'a.ts', '[Version] 2.0\n# GHz\n', 1, "'[Version] 2.0' belongs to Touchstone 2"],
    ['three ports', 'a.s3p', '#\n1 2 3\n', 2, 'got the ending .s3p'],
    ['a row of no known length', 'text', '#\n1 2 3 4\n', 2, 'got 4 numbers in the first row'],
    [
      'a row cut off',
      'a.s2p',
      '#\n1 1 1 1 1 1 1 1 1\n2 1 1 1\n',
      3,
      'a.s2p:3: expected 9 numbers for two ports, got 4',
    ],
    ['one port in a file of two', 'a.s2p', '#\n1 2 3\n', 2, 'expected 9 numbers for two ports, got 3'],
    ['a word', 'a.s1p', '#\n1 2 x\n', 2, "expected a number in field 3, got 'x'"],
    ['decimal commas', 'a.s1p', '#\n1,5 2 3\n', 2, "expected a number in field 1, got '1,5'"],
    ['frequencies that fall', 'a.s1p', '#\n2 2 3\n1 2 3\n', 3, 'frequencies must increase, got 1 after 2'],
  ])('refuses %s with file and line', (_, ...[name, text, line, message]) => {
    const read = (): unknown => readTouchstone({ name, text })
    expect(read).toThrow(DataFileError)
    expect(read).toThrow(expect.objectContaining({ message: expect.stringContaining(message), file: name, line }))
  })
})
