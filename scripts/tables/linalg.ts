/** docs/linalg.md: the functions of @cad/linalg with their derivations, read from the code. */
import { cases } from '../../packages/linalg/test/cases.ts'
import { batchForm, compiledForm, secondOrder, subjectOf } from './facts.ts'
import { code, table, writtenBy, type Page } from './page.ts'
import { declarationOf, derivationOf, exportedValues } from './sources.ts'

const intro = `# Linear algebra

${writtenBy}

Matrices are tensors of two axes, real or complex; a vector is one right-hand side. Each function has rules of its own, in both modes, and
their derivatives in turn; the factorization is shared by value, gradient and Hessian.

- **Derivative.** The derivation above each rule: Ȧ is a tangent, Ā a cotangent, Aᴴ the adjoint.
- **Order 2.** \`checkRule\` at order 2 on complex data; the number is the largest relative defect, rounded up to a power of ten.
- **jit.** "kernel": \`jit\` calls the kernels of these primitives.
- **vmap.** "at once": one operation for all examples. "one by one": the default loop.
`

function generate(): string {
  const known = new Map(cases.map((found) => [found.name, found]))
  const rows = exportedValues('linalg').flatMap((site) => {
    const found = known.get(site.name)
    if (found === undefined) return []
    const { signature, sentence, parameters } = declarationOf(site)
    const subject = subjectOf(found, parameters)
    const primitives = [...new Set(subject.graph.nodes.map(({ primitive }) => primitive.name))]
    return [
      [
        code(signature),
        sentence,
        primitives.flatMap((name) => derivationOf('linalg', name)).join('; '),
        secondOrder(subject, found.except?.rule),
        compiledForm(subject),
        batchForm(subject),
      ],
    ]
  })
  const others = exportedValues('linalg').filter(({ name }) => !known.has(name) && !name.endsWith('Error'))
  return [
    intro,
    table(['function', 'computes', 'derivative', 'order 2', 'jit', 'vmap'], rows),
    '## Without a derivative',
    table(
      ['function', 'what it does'],
      others.map((site) => {
        const { signature, sentence } = declarationOf(site)
        return [code(signature), sentence]
      }),
    ),
  ].join('\n\n')
}

export const linalgPage: Page = { file: 'docs/linalg.md', generate }
