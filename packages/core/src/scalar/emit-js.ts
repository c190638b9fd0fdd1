import { operandsOf, type Scalar, type ScalarProgram } from './scalar-program.ts'

/** Writes value `value` to the assignable expression `target`; `accumulate` adds to what is there. */
export interface Store {
  readonly target: string
  readonly value: Scalar
  readonly accumulate?: boolean
}

export interface JsText {
  readonly text: string
  /** Arithmetic operations and function calls. */
  readonly flops: number
}

const longestInlined = 300

/**
 * The statements that compute `stores`, in depth-first order so that values live shortly. A value that is used once is
 * written where it is used; any other gets a `const`. A store is written as soon as its value is known. `known` values have
 * an expression already.
 */
export function emitJs(
  program: ScalarProgram,
  read: (slot: number, offset: number) => string,
  stores: readonly Store[],
  known: ReadonlyMap<Scalar, string> = new Map(),
): JsText {
  const { order, uses } = schedule(program, stores, known)
  const expressions = new Map<Scalar, string>(known)
  const lines: string[] = []
  const waiting = groupByValue(stores)
  let flops = 0
  for (const x of order) {
    if (!known.has(x)) {
      const operation = program.operation(x)
      const text = expressionOf(program, x, (operand) => expressions.get(operand)!, read)
      if (operation !== 'constant' && operation !== 'input') flops++
      if (operation === 'constant' || (uses[x] <= 1 && text.length < longestInlined)) expressions.set(x, text)
      else {
        expressions.set(x, `v${x}`)
        lines.push(`const v${x}=${text};`)
      }
    }
    for (const { target, accumulate } of waiting.get(x) ?? []) {
      lines.push(`${target}${accumulate === true ? '+=' : '='}${expressions.get(x)!};`)
    }
  }
  return { text: lines.join('\n'), flops }
}

function groupByValue(stores: readonly Store[]): Map<Scalar, Store[]> {
  const groups = new Map<Scalar, Store[]>()
  for (const store of stores) {
    const group = groups.get(store.value)
    if (group === undefined) groups.set(store.value, [store])
    else group.push(store)
  }
  return groups
}

/** The live values, operands before users, and how often each is used; what only `known` values need is left out. */
export function schedule(
  program: ScalarProgram,
  stores: readonly { readonly value: Scalar }[],
  known: { readonly has: (x: Scalar) => boolean } = new Set<Scalar>(),
): { order: Scalar[]; uses: Int32Array } {
  const uses = new Int32Array(program.size)
  const seen = new Uint8Array(program.size)
  const order: Scalar[] = []
  for (const { value } of stores) {
    uses[value]++
    const pending: { x: Scalar; operands: readonly Scalar[]; next: number }[] = []
    const enter = (x: Scalar): void => {
      if (seen[x] === 1) return
      seen[x] = 1
      pending.push({ x, operands: known.has(x) ? [] : operandsOf(program, x), next: 0 })
    }
    enter(value)
    while (pending.length > 0) {
      const top = pending[pending.length - 1]
      if (top.next < top.operands.length) {
        const operand = top.operands[top.next++]
        uses[operand]++
        enter(operand)
      } else {
        order.push(top.x)
        pending.pop()
      }
    }
  }
  return { order, uses }
}

function expressionOf(
  program: ScalarProgram,
  x: Scalar,
  of: (operand: Scalar) => string,
  read: (slot: number, offset: number) => string,
): string {
  const { left, right } = program
  const operation = program.operation(x)
  switch (operation) {
    case 'constant':
      return literal(program.value(x))
    case 'input':
      return read(left[x], right[x])
    case 'add':
      return `(${of(left[x])}+${of(right[x])})`
    case 'sub':
      return `(${of(left[x])}-${of(right[x])})`
    case 'mul':
      return `(${of(left[x])}*${of(right[x])})`
    case 'div':
      return `(${of(left[x])}/${of(right[x])})`
    case 'neg':
      return `(-${of(left[x])})`
    case 'less':
      return `(${of(left[x])}<${of(right[x])}?1:0)`
    case 'equal':
      return `(${of(left[x])}===${of(right[x])}?1:0)`
    case 'select':
      return `(${conditionText(of(left[x]))}?${of(left[right[x]])}:${of(right[right[x]])})`
    case 'pair':
      throw new Error('emitJs: a pair is no value') // unreachable: operandsOf never yields one
    case 'atan2':
    case 'hypot':
    case 'pow':
    case 'max':
    case 'min':
      return `Math.${operation}(${of(left[x])},${of(right[x])})`
    default:
      return `Math.${operation}(${of(left[x])})`
  }
}

/** A number as a condition; a comparison that is written in place is one already. */
function conditionText(text: string): string {
  const comparison = /^\(([^?]*)\?1:0\)$/.exec(text)
  return comparison === null ? `${text}!==0` : comparison[1]
}

/** A number as an operand. */
export function literal(value: number): string {
  if (Object.is(value, -0)) return '(-0)'
  return value < 0 ? `(${value})` : `${value}`
}
