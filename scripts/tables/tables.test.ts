import { describe, expect, it } from 'vitest'
import { read } from '../repository.ts'
import { formatted, missingLines, staleLines, withoutDefects } from './page.ts'
import { pages } from './pages.ts'

describe.each(pages)('$file', (page) => {
  const committed = read(page.file)

  // A row that is missing fails `npm run check`, not this test: a commit that adds a function need not touch the page.
  it('says nothing but what the code says today', { timeout: 60_000 }, async () => {
    expect(staleLines(committed, await formatted(page)), `${page.file}: run \`npm run docs:tables\``).toEqual([])
  })
})

describe('docs/operations.md', () => {
  const committed = read('docs/operations.md')

  it('passes checkRule at order 2 everywhere but where the rule differs from the function on purpose', () => {
    const refused = committed.split('\n').filter((line) => line.includes('✗'))
    expect(refused.map((line) => /`(\w+)\(/.exec(line)?.[1])).toEqual(['stopGradient'])
  })
})

describe('a committed page', () => {
  const today = '| `exp(z)` | eᶻ | ✓ 1e-13 |\n| `log(z)` | ln z | ✗ no |'

  it('is stale where a row has changed, and where its function is gone', () => {
    expect(staleLines('| `exp(z)` | 1 + z | ✓ 1e-13 |', today)).toEqual(['| `exp(z)` | 1 + z | ✓ |'])
    expect(staleLines('| `pow(z)` | z² | ✓ 1e-13 |', today)).toEqual(['| `pow(z)` | z² | ✓ |'])
  })

  it('is not stale where a row is missing; that is another list', () => {
    const committed = today.split('\n')[1]
    expect(staleLines(committed, today)).toEqual([])
    expect(missingLines(committed, today)).toEqual(['| `exp(z)` | eᶻ | ✓ |'])
  })

  it('may differ in the sizes of rounding errors, and in nothing else', () => {
    expect(withoutDefects('| ✓ 1e-12 | a |')).toBe(withoutDefects('| ✓ 1e-13 | a |'))
    expect(withoutDefects('| ✓ 1e-12 | a |')).not.toBe(withoutDefects('| ✗ no | a |'))
  })
})
