/**
 * `npm run example -- <name> [arguments]` runs examples/<name>/main.ts from the sources; without a name it lists them.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { tsx } from './tsx.mjs'

const folder = join(import.meta.dirname, '..', 'examples')
const names = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts'))) : []
const [name, ...args] = process.argv.slice(2)

if (name !== undefined && names.includes(name)) {
  const { status } = spawnSync(...tsx(join(folder, name, 'main.ts'), ...args), { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  const asked = name === undefined ? 'Which example? None was named.' : `There is no example '${name}'.`
  const offered =
    names.length > 0 ? `The examples are:\n${names.map((one) => `  ${one}`).join('\n')}` : 'There are none yet.'
  console.error(`${asked} ${offered}\nRun one with: npm run example -- <name>`)
  process.exitCode = 1
}
