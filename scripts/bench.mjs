/**
 * `npm run bench [-- name …]` runs benchmarks/*.bench.ts, or those whose name contains one of the words, each in a process
 * of its own and one after the other, so that none disturbs another; then prints the ratios of all of them. They measure the packages
 * as built: `npm run bench` builds them first.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tsxOnBuilt } from './tsx.mjs'

const folder = join(import.meta.dirname, '..', 'benchmarks')
const ending = '.bench.ts'

const all = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
  : []
const words = process.argv.slice(2)
const chosen = words.length === 0 ? all : all.filter((name) => words.some((word) => name.includes(word)))

if (chosen.length === 0) {
  const asked = words.length > 0 ? `No benchmark is named like ${words.join(', ')}.` : 'There is no benchmark to run.'
  console.error(`${asked} The benchmarks in benchmarks/*${ending} are: ${all.join(', ') || 'none yet'}.`)
  process.exitCode = 1
} else {
  const failed = chosen.filter((name) => !run(name))
  console.log(['', 'Summary: ratios of medians to the baseline', ...chosen.flatMap(summary)].join('\n'))
  if (failed.length > 0) {
    console.error(`\nFailed: ${failed.join(', ')}`)
    process.exitCode = 1
  }
}

/** @param {string} name */
function run(name) {
  console.log(`\n${name}${ending}`)
  rmSync(resultFile(name), { force: true })
  return spawnSync(...tsxOnBuilt(join(folder, name + ending)), { stdio: 'inherit' }).status === 0
}

/** @param {string} name */
function summary(name) {
  if (!existsSync(resultFile(name))) return [`\n${name}: no result`]
  const { suites } = JSON.parse(readFileSync(resultFile(name), 'utf8'))
  return suites.flatMap(({ title, baseline, expected, cases }) => [
    `\n${name}: ${title}`,
    ...cases.map(
      ({ name: label, ratio }) =>
        `  ${ratio.toFixed(2).padStart(8)} × ${label}${label === baseline ? ' (baseline)' : ''}`,
    ),
    `  expected: ${expected}`,
  ])
}

/** @param {string} name */
function resultFile(name) {
  return join(folder, 'results', `${name}.json`)
}
