/**
 * Checks who imports whom: `tsx scripts/import-table.ts` reads every source and every package.json of the repository.
 *
 * The table is the one of the architecture. A package may import those in its row, and its `dependencies` are exactly the
 * ones that its sources import. AssemblyScript (`*.as.ts`) is not read: its imports are not TypeScript's.
 */
import { dirname, join, relative } from 'node:path/posix'
import { isMain } from './is-main.ts'
import { layerProblem } from './layers.ts'
import { readImports, type ImportSite } from './read-imports.ts'
import { readRepository, type Manifest, type Repository, type SourceFile } from './repository.ts'

/** Package → the packages of this repository that it may import. */
export const importTable: Readonly<Record<string, readonly string[]>> = {
  kernels: [],
  lapack: ['kernels'],
  core: ['kernels'],
  linalg: ['core', 'kernels'],
  ode: ['core', 'linalg', 'kernels'],
  optim: ['core', 'linalg'],
  fit: ['core', 'linalg', 'optim'],
  quantum: ['core', 'linalg', 'ode'],
  circuit: ['core', 'linalg', 'ode'],
  plot: [],
  testing: ['core'],
}

/** The packages that run anywhere and depend on nothing outside this repository, not even on `node:` modules. */
const selfContained = ['kernels', 'core', 'linalg', 'ode', 'optim']

/** The second entry of core is for the two packages that compile their own drivers. */
const compilerUsers = ['core', 'linalg', 'ode']

/** The scripts that make the tables of the docs: they read rules and graphs, and the tables of cases in the tests. */
const tableMakers = 'scripts/tables/'

/** These, and the benchmarks, which time compiled programs. */
const compilerReaders = [tableMakers, 'benchmarks/']

const casesOfTests = /^packages\/\w+\/test\/cases(\/[\w-]+)?\.ts$/

type Site = { readonly file: string; readonly line: number; readonly specifier: string }

/** Every breach of the table in this repository, as `file:line: message`; empty when there is none. */
export function checkImports({ manifests, sources }: Repository): string[] {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]))
  const used = new Map<string, Site[]>()
  const problems: string[] = []
  for (const source of sources) {
    const { imports, consoleLines } = readImports(source.file, source.text)
    const home = packageOf(source.file)
    const aliases = home === undefined ? {} : (byName.get(`@cad/${home.name}`)?.imports ?? {})
    for (const site of imports.flatMap((found) => sitesOf(source.file, found, aliases))) {
      problems.push(...checkSite(site, byName))
      if (home?.part === 'src') used.set(home.name, [...(used.get(home.name) ?? []), site])
    }
    if (home?.part === 'src') problems.push(...consoleLines.map((line) => consoleProblem(source, line)))
  }
  for (const manifest of manifests) {
    if (sources.some((source) => isCodeOf(manifest, source)))
      problems.push(...checkDependencies(manifest, used.get(folderName(manifest)) ?? []))
  }
  return problems
}

/** A package's own name such as `#vega` stands for the packages behind it; files behind it are the package's own. */
function sitesOf(file: string, { specifier, line }: ImportSite, aliases: Manifest['imports']): Site[] {
  const named = aliases[specifier]?.filter((target) => !target.startsWith('.')) ?? [specifier]
  return named.map((target) => ({ file, line, specifier: target }))
}

function checkSite(site: Site, manifests: ReadonlyMap<string, Manifest>): string[] {
  const problem = site.specifier.startsWith('.') ? relativeProblem(site) : packageProblem(site, manifests)
  return problem === undefined ? [] : [`${site.file}:${site.line}: ${problem}`]
}

function relativeProblem({ file, specifier }: Site): string | undefined {
  const home = packageOf(file)
  const target = join(dirname(file), specifier)
  const reached = packageOf(target)
  if (file.startsWith(tableMakers) && casesOfTests.test(target)) return undefined
  if (reached !== undefined && reached.name !== home?.name)
    return `'${specifier}' reaches into the package ${reached.name}. Import '@cad/${reached.name}' instead.`
  if (home?.part === 'src' && relative(`packages/${home.name}/src`, target).startsWith('..'))
    return `'${specifier}' leaves packages/${home.name}/src. A source imports its own folder or another package by name.`
  if (home?.part === 'src') {
    const [from, to] = [file, target].map((path) => relative(`packages/${home.name}/src`, path))
    return layerProblem(home.name, from, to)
  }
  return undefined
}

