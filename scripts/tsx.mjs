import { join } from 'node:path'

/**
 * The command and arguments that run a TypeScript file of this repository from the sources of the packages.
 *
 * @param {string} file
 * @param {...string} args
 * @returns {[command: string, args: string[]]}
 */
export function tsx(file, ...args) {
  const cli = join(import.meta.dirname, '..', 'node_modules', 'tsx', 'dist', 'cli.mjs')
  return [process.execPath, [cli, '--conditions=@cad/source', file, ...args]]
}
