import { describe, expect, it } from 'vitest'
import { dependencyProblems, lockfileProblems, versionProblems } from './dependencies.ts'
import { read } from './repository.ts'

describe('the dependencies of this repository', () => {
  it('are pinned, and locked without download addresses for every platform', () => {
    expect(dependencyProblems()).toEqual([])
  })

  it('are locked without an address of a registry', () => {
    expect(read('package-lock.json')).not.toContain('"resolved": "http')
  })
})

describe('the version check', () => {
  it.each(['1.2.3', '4.0.0-beta.1', '0.1.0'])('accepts %s', (version) => {
    expect(versionProblems('package.json', JSON.stringify({ devDependencies: { some: version } }))).toEqual([])
  })

  it.each(['^1.2.3', '~1.2.3', '1.2', '*', 'latest', '>=1', 'workspace:*', 'file:../some'])('refuses %s', (version) => {
    expect(versionProblems('package.json', JSON.stringify({ dependencies: { some: version } }))).toEqual([
      `package.json: dependencies has some at '${version}'. Pin an exact version, such as 1.2.3.`,
    ])
  })
})

describe('the lockfile check', () => {
  it('accepts links between workspaces and complete platform packages', () => {
    const packages = {
      'node_modules/@cad/core': { resolved: 'packages/core', link: true },
      'node_modules/tool': { version: '1.0.0', optionalDependencies: { 'tool-linux': '1.0.0' } },
      'node_modules/tool-linux': { version: '1.0.0', optional: true },
    }
    expect(lockfileProblems('package-lock.json', JSON.stringify({ packages }, null, 2))).toEqual([])
  })

  it('refuses a download address and names its line', () => {
    const packages = { 'node_modules/tool': { resolved: 'https://example.invalid/tool.tgz' } }
    const [problem] = lockfileProblems('package-lock.json', JSON.stringify({ packages }, null, 2))
    expect(problem).toMatch(/^package-lock\.json:4: holds a download address/)
  })

  it('refuses a tool of which a platform is missing', () => {
    const packages = { 'node_modules/tool': { optionalDependencies: { 'tool-darwin': '1.0.0' } } }
    const [problem] = lockfileProblems('package-lock.json', JSON.stringify({ packages }))
    expect(problem).toContain('node_modules/tool names tool-darwin, which has no entry')
  })
})
