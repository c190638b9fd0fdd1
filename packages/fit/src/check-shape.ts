import { ArgumentError } from '@cad/core'

/** What is wrong with a value, and where; undefined if nothing is. */
export type Check = (value: unknown, path: string) => string | undefined

const expected = (what: string, value: unknown, path: string): string =>
  `expected ${what} at ${path || 'the top'}, got ${show(value)}`

const show = (value: unknown): string =>
  typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value).slice(0, 60)

/** A finite number. */
export const number: Check = (value, path) =>
  Number.isFinite(value) ? undefined : expected('a finite number', value, path)

export const string: Check = (value, path) => (typeof value === 'string' ? undefined : expected('a text', value, path))

export const boolean: Check = (value, path) =>
  typeof value === 'boolean' ? undefined : expected('true or false', value, path)

export const oneOf =
  (choices: readonly string[]): Check =>
  (value, path) =>
    choices.includes(value as string)
      ? undefined
      : expected(choices.map((choice) => `'${choice}'`).join(' or '), value, path)

export const nullable =
  (check: Check): Check =>
  (value, path) =>
    value === null ? undefined : check(value, path)

export const union =
  (what: string, ...checks: readonly Check[]): Check =>
  (value, path) =>
    checks.some((check) => check(value, path) === undefined) ? undefined : expected(what, value, path)

export const array =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value) ? first(value.map((item, i) => check(item, `${path}[${i}]`))) : expected('a list', value, path)

/** An object with these entries; further ones are let through. */
export const object =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return expected('an object', value, path)
    const entries = value as Readonly<Record<string, unknown>>
    return first([
      ...Object.entries(required).map(([key, check]) => check(entries[key], `${path}.${key}`)),
      ...Object.entries(optional).map(([key, check]) =>
        entries[key] === undefined ? undefined : check(entries[key], `${path}.${key}`),
      ),
    ])
  }

const first = (problems: readonly (string | undefined)[]): string | undefined =>
  problems.find((problem) => problem !== undefined)

/** @throws ArgumentError with the first problem. */
export function checkShape(caller: string, check: Check, value: unknown): void {
  const problem = check(value, '')
  if (problem !== undefined)
    throw new ArgumentError(`${caller}: ${problem}. The value is no fit report of this version.`)
}
