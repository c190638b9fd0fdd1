/**
 * `npm run browser`: the consumer and the first ```ts block of README.md, bundled by Vite from the sources and run in
 * headless Chromium. The block must print there the numbers that it prints in Node.
 *
 * Chromium is the one at CHROME_PATH or where Debian has it; without one the check is skipped.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { build, defaultClientConditions, preview } from 'vite'
import { codeBlocks } from './code-blocks.mjs'
import { tsx } from './tsx.mjs'

const root = join(import.meta.dirname, '..')
// Inside the repository, so that @cad/* resolves; git ignores out/.
const folder = join(root, 'out', 'browser')
const timeout = 60_000

const executablePath = [process.env.CHROME_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
)
if (executablePath === undefined) console.log('skipped: no Chromium')
else {
  try {
    layOut()
    const inNode = runInNode()
    await bundle()
    const inBrowser = await runInBrowser(executablePath)
    compareLines(inNode, inBrowser)
  } catch (error) {
    console.error(`browser: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

function layOut() {
  const readme = join(root, 'README.md')
  if (!existsSync(readme)) throw new Error('there is no README.md to take the first ```ts block from.')
  const block = codeBlocks(readFileSync(readme, 'utf8')).find(({ language }) => language === 'ts')
  if (block === undefined) throw new Error('README.md has no ```ts block to run in a browser.')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'readme.ts'), block.code)
  copyFileSync(join(root, 'scripts', 'consumer', 'consumer.ts'), join(folder, 'consumer.ts'))
  writeFileSync(join(folder, 'main.ts'), "import './consumer.ts'\nimport './readme.ts'\ndocument.title = 'done'\n")
  writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="./main.ts"></script>\n')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
}

/** The lines that the two programs print in Node. */
function runInNode() {
  return ['consumer.ts', 'readme.ts'].flatMap((file) => {
    const { status, stdout, stderr } = spawnSync(...tsx(join(folder, file)), { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${file} fails in Node already:\n${stderr}`)
    return stdout.trim().split('\n')
  })
}

async function bundle() {
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['@cad/source', ...defaultClientConditions] },
    build: { target: 'es2022' },
  })
}

/** @param {string} path */
async function runInBrowser(path) {
  const server = await preview({ root: folder, configFile: false, preview: { port: 0, host: '127.0.0.1' } })
  const browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage()
    /** @type {string[]} */
    const lines = []
    page.on('console', (message) => {
      if (message.type() === 'log') lines.push(...message.text().split('\n'))
    })
    const thrown = new Promise((_, reject) => page.on('pageerror', reject))
    const address = server.resolvedUrls?.local[0] ?? ''
    await Promise.race([thrown, page.goto(address).then(() => waitForTitle(page))])
    return lines
  } finally {
    await browser.close()
    await server.close()
  }
}

/** @param {import('playwright-core').Page} page */
function waitForTitle(page) {
  return page.waitForFunction(() => document.title === 'done', undefined, { timeout })
}

/**
 * The two print the same numbers; how an object is laid out is the console's own matter.
 *
 * @param {string[]} inNode
 * @param {string[]} inBrowser
 */
function compareLines(inNode, inBrowser) {
  const [expected, found] = [inNode, inBrowser].map(
    (lines) => lines.join('\n').match(/-?\d+(\.\d+)?(e[-+]?\d+)?/g) ?? [],
  )
  const close = (a, b) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a))
  if (expected.length > 0 && expected.length === found.length && expected.every((text, i) => close(+text, +found[i])))
    console.log(`In Chromium:\n${inBrowser.join('\n')}`)
  else
    throw new Error(
      `the two should print the same numbers. Node printed\n${inNode.join('\n')}\nand Chromium printed\n${inBrowser.join('\n')}`,
    )
}
