import { defaultClientConditions, defaultServerConditions } from 'vite'
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@cad/source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['@cad/source', ...defaultServerConditions] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', '{examples,benchmarks,scripts,docs}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/*.slow.test.ts'],
    reporters: ['default', './scripts/closing-line.ts'],
  },
})
