/**
 * `npm run smoke`: packs every public package, installs the tarballs into an empty folder, and there, with `skipLibCheck`
 * off and without the sources' condition, type-checks and runs scripts/consumer/consumer.ts, and loads every entry of every
 * package. It packs what `npm run build` has left in `dist`.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'

const root = join(import.meta.dirname, '..')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
const expected = 'consumer: d|z|²/dz at 3+4i is 6+8i'

const folder = mkdtempSync(join(tmpdir(), 'consumer-'))
try {
  const packages = publicPackages()
  const tarballs = packages.map(pack)
  console.log(`packed ${tarballs.length} packages`)
  layOut(packages.flatMap(entriesOf))
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], folder)
  console.log('installed them into an empty folder')
  run(process.execPath, [tsc, '-p', folder], folder)
  console.log('type-checked the consumer, with the declarations of the packages')
  run(process.execPath, [join(folder, 'out', 'entries.js')], folder)
  const printed = run(process.execPath, [join(folder, 'out', 'consumer.js')], folder).trim()
  if (printed !== expected) throw new Error(`the consumer should print '${expected}' and printed '${printed}'.`)
  console.log(printed)
} catch (error) {
  console.error(`smoke: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The folders of the packages that are not private. */
function publicPackages() {
  const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))
  return folders.filter((path) => existsSync(join(path, 'package.json')) && !manifestOf(path).private)
}

/**
 * All that can be imported of a package. An entry for Node alone needs Node's types, so it is left out.
 *
 * @param {string} path
 */
function entriesOf(path) {
  const { name, exports } = manifestOf(path)
  const entries = Object.keys(exports).filter((entry) => entry !== './node')
  return entries.map((entry) => posix.join(name, entry))
}

/** @param {string} path */
function manifestOf(path) {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
}

/** @param {string} path */
function pack(path) {
  if (!existsSync(join(path, 'dist', 'index.js')))
    throw new Error(`${path} has no dist/index.js to pack. Run npm run build first.`)
  const [{ filename, files }] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], path),
  )
  const stray = files.filter((file) => /\.(test\.ts|tsbuildinfo)$|node_modules/.test(file.path))
  if (stray.length > 0) throw new Error(`${filename} holds ${stray[0].path}, which no user needs. Correct "files".`)
  return join(folder, filename)
}

/**
 * The package.json, the settings and the sources of a user, whose library is the DOM's as in most programs.
 *
 * @param {string[]} entries
 */
function layOut(entries) {
  const settings = {
    compilerOptions: {
      target: 'ES2022',
      module: 'nodenext',
      lib: ['ES2023', 'DOM'],
      types: [],
      strict: true,
      skipLibCheck: false,
      outDir: 'out',
    },
    files: ['consumer.ts', 'entries.ts'],
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  const lines = entries.map((entry, i) => `export * as entry${i} from '${entry}'\n`)
  writeFileSync(join(folder, 'entries.ts'), lines.join(''))
  copyFileSync(join(root, 'scripts', 'consumer', 'consumer.ts'), join(folder, 'consumer.ts'))
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('.js') ? run(process.execPath, [cli, ...args], cwd) : run('npm', args, cwd)
}

/**
 * Runs a command and gives what it printed; an Error with all its output if it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @returns {string}
 */
function run(command, args, cwd) {
  const shell = command === 'npm' && process.platform === 'win32'
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell })
  if (status === 0) return stdout
  throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`)
}
