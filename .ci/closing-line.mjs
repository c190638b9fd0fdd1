/**
 * Prints the closing line of .ci/run and exits with 0 if tests ran and nothing failed, else with 1.
 *
 * Arguments: the folder of the JSON reports, the number of failed steps, and for each test run its `name:exit code`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder, failedSteps, ...runs] = process.argv.slice(2)

const counts = runs.map(countRun)
const passed = counts.reduce((total, run) => total + run.passed, 0)
const failures = counts.reduce((total, run) => total + run.failed, 0) + Number(failedSteps)
const failed = passed + failures === 0 ? 1 : failures
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** The counts of one run. One that failed without a failing test, or left no report, counts as one failure. */
function countRun(run) {
  const [name, exitCode] = run.split(':')
  const file = join(folder, `${name}.json`)
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
  const isBroken = ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
  const failed = numFailedTests + testResults.filter(isBroken).length
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== '0' ? 1 : failed }
}
