import { pathToFileURL } from 'node:url'
import { runExample, type FitExample } from './fit-example.ts'

/** Runs the example if its module (`import.meta.url`) is the program; the exit code says whether it reproduced its reference. */
export async function runIfMain(moduleUrl: string, example: FitExample): Promise<void> {
  const program = process.argv[1]
  if (program === undefined || pathToFileURL(program).href !== moduleUrl) return
  process.exitCode = (await runExample(example)) ? 0 : 1
}
