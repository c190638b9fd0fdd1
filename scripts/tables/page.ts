/** What all generated pages share: how a table is written, and how a committed page is compared with the code of today. */
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { root } from '../repository.ts'

/** A page of tables that is written from the code. */
export type Page = {
  /** From the root of the repository. */
  readonly file: string
  readonly generate: () => string
}

/** The line that says who writes a page. */
export const writtenBy = 'Written by `npm run docs:tables` from the code.'

/** A page's text in the style of the repository. */
export const formatted = async ({ file, generate }: Page): Promise<string> =>
  format(generate(), { ...(await resolveConfig(join(root, file))), parser: 'markdown' })

export const code = (text: string): string => `\`${text}\``

/** A table that stays as it is when rows come or go: no column is padded. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return ['<!-- prettier-ignore -->', line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Text for a cell: Markdown's own signs are escaped outside of code. */
const cell = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll(/[*_<]/g, String.raw`\$&`)))
    .join('')
    .replaceAll('|', String.raw`\|`)

/** A rounding error for a table: ✓ and the power of ten above it. */
export const defect = (x: number): string => `✓ ${x === 0 ? '0' : `1e${Math.ceil(Math.log10(x))}`}`

/** A page without the sizes of rounding errors, which differ a little from machine to machine. */
export const withoutDefects = (text: string): string => text.replaceAll(/✓ \S+/g, '✓')

const linesOf = (text: string): string[] => withoutDefects(text).split('\n')

/** Lines of a committed page that the code of today does not write. */
export function staleLines(committed: string, generated: string): string[] {
  const known = new Set(linesOf(generated))
  return linesOf(committed).filter((line) => !known.has(line))
}

/** Lines that the code of today writes and a committed page lacks. */
export const missingLines = (committed: string, generated: string): string[] => staleLines(generated, committed)
