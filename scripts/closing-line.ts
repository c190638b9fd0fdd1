import type { Reporter, SerializedError, TestModule } from 'vitest/node'

type Counts = { passed: number; failed: number; skipped: number }

/** The counts of a run. A file that fails to load, a failing hook and an unhandled error are each one failure. */
export function countResults(modules: readonly TestModule[], errors: readonly SerializedError[]): Counts {
  const counts = { passed: 0, failed: errors.length, skipped: 0 }
  for (const module of modules) {
    // A test left pending was to run and did not: the run was interrupted, or its file crashed.
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      counts[state === 'pending' ? 'failed' : state] += 1
    }
    for (const suite of [module, ...module.children.allSuites()]) if (suite.errors().length > 0) counts.failed += 1
  }
  return counts
}

/** `N passed, N failed`, with `, N skipped` if any were. A run in which nothing ran has failed. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  const failures = passed + failed === 0 ? 1 : failed
  return `${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** Vitest reporter that prints the closing line when the process ends, so that it stands after the coverage table. */
export default class ClosingLine implements Reporter {
  private counts: Counts = { passed: 0, failed: 0, skipped: 0 }

  onInit(): void {
    process.on('exit', () => {
      const { passed, failed } = this.counts
      if (failed > 0 || passed === 0) process.exitCode ||= 1
      console.log(closingLine(this.counts))
    })
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    this.counts = countResults(modules, errors)
  }
}
