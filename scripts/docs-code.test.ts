/**
 * Runs the code of README.md and of every page in docs/, so that no page shows what does not work.
 *
 * The words after the fence say what happens to a block:
 *
 *   ```ts             a program of its own: it is type-checked, and it must run without an error
 *   ```ts continued   goes on where the block before it on the page stopped; the two are one program
 *   ```ts no-run      a fragment, or something that needs a network, a browser or a long time: left alone
 *
 * A failure names the page and the line: each program keeps its code on the lines that it has in the page.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { codeBlocks } from './code-blocks.mjs'
import { listFiles, read, root } from './repository.ts'

type Program = { readonly page: string; readonly line: number; readonly code: string }

// Inside the repository, so that @cad/* resolves; git ignores out/.
const folder = join(root, 'out', 'docs-code')
const generated = 'docs/api/'

/** The programs of a page: its `ts` blocks, each joined with those that continue it, padded to their own lines. */
function programsOf(page: string, text: string): Program[] {
  const programs: Program[] = []
  for (const { line, language, marks, code } of codeBlocks(text)) {
    if (language !== 'ts' || marks.includes('no-run')) continue
    const previous = programs.at(-1)
    if (marks.includes('continued')) {
      if (previous === undefined) throw new Error(`${page}:${line}: 'continued' without a block that it continues.`)
      programs[programs.length - 1] = { ...previous, code: padded(previous.code, line) + code }
    } else programs.push({ page, line, code: padded('', line) + code })
  }
  return programs
}

const padded = (before: string, line: number): string => before + '\n'.repeat(line - before.split('\n').length)

const fileOf = ({ page, line }: Program): string => join(folder, `${page.replaceAll('/', '-')}-line-${line}.ts`)

const pages = ['README.md', ...listFiles('docs')].filter((file) => file.endsWith('.md') && !file.startsWith(generated))
const programs = pages.filter((page) => existsSync(join(root, page))).flatMap((page) => programsOf(page, read(page)))

describe('the code in the documentation', () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const settings = {
      extends: '../../tsconfig.check.json',
      compilerOptions: { noUnusedLocals: false },
      include: ['*.ts'],
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
    for (const program of programs) writeFileSync(fileOf(program), `${program.code}\nexport {}\n`)
  })

  it('begins in README.md, with a program to try', () => {
    const found = programs.filter(({ page }) => page === 'README.md')
    expect(found, 'README.md must exist and hold a ```ts block').not.toHaveLength(0)
  })

  it.skipIf(programs.length === 0)('type-checks', { timeout: 60_000 }, () => {
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' })
    expect(stdout).toBe('')
  })

  for (const program of programs)
    it(`runs: ${program.page}:${program.line}`, { timeout: 60_000 }, async () => {
      const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
      try {
        await expect(import(/* @vite-ignore */ fileOf(program))).resolves.toBeDefined()
      } catch (error) {
        throw new Error(`${program.page}:${program.line}: this block fails`, { cause: error })
      } finally {
        printed.mockRestore()
      }
    })
})

describe('the reading of code blocks', () => {
  const page = [
    '# Title',
    '```ts',
    'const a = 1',
    '```',
    'text',
    '```ts continued',
    'a.toFixed()',
    '```',
    '```ts no-run',
  ].join('\n')

  it('joins blocks that continue each other and keeps every line where the page has it', () => {
    expect(programsOf('page.md', `${page}\nfail()\n\`\`\`\n`)).toEqual([
      { page: 'page.md', line: 3, code: '\n\nconst a = 1\n\n\n\na.toFixed()\n' },
    ])
  })

  it('refuses a continuation of nothing', () => {
    expect(() => programsOf('page.md', '```ts continued\na()\n```\n')).toThrow("page.md:2: 'continued' without a block")
  })

  it('takes no other language, and no fence inside a longer fence', () => {
    expect(programsOf('page.md', '```sh\nnpm test\n```\n````md\n```ts\na()\n```\n````\n')).toEqual([])
  })
})
