/**
 * `npm run browser`: the consumer and the first ```ts block of README.md, bundled by Vite from the sources and run in
 * headless Chromium. The block must print there the numbers that it prints in Node: freely, under a content security policy
 * that forbids generated JavaScript, and under one that forbids WebAssembly as well.
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
const policies = {
  'without a policy': undefined,
  'with a policy that forbids eval': "script-src 'self' 'wasm-unsafe-eval'",
  'with a policy that forbids eval and WebAssembly': "script-src 'self'",
}
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
    for (const [name, policy] of Object.entries(policies)) {
      compareLines(name, inNode, await runInBrowser(executablePath, policy))
    }
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

/**
 * The lines that the page prints under a content security policy.
 *
 * @param {string} path
 * @param {string | undefined} policy
 */
async function runInBrowser(path, policy) {
  const headers = policy === undefined ? {} : { 'Content-Security-Policy': policy }
  const server = await preview({ root: folder, configFile: false, preview: { port: 0, host: '127.0.0.1', headers } })
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

/**
 * Asks for the title: a function that waits inside the page would itself be forbidden by the policy.
 *
 * @param {import('playwright-core').Page} page
 */
async function waitForTitle(page) {
  for (let waited = 0; waited < timeout; waited += 50) {
    if ((await page.title()) === 'done') return
    await page.waitForTimeout(50)
  }
  throw new Error(`the page did not finish within ${timeout / 1000} s.`)
}

/**
 * The two print the same numbers; how an object is laid out is the console's own matter.
 *
 * @param {string} name
 * @param {string[]} inNode
 * @param {string[]} inBrowser
 */
function compareLines(name, inNode, inBrowser) {
  const [expected, found] = [inNode, inBrowser].map(
    (lines) => lines.join('\n').match(/-?\d+(\.\d+)?(e[-+]?\d+)?/g) ?? [],
  )
  const close = (a, b) => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a))
  if (expected.length > 0 && expected.length === found.length && expected.every((text, i) => close(+text, +found[i])))
    console.log(`In Chromium, ${name}:\n${inBrowser.join('\n')}`)
  else
    throw new Error(
      `${name}, the two should print the same numbers. Node printed\n${inNode.join('\n')}\nand Chromium printed\n${inBrowser.join('\n')}`,
    )
}
