/** docs/optimisers.md: the searches of @cad/optim and their methods, what they take on classic problems, and all options. */
import { cases } from '../../packages/optim/test/cases/index.ts'
import { problems, type Problem } from '../../packages/optim/test/cases/problems.ts'
import type { SearchCase } from '../../packages/optim/test/cases/search-case.ts'
import { optionTable } from './options.ts'
import { code, table, writtenBy, type Page } from './page.ts'
import { declarationOf, exportedValues } from './sources.ts'

const intro = `# Optimisers

${writtenBy}

\`minimize(loss, x0)\` makes a real function of a tree of real and complex tensors small, \`leastSquares(residual, x0)\` the sum Σ|r|² of residuals.
A method is a value of their option \`method\`; one that is made by a function takes its tolerances there.

No variable needs scaling: the rules by which a search ends are the same in any units, and with any constant added to the loss; the absolute
tolerances and \`target\` are in units of their own. Where the model fails numerically at a trial point (\`NumericalError\`: an integration that
blows up, a singular matrix, a loop without end; \`NotFiniteError\`), the step is not taken, as with NaN; at the start that is an error.
Any other error ends the search with the status \`failed\` and the best point so far.
`

const problemNotes = `Evaluations of the function with its derivative, by the default settings, on classic problems. A method of \`minimize\` is given Σ|r|² alone, and
none of them the units of the parameters. The numbers may differ a little from machine to machine.
`

const evaluations = ({ searches, unsolved = {} }: SearchCase, problem: Problem): string => {
  if (problem.name in unsolved) return 'unsolved'
  return `✓ ${Object.values(searches)[0](problem.residual, problem.start).evaluations}`
}

function generate(): string {
  const sites = new Map(exportedValues('optim').map((site) => [site.name, site]))
  const declared = cases.flatMap((found) => {
    const site = sites.get(found.name)
    return site === undefined ? [] : [{ found, site, ...declarationOf(site) }]
  })
  const options = declared.flatMap(({ found, site, optionsType }) =>
    optionsType === undefined
      ? []
      : [
          `## Options of ${found.name}`,
          optionTable('optim', optionsType, site.file.replace('packages/optim/src/', '')),
        ],
  )
  return [
    intro,
    table(
      ['function', 'what it does'],
      declared.map(({ signature, sentence }) => [code(signature), sentence]),
    ),
    '## Classic problems',
    problemNotes,
    table(
      ['', ...problems.map(({ name }) => name)],
      cases.map((found) => [code(found.name), ...problems.map((problem) => evaluations(found, problem))]),
    ),
    ...options,
  ].join('\n\n')
}

export const optimPage: Page = { file: 'docs/optimisers.md', generate }
