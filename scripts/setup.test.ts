import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { needsInstall, nodeProblem } from './setup.mjs'

describe('setup', () => {
  it.each(['12.22.0', '18.20.4', '20.18.3'])('refuses Node %s in a sentence that says what was found', (version) => {
    expect(nodeProblem(version)).toMatch(/needs Node 20\.19 or newer and found Node .*Install a current Node/)
    expect(nodeProblem(version)).toContain(version)
  })

  it.each(['20.19.0', '20.20.2', '22.0.0', '26.1.0'])('accepts Node %s', (version) => {
    expect(nodeProblem(version)).toBe('')
  })

  it('keeps to syntax and modules that an old Node knows, so that it can speak there', () => {
    const source = readFileSync(join(import.meta.dirname, 'setup.mjs'), 'utf8')
    expect([...source.matchAll(/ from '(?!node:)/g)]).toEqual([])
    expect(source).not.toMatch(/\?\.[a-z[(]|\?\?|^await /m)
  })
})

describe('the installation', () => {
  let folder = ''
  const hiddenLock = (): string => join(folder, 'node_modules', '.package-lock.json')
  const at = (file: string, seconds: number): void => {
    writeFileSync(file, '{}')
    utimesSync(file, seconds, seconds)
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'setup-'))
    mkdirSync(join(folder, 'node_modules'))
    at(join(folder, 'package-lock.json'), 1000)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is repeated when it was interrupted, which leaves no hidden lockfile', () => {
    expect(needsInstall(folder)).toBe(true)
  })

  it('is repeated when it is more than a second older than the lockfile', () => {
    at(hiddenLock(), 998)
    expect(needsInstall(folder)).toBe(true)
  })

  it('is kept when it is as old as the lockfile to within a second, or younger', () => {
    at(hiddenLock(), 999.5)
    expect(needsInstall(folder)).toBe(false)
    at(hiddenLock(), 2000)
    expect(needsInstall(folder)).toBe(false)
  })
})
