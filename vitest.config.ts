import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { testProjects } from './scripts/test-projects.ts'

export default defineConfig({
  resolve: { conditions: ['@cad/source', ...defaultClientConditions] },
  ssr: { resolve: { conditions: ['@cad/source', ...defaultServerConditions] } },
  test: {
    projects: testProjects((file) => !file.endsWith('.slow.test.ts')),
    reporters: ['default', './scripts/closing-line.ts'],
  },
})
