import { describe, expect, it } from 'vitest'
import { checkImports } from './import-table.ts'
import { readManifest, readRepository, type Manifest } from './repository.ts'

const manifest = (name: string, dependencies: string[], entries: string[] = ['.']): Manifest =>
  readManifest(
    `packages/${name}`,
    JSON.stringify(
      {
        name: `@cad/${name}`,
        exports: Object.fromEntries(entries.map((entry) => [entry, {}])),
        dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '0.1.0'])),
      },
      null,
      2,
    ),
  )

const manifests = [
  manifest('kernels', []),
  manifest('core', [], ['.', './compiler']),
  manifest('ode', ['@cad/core']),
  manifest('plot', ['vega']),
  manifest('testing', []),
]

/** The problems of a repository that holds these sources. */
const problemsOf = (sources: Record<string, string>): string[] =>
  checkImports({ manifests, sources: Object.entries(sources).map(([file, text]) => ({ file, text })) })

describe('the import table', () => {
  it('holds in this repository', () => {
    expect(checkImports(readRepository())).toEqual([])
  })

  it.each([
    ['packages/ode/src/a.ts', `import { grad } from '@cad/core'`],
    ['packages/ode/src/a.ts', `import { trace } from '@cad/core/compiler'\nimport { b } from './steps/b.ts'`],
    ['packages/ode/test/a.test.ts', `import { seeded } from '@cad/testing'\nimport { a } from '../src/a.ts'`],
    ['packages/plot/src/a.ts', `import { View } from 'vega'\nimport { parse } from 'vega/build/vega.js'`],
    ['packages/kernels/src/a.ts', `// import '@cad/core'\nexport const text = "import '@cad/core' and console.log"`],
    ['benchmarks/a.bench.ts', `import { seeded } from '@cad/testing'\nconsole.log(1)`],
    ['examples/a/main.ts', `import { grad } from '@cad/core'\nimport { b } from '../b/b.ts'`],
    [
      'scripts/tables/a.ts',
      `import { trace } from '@cad/core/compiler'\nimport type { FunctionCase } from '@cad/testing'`,
    ],
    ['scripts/tables/a.ts', `import { cases } from '../../packages/ode/test/cases.ts'`],
    ['scripts/tables/a.ts', `import { cases } from '../../packages/core/test/cases/index.ts'`],
  ])('allows %s: %s', (file, text) => {
    expect(problemsOf({ [file]: text })).toEqual([])
  })

  it.each([
    ['packages/kernels/src/a.ts', `\nimport { grad } from '@cad/core'`, ':2: kernels may not import @cad/core'],
    ['packages/core/src/ops/a.ts', `import { jit } from '../closed/jit.ts'`, 'imports upwards, from closed/jit.ts'],
    ['packages/core/src/graph.ts', `import type { Jitted } from './closed/jit.ts'`, 'imports upwards'],
    ['packages/core/src/new/a.ts', `import './b.ts'`, 'stands in no layer of core'],
    ['packages/kernels/src/a.ts', `export * from '@cad/core'`, 'kernels may not import @cad/core'],
    ['packages/kernels/src/a.ts', `export { grad } from '@cad/core'`, 'kernels may not import @cad/core'],
    ['packages/kernels/src/a.ts', `import type { Tensor } from '@cad/core'`, 'kernels may not import @cad/core'],
    ['packages/kernels/src/a.ts', `export type T = import('@cad/core').Tensor`, 'kernels may not import @cad/core'],
    ['packages/kernels/src/a.ts', `await import('@cad/core')`, 'kernels may not import @cad/core'],
    ['packages/kernels/src/a.ts', `import x = require('@cad/core')`, 'kernels may not import @cad/core'],
    ['packages/kernels/src/a.ts', `import { readFileSync } from 'node:fs'`, `may not import 'node:fs'`],
    ['packages/kernels/src/a.ts', `import { View } from 'vega'`, `may not import 'vega'`],
    ['packages/plot/src/a.ts', `import { grad } from '@cad/core'`, 'plot may not import @cad/core'],
    ['packages/core/src/a.ts', `import { seeded } from '@cad/testing'`, 'core may not import @cad/testing'],
    [
      'packages/plot/test/a.test.ts',
      `import { x } from '@cad/core/compiler'`,
      `'@cad/core/compiler' is for core, linalg`,
    ],
    ['packages/ode/src/a.ts', `import { x } from '@cad/core/src/graph.ts'`, 'is a deep import'],
    ['packages/ode/test/a.test.ts', `import { x } from '../../core/src/graph.ts'`, 'reaches into the package core'],
    ['packages/ode/src/a.ts', `import { x } from '../../core/src/graph.ts'`, 'reaches into the package core'],
    ['packages/ode/src/a.ts', `import { x } from '../test/fixture.ts'`, 'leaves packages/ode/src'],
    ['scripts/tables/a.ts', `import { a } from '../../packages/ode/test/problems.ts'`, 'reaches into the package ode'],
    ['scripts/a.ts', `import { cases } from '../packages/ode/test/cases.ts'`, 'reaches into the package ode'],
    ['examples/a/main.ts', `import { seeded } from '@cad/testing'`, 'is for tests, tables and benchmarks alone'],
    ['examples/a/main.ts', `import { x } from '@cad/nothing'`, 'there is no package @cad/nothing'],
    ['packages/core/src/a.ts', `\n\nconsole.log(1)`, ':3: a package does not use console'],
    ['packages/core/src/a.ts', `globalThis.console.warn(1)`, ':1: a package does not use console'],
  ])('refuses in %s: %s', (file, text, message) => {
    expect(problemsOf({ [file]: text }).join('\n')).toContain(message)
    expect(problemsOf({ [file]: text })[0]).toMatch(new RegExp(`^${file}:\\d+: `))
  })

  it('asks for a dependency that is imported and not declared', () => {
    const problems = problemsOf({ 'packages/ode/src/a.ts': `import '@cad/core'\nimport '@cad/kernels'` })
    expect(problems).toEqual([
      `packages/ode/src/a.ts:2: '@cad/kernels' is no dependency of @cad/ode. Add @cad/kernels to packages/ode/package.json.`,
    ])
  })

  it('refuses a dependency that is declared and not imported', () => {
    expect(problemsOf({ 'packages/ode/src/a.ts': 'export const one = 1' })).toEqual([
      'packages/ode/package.json:7: no source imports the dependency @cad/core. Remove it.',
    ])
  })

  it("takes a package's own name for the packages behind it", () => {
    const text = JSON.stringify({
      name: '@cad/core',
      imports: { '#one': { types: './src/one.d.ts', default: 'one' } },
      dependencies: { two: '1.0.0' },
    })
    const sources = [{ file: 'packages/core/src/a.ts', text: `import '#one'` }]
    expect(checkImports({ manifests: [readManifest('packages/core', text)], sources })).toEqual([
      expect.stringContaining(`core may not import 'one'`),
      expect.stringContaining(`'one' is no dependency of @cad/core`),
      expect.stringContaining('no source imports the dependency two'),
    ])
  })

  it('names the file that cannot be parsed', () => {
    expect(() => problemsOf({ 'packages/ode/src/a.ts': 'import {' })).toThrow('packages/ode/src/a.ts: cannot be parsed')
  })
})
