/** docs/operations.md: all operations of @cad/core with their derivatives, read from the code. */
import { cases } from '../../packages/core/test/cases/index.ts'
import type { CoreCase, CreationCase } from '../../packages/core/test/cases/core-case.ts'
import { batchForm, compiledForm, derivativeOf, secondOrder, slopesAtZero, subjectOf } from './facts.ts'
import { code, table, writtenBy, type Page } from './page.ts'
import { declarationOf, derivationOf, exportedValues, helperSentence, type ExportSite } from './sources.ts'

const intro = `# Operations

${writtenBy}

Every argument may be a tensor, a number or a \`{ re, im }\`; arguments with a question mark may be left out; options come last, in
braces. The conventions are in [conventions](conventions.md).

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

type AnyCase = CoreCase | CreationCase

const isOperation = (found: AnyCase): found is CoreCase => found.kind === undefined

function generate(): string {
  const sites = exportedValues('core')
  const siteOf = new Map(sites.map((site) => [site.name, site]))
  const operations = new Map(cases.filter(isOperation).map((found) => [found.name, found]))
  const used = new Set<string>()
  const files = [...new Set(sites.filter(({ name }) => operations.has(name)).map(({ file }) => file))]
  const sections = files.map((file) => {
    const rows = sites.flatMap((site) => {
      const found = site.file === file ? operations.get(site.name) : undefined
      return found === undefined ? [] : [operationRow(site, found, used)]
    })
    return `## ${file.replace('packages/core/src/', '')}\n\n${table(operationHeads, rows)}`
  })
  const listed = (names: readonly string[]): string =>
    table(
      ['operation', 'what it does'],
      names.flatMap((name) => {
        const site = siteOf.get(name)
        const found = site && declarationOf(site)
        return found ? [[code(found.signature), found.sentence]] : []
      }),
    )
  const ofKind = (kind: string): string[] => cases.flatMap((found) => (found.kind === kind ? [found.name] : []))
  return [
    intro,
    ...sections,
    helpers(used, new Set(siteOf.keys())),
    `## Creation\n\nNo tensor goes in, so there is nothing to differentiate.\n\n${listed(ofKind('creation'))}`,
    `## Transformations\n\nFunctions of functions; examples in [transformations](transformations.md) and [jit](jit.md).\n\n${listed([...ofKind('transformation'), 'checkRule', 'checkGrads'])}`,
  ].join('\n\n')
}

export const operationsPage: Page = { file: 'docs/operations.md', generate }

const operationHeads = ['operation', 'computes', 'derivative', 'at 0', 'order 2', 'jit', 'vmap']

function operationRow(site: ExportSite, found: CoreCase, used: Set<string>): string[] {
  const { signature, sentence, parameters } = declarationOf(site)
  const subject = subjectOf(found, parameters)
  return [
    code(signature),
    sentence,
    derivativeOf(subject, used, (primitive) => derivationOf('core', primitive)),
    slopesAtZero(subject, found.row?.zeros),
    secondOrder(subject, found.except?.rule),
    compiledForm(subject),
    batchForm(subject),
  ]
}

/** Primitives that occur in the formulas and are no operations themselves, with what their source says of them. */
function helpers(used: ReadonlySet<string>, exported: ReadonlySet<string>): string {
  const rows = [...used]
    .filter((name) => !exported.has(name))
    .sort()
    .map((name) => [code(name), helperSentence('core', name) ?? helperSentence('core', `${name}P`) ?? ''])
  return `## Named in the formulas\n\nInternal primitives.\n\n${table(['name', 'computes'], rows)}`
}
