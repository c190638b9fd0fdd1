/**
 * First use: checks Node, installs what is missing, builds the kernels when they are stale.
 *
 * Every script of package.json starts with it, so a fresh clone needs no other step. It imports `node:` modules only and
 * keeps to plain syntax: an old Node must be able to parse it and be told what is wrong.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const oldestNode = [20, 19]

/**
 * What is wrong with this version of Node, as a sentence; empty when it is recent enough.
 *
 * @param {string} version as in `process.versions.node`
 * @returns {string}
 */
export function nodeProblem(version) {
  const parts = version.split('.').map(Number)
  const newEnough = parts[0] > oldestNode[0] || (parts[0] === oldestNode[0] && parts[1] >= oldestNode[1])
  if (newEnough) return ''
  return (
    'This project needs Node ' +
    oldestNode.join('.') +
    ' or newer and found Node ' +
    version +
    '. ' +
    'Install a current Node (its LTS version is fine) and run the same command again.'
  )
}

/**
 * Whether `npm ci` must run in this folder: npm writes its hidden lockfile last, so an interrupted installation has none.
 *
 * @param {string} folder the one that holds package-lock.json
 * @returns {boolean}
 */
export function needsInstall(folder) {
  const installed = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return true
  return statSync(installed).mtimeMs < statSync(join(folder, 'package-lock.json')).mtimeMs - 1000
}

function install() {
  console.error('Installing dependencies (first use, about a minute) …')
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  // npm's output goes to stderr: stdout belongs to the command that follows.
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const npm = process.env.npm_execpath
  const result =
    npm && /npm-cli\.c?js$/.test(npm)
      ? spawnSync(process.execPath, [npm].concat(args), options)
      : spawnSync('npm', args, Object.assign({ shell: process.platform === 'win32' }, options))
  if (result.status === 0) return
  const found = result.error ? result.error.message : result.signal || 'exit code ' + result.status
  stop(
    'The installation of the dependencies failed: npm ci ended with ' +
      found +
      '. Its messages stand above. ' +
      'Check the network and the registry that npm is configured for, then run the same command again.',
  )
}

async function buildKernels() {
  const script = join(root, 'scripts', 'build-kernels.mjs')
  if (!existsSync(script)) return
  const kernels = await import(pathToFileURL(script).href)
  await kernels.buildKernels()
}

function stop(message) {
  console.error(message)
  process.exit(1)
}

async function setUp() {
  const problem = nodeProblem(process.versions.node)
  if (problem) stop(problem)
  if (needsInstall(root)) install()
  try {
    await buildKernels()
  } catch (error) {
    stop('The kernels could not be built: ' + (error instanceof Error ? error.message : error))
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) void setUp()
