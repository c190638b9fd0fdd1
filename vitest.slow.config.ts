import { configDefaults, defineConfig } from 'vitest/config'
import quick from './vitest.config.ts'

/** All suites: the quick ones and the `*.slow.test.ts`, which `npm test` leaves out. */
export default defineConfig({
  ...quick,
  test: { ...quick.test, exclude: configDefaults.exclude, testTimeout: 120_000 },
})
