import { join } from 'node:path'

/**
 * The command and arguments that run a TypeScript file of this repository from the sources of the packages.
 *
 * @param {string} file
 * @param {...string} args
 * @returns {[command: string, args: string[]]}
 */
export function tsx(file, ...args) {
  return [process.execPath, [cli, '--conditions=@cad/source', file, ...args]]
}

/**
 * The same from the packages as they are built and installed: code that is transformed when it is loaded keeps the names of functions, at
 * a cost that a measurement would show.
 *
 * @param {string} file
 * @param {...string} args
 * @returns {[command: string, args: string[]]}
 */
export function tsxOnBuilt(file, ...args) {
  return [process.execPath, [cli, file, ...args]]
}

const cli = join(import.meta.dirname, '..', 'node_modules', 'tsx', 'dist', 'cli.mjs')
