/**
 * Checks that an installation is the same everywhere: `tsx scripts/dependencies.ts`.
 *
 * Every package.json pins exact versions, and no lockfile holds a download address or lacks the binary of a platform.
 */
import { basename } from 'node:path'
import { isMain } from './is-main.ts'
import { listFiles, read } from './repository.ts'

const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/

type Dependencies = Record<string, string>
type Locked = { readonly optionalDependencies?: Dependencies }

/** The dependencies of a package.json that are not pinned. Peers may be ranges: they say what users may bring. */
export function versionProblems(file: string, text: string): string[] {
  const json = JSON.parse(text) as Record<string, Dependencies | undefined>
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(json[kind] ?? {})
      .filter(([, version]) => !exact.test(version))
      .map(([name, version]) => `${file}: ${kind} has ${name} at '${version}'. Pin an exact version, such as 1.2.3.`),
  )
}

/** What makes a lockfile depend on where or on which platform it was written. */
export function lockfileProblems(file: string, text: string): string[] {
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> }
  const addresses = text.split('\n').flatMap((line, index) => (line.includes('"resolved": "http') ? [index + 1] : []))
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map(
        (name) =>
          `${file}: ${path} names ${name}, which has no entry, so npm 11 refuses npm ci. Take a version of which every platform is published.`,
      ),
  )
  return [
    ...addresses.map(
      (line) =>
        `${file}:${line}: holds a download address. Write it with the settings of .npmrc: npm install --package-lock-only.`,
    ),
    ...missing,
  ]
}

/** The problems of all package.json and package-lock.json files of the repository. */
export function dependencyProblems(): string[] {
  const files = [
    'package.json',
    'package-lock.json',
    ...['packages', 'examples', 'benchmarks', 'docs'].flatMap(listFiles),
  ]
  return files.flatMap((file) => {
    if (basename(file) === 'package.json') return versionProblems(file, read(file))
    return basename(file) === 'package-lock.json' ? lockfileProblems(file, read(file)) : []
  })
}

if (isMain(import.meta.url)) {
  const problems = dependencyProblems()
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
