import * as core from '@cad/core'
import { describe, expect, it } from 'vitest'
import { generatePage, listProblems, missingRows, page, withoutDefects } from './operations-table.ts'
import { creation, samples, transformations } from './operations/samples.ts'
import { read } from './repository.ts'

/** Every exported value but the error classes. */
const exported = Object.entries(core)
  .filter(([, value]) => !(typeof value === 'function' && (value.prototype as unknown) instanceof Error))
  .map(([name]) => name)

const committed = read(page)

describe('the table of operations', () => {
  it('is what the code says today', { timeout: 60_000 }, async () => {
    const generated = await generatePage()
    expect(withoutDefects(committed), `${page} is out of date: run \`npm run docs:operations\``).toBe(
      withoutDefects(generated),
    )
  })

  it('has a row for every exported operation, creation function and transformation', () => {
    expect(listProblems(exported)).toEqual([])
    expect(missingRows(committed, [...Object.keys(samples), ...creation, ...transformations])).toEqual([])
  })

  it('passes checkRule at order 2 everywhere but where the rule differs from the function on purpose', () => {
    const refused = committed.split('\n').filter((line) => line.includes('✗'))
    expect(refused.map((line) => /`(\w+)\(/.exec(line)?.[1])).toEqual(['stopGradient'])
  })

  it('reports an exported function that has no place in the lists', () => {
    expect(listProblems([...exported, 'newOperation'])).toEqual([
      expect.stringContaining('newOperation is exported by @cad/core'),
    ])
  })

  it('reports a name in the lists that is not exported', () => {
    expect(listProblems(exported.filter((name) => name !== 'exp'))).toEqual([
      expect.stringContaining('exp stands in scripts/operations/samples.ts and is not exported'),
    ])
  })

  it('reports an operation without a row', () => {
    const text = committed.replace(/^\| `exp\(.*\n/m, '')
    expect(missingRows(text, Object.keys(samples))).toEqual(['exp'])
  })

  it('compares everything but the sizes of rounding errors', () => {
    expect(withoutDefects('| ✓ 1e-12 | a |')).toBe(withoutDefects('| ✓ 1e-13 | a |'))
    expect(withoutDefects('| ✓ 1e-12 | a |')).not.toBe(withoutDefects('| ✗ no | a |'))
  })
})
