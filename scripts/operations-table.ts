/**
 * Writes docs/operations.md, the table of all operations of @cad/core with their derivatives, read from the code:
 * `npm run docs:operations`.
 */
import * as core from '@cad/core'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { isMain } from './is-main.ts'
import { batchForm, compiledForm, derivativeOf, secondOrder, slopesAtZero, subjectOf } from './operations/facts.ts'
import { creation, excluded, samples, transformations, type Operation } from './operations/samples.ts'
import { declarationOf, exportedValues, helperSentence, type ExportSite } from './operations/sources.ts'
import { root } from './repository.ts'

/** The page, from the root of the repository. */
export const page = 'docs/operations.md'

const intro = `# Operations

Written by \`npm run docs:operations\` from the code of \`@cad/core\`; a test fails when it is out of date or an operation is
missing. Every argument may be a tensor, a number or a \`{ re, im }\`; arguments with a question mark may be left out; options
come last, in braces. The conventions are in [conventions](conventions.md).

- **Derivative.** w is the result. Of an elementwise operation the two Wirtinger partials, traced from its rule: the jvp is
  ẇ = ∂w/∂z ż + ∂w/∂z̄ conj(ż), and the vjp its adjoint; of a real function the one partial. Of a real-linear one its adjoint
  under Re⟨a, b⟩, w̄ ↦ z̄, before the engine projects z̄ to the dtype of z. "jvp and vjp of" a primitive: both written out, with the derivation that
  stands above them. "composed of": the primitives that appear when it is traced; its derivative is theirs.
- **At 0.** The slope along 1 at zero, computed by its jvp: each argument at 0 with the others at 1, arrays all 0, unless a point
  is named. Where it is infinite, the slope along the seed 0 is given too.
- **Order 2.** \`checkRule\` at order 2 at one point off the axes: jvp and vjp against each other, against differences, against
  the same function on ℝ²ⁿ, and so again for their own derivatives. The number is the largest relative defect, rounded up to a power
  of ten; differences reach no further than about 1e-9.
- **jit.** "compiled": has scalar code. "kernel": \`jit\` calls the kernel of that primitive; that of a control flow is the compiled loop or
  branch of its body.
- **vmap.** "at once": one operation for all examples. "one by one": the default loop.
`

/** The page as the code of today makes it. */
export async function generatePage(): Promise<string> {
  const sites = exportedValues()
  const known = new Map(sites.map((site) => [site.name, site]))
  const operations = sites.filter(({ name }) => name in samples)
  const files = [...new Set(operations.map(({ file }) => file))]
  const used = new Set<string>()
  const sections = files.map((file) => {
    const rows = operations.filter((site) => site.file === file).map((site) => operationRow(site, used))
    return `## ${file.replace('packages/core/src/', '')}\n\n${table(operationHeads, rows)}`
  })
  const listed = (names: readonly string[]): string =>
    table(
      ['operation', 'what it does'],
      names.flatMap((name) => {
        const site = known.get(name)
        const found = site && declarationOf(site)
        return found ? [[code(found.signature), found.sentence]] : []
      }),
    )
  const text = [
    intro,
    ...sections,
    helpers(used),
    `## Creation\n\nNo tensor goes in, so there is nothing to differentiate.\n\n${listed(creation)}`,
    `## Transformations\n\nFunctions of functions; examples in [transformations](transformations.md) and [jit](jit.md).\n\n${listed(transformations)}`,
  ].join('\n\n')
  return format(text, { ...(await resolveConfig(join(root, page))), parser: 'markdown' })
}

const operationHeads = ['operation', 'computes', 'derivative', 'at 0', 'order 2', 'jit', 'vmap']

function operationRow(site: ExportSite, used: Set<string>): string[] {
  const { signature, sentence, parameters } = declarationOf(site)
  const sample = samples[site.name]
  const apply = sample.apply ?? (core as unknown as Readonly<Record<string, Operation>>)[site.name]
  const subject = subjectOf(apply, sample, parameters)
  return [
    code(signature),
    sentence,
    derivativeOf(subject, used),
    slopesAtZero(subject, sample.zeros),
    secondOrder(subject, sample.onPurpose),
    compiledForm(subject),
    batchForm(subject),
  ]
}

/** Primitives that occur in the formulas and are no operations themselves, with what their source says of them. */
function helpers(used: ReadonlySet<string>): string {
  const rows = [...used]
    .filter((name) => !(name in core))
    .sort()
    .map((name) => [code(name), helperSentence(name) ?? helperSentence(`${name}P`) ?? ''])
  return `## Named in the formulas\n\nInternal primitives.\n\n${table(['name', 'computes'], rows)}`
}

const code = (text: string): string => `\`${text}\``

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
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

/** What is wrong with the lists of operations, given all exported names; empty if every export is in exactly one of them. */
export function listProblems(names: readonly string[]): string[] {
  const lists = { samples: Object.keys(samples), creation, transformations, excluded: Object.keys(excluded) }
  const places = (name: string): string[] =>
    Object.entries(lists).flatMap(([list, members]) => (members.includes(name) ? [list] : []))
  return [
    ...names.flatMap((name) => {
      const found = places(name)
      if (found.length === 1) return []
      return found.length === 0
        ? [`${name} is exported by @cad/core, and scripts/operations/samples.ts has no place for it. Add a sample.`]
        : [`${name} stands in ${found.join(' and ')} of scripts/operations/samples.ts. Leave one.`]
    }),
    ...Object.values(lists)
      .flat()
      .filter((name) => !names.includes(name))
      .map((name) => `${name} stands in scripts/operations/samples.ts and is not exported by @cad/core. Remove it.`),
  ]
}

/** The operations among these that have no row on the page. */
export const missingRows = (text: string, names: readonly string[]): string[] =>
  names.filter((name) => !new RegExp(`^\\| \`${name}\\(`, 'm').test(text))

/** The page without the sizes of rounding errors, which differ a little from machine to machine. */
export const withoutDefects = (text: string): string => text.replaceAll(/✓ \S+/g, '✓')

if (isMain(import.meta.url)) {
  writeFileSync(join(root, page), await generatePage())
  console.log(`wrote ${page}`)
}
