import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configDefaults, type TestProjectConfiguration } from 'vitest/config'

const root = join(import.meta.dirname, '..')
const folders = ['packages', 'examples', 'benchmarks', 'scripts', 'docs']

/**
 * Two groups of test files. Most share one set of modules a worker, which halves the time of a run; those that replace modules
 * (`vi.mock` and the like) get modules of their own. `accepts` says which files belong to a run at all.
 */
export function testProjects(accepts: (file: string) => boolean): TestProjectConfiguration[] {
  const files = folders.flatMap((folder) => testFiles(folder)).filter(accepts)
  const alone = files.filter((file) =>
    /\bvi\.(mock|doMock|resetModules)\b/.test(readFileSync(join(root, file), 'utf8')),
  )
  const group = (name: string, include: readonly string[], isolate: boolean): TestProjectConfiguration => ({
    extends: true,
    test: { name, include: [...include], exclude: [...configDefaults.exclude], pool: 'threads', isolate },
  })
  return [
    group(
      'shared',
      files.filter((file) => !alone.includes(file)),
      false,
    ),
    group('alone', alone, true),
  ]
}

/** Test files below a folder, as paths from the root; in packages those in `test` folders. */
function testFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((file) => !/(^|\/)(node_modules|dist|out)\//.test(file))
}
