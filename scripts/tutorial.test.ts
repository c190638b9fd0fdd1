/** The AD that the tutorial builds by hand: its parts stand in the chapters word for word, and together they are the file. */
import { describe, expect, it } from 'vitest'
import { codeBlocks } from './code-blocks.mjs'
import { listFiles, read } from './repository.ts'

const folder = 'docs/tutorial'
const listing = read(`${folder}/complex-ad.ts`)
const parts = listing.split(/\n(?=\/\/ Chapter \d)/)
const chapters = listFiles(folder).filter((file) => /\/\d\d-[a-z-]+\.md$/.test(file))

const page = (chapter: number): string => read(chapters[chapter - 1])
const blocksOf = (chapter: number): string[] => codeBlocks(page(chapter)).map(({ code }) => code.trim())

describe('the tutorial', () => {
  it('has ten chapters, numbered, each linked from the index and from the one before it', () => {
    const index = read(`${folder}/README.md`)
    const names = chapters.map((file) => file.slice(folder.length + 1))
    expect(names.map((name) => Number(name.slice(0, 2)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    for (const name of names) expect(index).toContain(`](${name})`)
    names.slice(1).forEach((next, i) => expect(page(i + 1)).toContain(`](${next})`))
  })

  it('builds an AD of about a hundred lines', () => {
    expect(parts).toHaveLength(3)
    const lines = listing.trimEnd().split('\n').length
    expect(lines).toBeLessThan(110)
    expect(page(6), 'chapter 6 says how many').toContain(`${lines} lines`)
  })

  it.each([2, 5, 6])('shows the part of chapter %i word for word', (chapter) => {
    const part = parts.find((text) => text.startsWith(`// Chapter ${chapter}:`))
    expect(blocksOf(chapter)).toContain(part?.trim())
  })

  it('runs exactly the listing in chapter 6, where it is compared with @cad/core', () => {
    const [before, added] = blocksOf(6)
    expect(`${before}\n\n${added}\n`).toBe(listing)
  })
})
