/** When two settings are the same: data by what they hold, anything else by being the same object. */

/** Made once for each content, so that its identity says it all: closed functions, methods, adjoints, functions by `byIdentity`. */
export interface Interned {
  readonly interned: symbol
}

/** What may stand in the params of a node: data, compared by content, and what is interned. Graphs stand there as closed functions. */
export type Plain =
  | number
  | string
  | boolean
  | undefined
  | null
  | Int32Array
  | Float64Array
  | Interned
  | readonly Plain[]
  | { readonly [key: string]: Plain }

/** An object or a function that is itself and no other: of a user, or of a module, where it is made once. */
export class ByIdentity<T extends object = object> implements Interned {
  readonly interned: symbol = Symbol('by identity')
  readonly value: T

  constructor(value: T) {
    this.value = value
  }
}

const wrapped = new WeakMap<object, ByIdentity>()

/** `value` as a setting: the same wrapper for the same object. A function that is made anew in a loop is a new one each time. */
export function byIdentity<T extends object>(value: T): ByIdentity<T> {
  let found = wrapped.get(value)
  if (found === undefined) wrapped.set(value, (found = new ByIdentity(value)))
  return found as ByIdentity<T>
}

const identities = new WeakMap<object, number>()
let lastIdentity = 0

/** A number of its own for every object. */
export function identityOf(x: object): number {
  let identity = identities.get(x)
  if (identity === undefined) identities.set(x, (identity = ++lastIdentity))
  return identity
}

/** Arrays that were seen, by a hash of their numbers. */
const seen = new Map<number, WeakRef<Int32Array | Float64Array>[]>()
const contentIdentities = new WeakMap<Int32Array | Float64Array, number>()
/** Forgets a hash once no array with it lives. */
const forgotten = new FinalizationRegistry<number>((hash) => {
  if (seen.get(hash)?.every((reference) => reference.deref() === undefined)) seen.delete(hash)
})

/** A number that is the same for arrays with the same content, to the bit. */
export function contentIdentity(array: Int32Array | Float64Array): number {
  const known = contentIdentities.get(array)
  if (known !== undefined) return known
  let hash = array.length
  for (let i = 0; i < array.length; i++) hash = (Math.imul(hash, 31) + array[i]) | 0
  const candidates = (seen.get(hash) ?? []).filter((reference) => reference.deref() !== undefined)
  const found = candidates.map((reference) => reference.deref()!).find((other) => sameNumbers(other, array))
  if (found === undefined) {
    candidates.push(new WeakRef(array))
    forgotten.register(array, hash)
  }
  seen.set(hash, candidates)
  const identity = found === undefined ? identityOf(array) : contentIdentity(found)
  contentIdentities.set(array, identity)
  return identity
}

/** The same numbers of the same kind; −0 differs from 0, and NaN is itself. */
export function sameNumbers(a: Int32Array | Float64Array, b: Int32Array | Float64Array): boolean {
  if (a.constructor !== b.constructor || a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}

/** Objects that are found again by a key, for as long as somebody holds them. */
export class Interning<T extends object> {
  readonly #known = new Map<string, WeakRef<T>>()
  readonly #forgotten = new FinalizationRegistry<string>((key) => {
    if (this.#known.get(key)?.deref() === undefined) this.#known.delete(key)
  })

  /** The object with this key, made if there is none. */
  find(key: string, make: () => T): T {
    const known = this.#known.get(key)?.deref()
    if (known !== undefined) return known
    const made = make()
    this.#known.set(key, new WeakRef(made))
    this.#forgotten.register(made, key)
    return made
  }
}

/** Data as a text that is equal for equal data alone: texts are quoted, and −0, 0, NaN and ±∞ are told apart. */
export function keyOf(x: unknown): string {
  switch (typeof x) {
    case 'number':
      return Object.is(x, -0) ? '-0' : String(x)
    case 'string':
      return JSON.stringify(x)
    case 'object':
      return x === null ? 'null' : keyOfObject(x)
    case 'function':
      return `#${identityOf(x)}`
    default:
      return String(x)
  }
}

function keyOfObject(x: object): string {
  if (x instanceof Int32Array || x instanceof Float64Array) return `<${contentIdentity(x)}>`
  if (Array.isArray(x)) {
    let items = ''
    for (let i = 0; i < x.length; i++) items += `${i === 0 ? '' : ','}${keyOf(x[i])}`
    return `[${items}]`
  }
  const prototype: unknown = Object.getPrototypeOf(x)
  if ('interned' in x || (prototype !== Object.prototype && prototype !== null)) return `#${identityOf(x)}`
  let entries = ''
  for (const name in x) entries += `${nameKey(name)}:${keyOf(x[name as keyof typeof x])},`
  return `{${entries}}`
}

/** A name as it is where nothing in it could be taken for something else, else quoted. */
export const nameKey = (name: string): string => (/^\w+$/.test(name) ? name : JSON.stringify(name))
