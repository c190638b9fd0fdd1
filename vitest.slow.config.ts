import { defineConfig } from 'vitest/config'
import { testProjects } from './scripts/test-projects.ts'
import quick from './vitest.config.ts'

/** All suites: the quick ones and the `*.slow.test.ts`, which `npm test` leaves out. */
export default defineConfig({
  ...quick,
  test: { ...quick.test, projects: testProjects(() => true), testTimeout: 120_000 },
})
