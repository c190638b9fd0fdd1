import { elementsOf, firstUnlowerable } from '../../lower.ts'
import type { Graph } from '../../primitive.ts'
import { schedule } from '../../scalar/emit-js.ts'
import { unroll, type Unrolled } from './unrolled.ts'

/** Unrolled WebAssembly is fast up to about here; above, loops over arrays are. */
const mostOperations = 12_000

/** Unrolled code is not even tried for graphs whose arrays are larger than this: building it would take seconds. */
const mostElements = 100_000

/** Straight-line code of `size` operations, or loops, with the reason. */
export type FormChoice =
  | { readonly form: 'unrolled'; readonly unrolled: Unrolled; readonly size: number }
  | { readonly form: 'loops'; readonly reason: string }

/** The form in which a graph without captured tensors runs fastest, by its size. */
export function chooseForm(graph: Graph): FormChoice {
  const missing = firstUnlowerable(graph)
  if (missing !== undefined) return { form: 'loops', reason: `${missing} has no scalar form` }
  const elements = elementsOf(graph)
  if (elements > mostElements) return { form: 'loops', reason: `${elements} elements are too many to unroll` }
  const unrolled = unroll(graph)
  const size = schedule(unrolled.program, unrolled.outputs).order.length
  if (size > mostOperations) return { form: 'loops', reason: `${size} operations are too many to unroll` }
  return { form: 'unrolled', unrolled, size }
}
