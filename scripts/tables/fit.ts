/** docs/fit-options.md: the functions of @cad/fit and their options. */
import { cases } from '../../packages/fit/test/cases/index.ts'
import type { AnyCase } from '../../packages/fit/test/cases/fit-case.ts'
import { optionTable } from './options.ts'
import { code, table, writtenBy, type Page } from './page.ts'
import { declarationOf, exportedValues } from './sources.ts'

const intro = `# Fit options

${writtenBy}

\`fit({ parameters, model, data, … })\` fits named parameters to data by weighted least squares and gives a report, which is plain data.
`

const titles: Readonly<Record<AnyCase['kind'], string>> = {
  fit: 'Fits',
  parameter: 'Parameters',
  transform: 'Transforms of bounded parameters',
  report: 'Reports',
}

function generate(): string {
  const sites = exportedValues('fit')
  const rows = (kind: string): string[][] =>
    sites.flatMap((site) => {
      const found = cases.find(({ name }) => name === site.name)
      if (found?.kind !== kind) return []
      const { signature, sentence } = declarationOf(site)
      return [[code(signature), sentence]]
    })
  const sections = Object.entries(titles).flatMap(([kind, title]) => [
    `## ${title}`,
    table(['function', 'what it does'], rows(kind)),
  ])
  return [
    intro,
    ...sections,
    '## Options of fit',
    'Beside `model` and `data`, or `residual`: prediction − measurement.',
    optionTable('fit', 'FitSettings', 'fit.ts', 'objective.ts'),
    '## Options of param',
    optionTable('fit', 'ParamOptions', 'parameter.ts'),
    '## Options of complexParam',
    optionTable('fit', 'ComplexParamOptions', 'parameter.ts'),
  ].join('\n\n')
}

export const fitPage: Page = { file: 'docs/fit-options.md', generate }