function packageProblem(site: Site, manifests: ReadonlyMap<string, Manifest>): string | undefined {
  const home = packageOf(site.file)
  const name = packageName(site.specifier)
  if (!name.startsWith('@cad/')) return home?.part === 'src' ? foreignProblem(site, home.name) : undefined
  const manifest = manifests.get(name)
  if (manifest === undefined) return `'${site.specifier}': there is no package ${name} in this repository.`
  const entries = manifest.exports.map((entry) => join(name, entry))
  if (!entries.includes(site.specifier))
    return `'${site.specifier}' is a deep import: ${name} offers ${entries.join(', ')}. Import one of these.`
  const mayCompile =
    compilerUsers.includes(home?.name ?? '') || compilerReaders.some((folder) => site.file.startsWith(folder))
  if (site.specifier === '@cad/core/compiler' && !mayCompile)
    return `'@cad/core/compiler' is for ${compilerUsers.join(', ')} alone. Import '@cad/core' instead.`
  if (home?.part === 'src') return tableProblem(home.name, name)
  const mayTest = home?.part === 'test' || compilerReaders.some((folder) => site.file.startsWith(folder))
  if (name === '@cad/testing' && !mayTest)
    return `'@cad/testing' is for tests, tables and benchmarks alone. Move what you need into a package with users.`
  return undefined
}

function tableProblem(home: string, imported: string): string | undefined {
  const allowed = importTable[home]
  if (allowed === undefined)
    return `the package ${home} has no row in scripts/import-table.ts. Add it, and to the docs.`
  if (allowed.some((name) => imported === `@cad/${name}`)) return undefined
  const offered = allowed.map((name) => `@cad/${name}`).join(', ') || 'no package of this repository'
  return `${home} may not import ${imported}; it may import ${offered}.`
}

function foreignProblem({ specifier }: Site, home: string): string | undefined {
  if (!selfContained.includes(home)) return undefined
  return `${home} may not import '${specifier}': it has no runtime dependency and runs in browsers too.`
}

function checkDependencies(manifest: Manifest, sites: readonly Site[]): string[] {
  const file = `${manifest.folder}/package.json`
  const known = [...manifest.dependencies, ...manifest.optional]
  const named = sites.filter(({ specifier }) => !/^(\.|node:)/.test(specifier))
  const imported = named.map(({ specifier }) => packageName(specifier))
  const undeclared = named.filter(({ specifier }) => !known.includes(packageName(specifier)))
  const unused = manifest.dependencies.filter((name) => !imported.includes(name))
  return [
    ...undeclared.map(
      (site) =>
        `${site.file}:${site.line}: '${site.specifier}' is no dependency of ${manifest.name}. Add ${packageName(site.specifier)} to ${file}.`,
    ),
    ...unused.map((name) => `${file}:${lineOf(manifest, name)}: no source imports the dependency ${name}. Remove it.`),
  ]
}

const lineOf = ({ text }: Manifest, dependency: string): number =>
  text.slice(0, text.lastIndexOf(`"${dependency}"`)).split('\n').length

const consoleProblem = ({ file }: SourceFile, line: number): string =>
  `${file}:${line}: a package does not use console. Return the value, throw a typed error, or use the progress line.`

/** A placeholder that exports nothing yet has no imports to compare with its dependencies. */
const isCodeOf = ({ folder }: Manifest, { file, text }: SourceFile): boolean =>
  file.startsWith(`${folder}/src/`) && text.trim() !== 'export {}'

const folderName = ({ folder }: Manifest): string => folder.replace('packages/', '')

function packageOf(file: string): { name: string; part: string } | undefined {
  const [top, name, part] = file.split('/')
  return top === 'packages' && name !== undefined ? { name, part: part ?? '' } : undefined
}

/** `@cad/core/compiler` → `@cad/core`, `vega/build/x.js` → `vega`. */
const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

if (isMain(import.meta.url)) {
  const problems = checkImports(readRepository())
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
