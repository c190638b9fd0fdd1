/** Fails where a generated page is not what the code writes today; a step of `npm run check`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { read, root } from '../repository.ts'
import { formatted, missingLines, staleLines, withoutDefects } from './page.ts'
import { pages } from './pages.ts'

for (const page of pages) {
  const generated = await formatted(page)
  const committed = existsSync(join(root, page.file)) ? read(page.file) : ''
  if (withoutDefects(committed) === withoutDefects(generated)) continue
  console.error(`${page.file} is out of date: run \`npm run docs:tables\`.`)
  for (const line of staleLines(committed, generated)) console.error(`  stale: ${line}`)
  for (const line of missingLines(committed, generated)) console.error(`  missing: ${line}`)
  process.exitCode = 1
}
