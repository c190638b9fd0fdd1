/**
 * The main job: fits three real measurements, each with its gradient, and checks the results against published values.
 *
 * Expected: three tables without a FAIL, pictures and reports in out/, exit code 0.
 */
import { eisRandles } from './eis-randles/main.ts'
import { runExample } from './fit-example.ts'
import { rabiFit } from './rabi-fit/main.ts'
import { resonatorQ } from './resonator-q/main.ts'

const began = performance.now()
const failed: string[] = []
for (const example of [resonatorQ, rabiFit, eisRandles]) if (!(await runExample(example))) failed.push(example.name)

const seconds = ((performance.now() - began) / 1000).toFixed(1)
if (failed.length === 0)
  console.log(`\nAll three fits reproduce their references, in ${seconds} s. Open out/*.html in a browser.`)
else {
  console.error(`\nOut of tolerance: ${failed.join(', ')}.`)
  process.exitCode = 1
}
