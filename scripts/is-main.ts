import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Whether the module of this `import.meta.url` is the one that the command line names, also through a symbolic link. */
export function isMain(url: string): boolean {
  const [, named] = process.argv
  return named !== undefined && realpathSync(named) === fileURLToPath(url)
}
