import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder of the repository. */
export const root: string = join(import.meta.dirname, '..')

/** A file of the repository: its path from the root, with slashes, and its text. */
export type SourceFile = { readonly file: string; readonly text: string }

/** What the import table reads of a package.json. */
export type Manifest = {
  readonly name: string
  /** From the root, such as packages/core. */
  readonly folder: string
  readonly exports: readonly string[]
  /** The package's own names, such as #vega, and all that each may stand for. */
  readonly imports: Readonly<Record<string, readonly string[]>>
  readonly dependencies: readonly string[]
  /** Optional and peer dependencies: a source may import them, and none has to. */
  readonly optional: readonly string[]
  readonly text: string
}

/** What the import table is checked on. */
export type Repository = { readonly manifests: readonly Manifest[]; readonly sources: readonly SourceFile[] }

/** A package.json as the import table sees it. */
export function readManifest(folder: string, text: string): Manifest {
  const json = JSON.parse(text) as {
    name: string
    exports?: object
    imports?: object
    dependencies?: object
    optionalDependencies?: object
    peerDependencies?: object
  }
  return {
    name: json.name,
    folder,
    exports: Object.keys(json.exports ?? {}),
    imports: Object.fromEntries(Object.entries(json.imports ?? {}).map(([name, target]) => [name, targetsOf(target)])),
    dependencies: Object.keys(json.dependencies ?? {}),
    optional: Object.keys({ ...json.optionalDependencies, ...json.peerDependencies }),
    text,
  }
}

/** The strings of a conditional target, in any nesting of conditions. */
function targetsOf(target: unknown): string[] {
  if (typeof target === 'string') return [target]
  return typeof target === 'object' && target !== null ? Object.values(target).flatMap(targetsOf) : []
}

/** The manifests of all packages, and the TypeScript of packages, examples, benchmarks and scripts. */
export function readRepository(): Repository {
  const folders = readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'package.json')),
  )
  return {
    manifests: folders.map((name) => readManifest(`packages/${name}`, read(`packages/${name}/package.json`))),
    sources: ['packages', 'examples', 'benchmarks', 'scripts']
      .flatMap((folder) => listFiles(folder))
      .filter((file) => file.endsWith('.ts') && !/\.(as|d)\.ts$|\/(generated|assembly)\//.test(file))
      .map((file) => ({ file, text: read(file) })),
  }
}

/** All files below this folder of the repository but what is installed, built or hidden; none if there is no such folder. */
export function listFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|dist|out|coverage|\..*)$/.test(entry.name)) return []
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}

/** The text of a file, named from the root. */
export const read = (file: string): string => readFileSync(join(root, file), 'utf8')
