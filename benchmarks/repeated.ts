import type { Call } from './compiled-field.ts'

let cases = 0

/**
 * `count` calls as one case, with t growing from call to call so that none can be moved out of the loop.
 *
 * The loop is generated anew for every case: closures of one function share what the engine learnt of the calls in it, and the
 * second case would then pay for a call that was inlined in the first. The number of the case is in the text, because the
 * engine also recognises equal texts.
 */
export function repeated(count: number, { f, args: [t, ...rest] }: Call): () => void {
  const names = rest.map((_, i) => `x${i}`)
  const caseNumber = ++cases
  const call = `f(${[`${String(t)} + i * 1e-6`, ...names].join(', ')})`
  return new Function('f', ...names, `return () => { /* ${caseNumber} */ for (let i = 0; i < ${count}; i++) ${call} }`)(
    f,
    ...rest,
  )
}
