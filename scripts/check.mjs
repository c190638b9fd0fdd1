/**
 * `npm run check`: everything that can be said of the code without running it. All steps run, whichever fail.
 *
 * The dependencies of packages are the import table's matter, so knip looks for dead files, exports and tools only.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
const sources = ['packages', 'examples', 'benchmarks', 'scripts'].filter((folder) => existsSync(join(root, folder)))

const steps = [
  { name: 'types of the packages', command: 'tsc', args: ['-b'] },
  { name: 'types of tests, examples, benchmarks, scripts', command: 'tsc', args: ['-p', 'tsconfig.check.json'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', ...sources] },
  { name: 'format', command: 'prettier', args: ['--check', '--log-level=warn', '.'] },
  { name: 'import table', command: 'tsx', args: ['scripts/import-table.ts'] },
  { name: 'docs tables', command: 'tsx', args: ['--conditions=@cad/source', 'scripts/tables/check.ts'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress', '--no-config-hints'] },
  { name: 'pinned versions and lockfile', command: 'tsx', args: ['scripts/dependencies.ts'] },
]

const width = Math.max(...steps.map(({ name }) => name.length))
const failed = steps.filter((step) => !passes(step))

const verdict = failed.length === 0 ? 'all passed' : `failed: ${failed.map(({ name }) => name).join('; ')}`
console.log(`\n${steps.length} checks, ${verdict}`)
if (failed.length > 0) process.exitCode = 1

/**
 * Runs a step, prints its line, and below it what it said if it failed.
 *
 * @param {{ name: string, command: string, args: string[] }} step
 * @returns {boolean}
 */
function passes({ name, command, args }) {
  const start = performance.now()
  const shell = process.platform === 'win32'
  const { status, stdout, stderr, error } = spawnSync(join(bin, command), args, { cwd: root, encoding: 'utf8', shell })
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const passed = status === 0
  console.log(`${passed ? 'pass' : 'FAIL'}  ${name.padEnd(width)}  ${seconds.padStart(5)} s`)
  if (!passed) console.log(indent(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`))
  return passed
}

/** @param {string} text */
function indent(text) {
  return text.trim().replaceAll(/^(?=.)/gm, '      ')
}
