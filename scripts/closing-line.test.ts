import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closingLine } from './closing-line.ts'
import { root } from './repository.ts'

/** Runs vitest with the reporter on these test bodies, and gives its exit code and the last line that it printed. */
function run(
  folder: string,
  suites: Record<string, string>,
  ...args: string[]
): { status: number | null; last: string | undefined } {
  for (const [name, body] of Object.entries(suites))
    writeFileSync(join(folder, `${name}.test.ts`), `import { beforeAll, describe, expect, it } from 'vitest'\n${body}`)
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const reporter = `--reporter=${join(root, 'scripts', 'closing-line.ts')}`
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', '--root', folder, reporter, ...args], {
    encoding: 'utf8',
  })
  return { status, last: stdout.trimEnd().split('\n').at(-1) }
}

describe('the closing line', () => {
  let folder = ''
  beforeEach(() => {
    mkdirSync(join(root, 'out'), { recursive: true })
    folder = mkdtempSync(join(root, 'out', 'closing-line-'))
    // Else vitest would find the configuration of the repository above.
    writeFileSync(join(folder, 'vitest.config.ts'), 'export default {}')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('counts passed, failed and skipped tests', () => {
    const mixed = `it('a', () => expect(1).toBe(1)); it('b', () => expect(1).toBe(2)); it.skip('c', () => {})`
    expect(run(folder, { mixed })).toEqual({ status: 1, last: '1 passed, 1 failed, 1 skipped' })
  })

  it('says nothing of skipped tests when there are none', () => {
    expect(run(folder, { one: `it('a', () => expect(1).toBe(1))` })).toEqual({ status: 0, last: '1 passed, 0 failed' })
  })

  it('counts a file that fails to load as one failure', () => {
    const suites = { good: `it('a', () => expect(1).toBe(1))`, bad: `import './absent.ts'` }
    expect(run(folder, suites)).toEqual({ status: 1, last: '1 passed, 1 failed' })
  })

  it('counts an error that no test caught as one failure', () => {
    const stray = `it('a', async () => { void Promise.reject(new Error('stray')); expect(await 1).toBe(1) })`
    expect(run(folder, { stray })).toEqual({ status: 1, last: '1 passed, 1 failed' })
  })

  it('counts a failing hook as a failure', () => {
    const hook = `describe('d', () => { beforeAll(() => { throw new Error('hook') }); it('a', () => expect(1).toBe(1)) })`
    expect(run(folder, { hook })).toMatchObject({ status: 1, last: expect.stringMatching(/^0 passed, 1 failed/) })
  })

  it('fails when no test ran, even with passWithNoTests', () => {
    expect(run(folder, {}, '--passWithNoTests')).toEqual({ status: 1, last: '0 passed, 1 failed' })
    const skipped = `it.skip('a', () => {})`
    expect(run(folder, { skipped })).toEqual({ status: 1, last: '0 passed, 1 failed, 1 skipped' })
  })

  it('is written as the summary of a run in which nothing ran', () => {
    expect(closingLine({ passed: 0, failed: 0, skipped: 0 })).toBe('0 passed, 1 failed')
  })
})
