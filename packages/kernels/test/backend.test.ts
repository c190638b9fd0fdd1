import { afterEach, describe, expect, it } from 'vitest'
import * as embedded from '../src/routines.ts'
import { BackendError, currentBackend, embeddedBackend, routinesFor, useBackend } from '../src/index.ts'
import type { PartialBackend } from '../src/index.ts'

afterEach(() => {
  useBackend(embeddedBackend)
})

const getrf = () => 7

describe('useBackend', () => {
  it('begins with the embedded routines', () => {
    expect(currentBackend()).toEqual({ ...embedded, name: 'embedded' })
  })

  it('replaces the routines of a backend and leaves all others embedded', () => {
    useBackend({ name: 'other', routines: { getrf } })
    expect(currentBackend()).toEqual({ ...embedded, getrf, name: 'other' })
  })

  it('forgets the routines of the backend before', () => {
    useBackend({ name: 'first', routines: { getrf } })
    useBackend({ name: 'second', routines: {} })
    expect(currentBackend().getrf).toBe(embedded.getrf)
  })

  it('goes back to the embedded backend, and to any other', () => {
    useBackend({ name: 'other', routines: { getrf } })
    const { name, ...routines } = currentBackend()
    useBackend(embeddedBackend)
    expect(currentBackend()).toEqual({ ...embedded, name: 'embedded' })
    useBackend({ name, routines })
    expect(currentBackend()).toEqual({ ...embedded, getrf, name: 'other' })
  })

  it('makes its objects once, not at every call', () => {
    useBackend({ name: 'other', routines: { getrf } })
    expect(currentBackend()).toBe(currentBackend())
    for (const dtype of ['float64', 'complex128'] as const) expect(routinesFor(dtype)).toBe(routinesFor(dtype))
  })

  it.each([
    ['getfr', 'getrf'],
    ['gemReal', 'gemmReal'],
    ['GETRS', 'getrs'],
    ['solve_geqrf', 'geqrf'],
  ])("names the nearest routine where there is none called '%s'", (typed, nearest) => {
    expect(() => useBackend({ name: 'other', routines: { [typed]: getrf } })).toThrow(
      new BackendError(
        `useBackend: expected names of routines from backend 'other', got '${typed}'. ` +
          `The nearest is '${nearest}': rename it, or leave it out.`,
      ),
    )
  })

  it.each([
    [null, /^useBackend: expected a backend \{ name, routines \}, got null\. useBackend\(embeddedBackend\) goes back/],
    [undefined, /got undefined\. useBackend\(embeddedBackend\)/],
    ['openblas', /got 'openblas'\. useBackend\(embeddedBackend\)/],
    [{ routines: {} }, /^useBackend: expected a backend with a name, got the name undefined\. Give it one/],
    [{ name: '', routines: {} }, /got the name ''\. Give it one/],
    [{ name: 'a', getrf }, /^useBackend: expected the routines of backend 'a' as an object, got undefined\. Give/],
    [{ name: 'a', routines: null }, /got null\. Give \{ name, routines: \{ getrf, … \} \}/],
    [
      { name: 'a', routines: { getrf: undefined } },
      /^useBackend: expected 'getrf' of backend 'a' to be a function, got undefined\. Leave it out/,
    ],
    [{ name: 'a', routines: { getrf: {} } }, /got a value of type object\. Leave it out/],
  ])('refuses %j, says what to do, and changes nothing', (backend, message) => {
    useBackend({ name: 'before', routines: { getrf } })
    const before = currentBackend()
    const use = () => useBackend(backend as unknown as PartialBackend)
    expect(use).toThrow(BackendError)
    expect(use).toThrow(message)
    expect(currentBackend()).toBe(before)
  })
})

describe('routinesFor', () => {
  const pairs = Object.entries(embedded).filter(([name]) => `${name}Real` in embedded)

  it.each(pairs)('has %s for both dtypes', (name, complex) => {
    expect(routinesFor('complex128')).toHaveProperty(name, complex)
    expect(routinesFor('float64')).toHaveProperty(
      name,
      Object.entries(embedded).find(([real]) => real === `${name}Real`)?.[1],
    )
  })

  it('says how many doubles an element takes, and has nothing else', () => {
    const names = [...pairs.map(([name]) => name), 'width'].sort()
    for (const dtype of ['float64', 'complex128'] as const) {
      expect(Object.keys(routinesFor(dtype)).sort()).toEqual(names)
      expect(routinesFor(dtype).width).toBe(dtype === 'float64' ? 1 : 2)
    }
  })

  it('follows the backend, each dtype for itself', () => {
    const gemmReal = () => {}
    useBackend({ name: 'other', routines: { gemmReal } })
    expect(routinesFor('float64').gemm).toBe(gemmReal)
    expect(routinesFor('complex128').gemm).toBe(embedded.gemm)
  })
})
