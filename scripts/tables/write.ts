/** Writes every generated page: `npm run docs:tables`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../repository.ts'
import { formatted } from './page.ts'
import { pages } from './pages.ts'

for (const page of pages) {
  writeFileSync(join(root, page.file), await formatted(page))
  console.log(`wrote ${page.file}`)
}
