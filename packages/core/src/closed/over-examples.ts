/** A rule that was written for one example, applied to many. */
import type { Tensor } from '../tensor.ts'
import { vmap } from '../transformations/vmap.ts'

/** How many examples, and which arguments differ between them. */
export type Examples = {
  readonly batched: readonly boolean[]
  readonly size: number
}

/** The tensors that a rule gets: arguments, lists like them, and lists of results, of which every example has its own. */
export interface RuleInputs {
  readonly args: readonly Tensor[]
  readonly along: readonly (readonly Tensor[])[]
  readonly results: readonly (readonly Tensor[])[]
}

type RuleOf = (...groups: readonly Tensor[][]) => readonly (Tensor | undefined)[]

/** `rule` for the examples of all batches, the outermost first; what it gives has them along first axes. */
export function overExamples(
  batches: readonly Examples[],
  inputs: RuleInputs,
  rule: (
    args: readonly Tensor[],
    second: readonly Tensor[],
    third: readonly Tensor[],
  ) => readonly (Tensor | undefined)[],
): readonly (Tensor | undefined)[] {
  const groups = [inputs.args, ...inputs.along, ...inputs.results]
  const varies = (k: number, { batched }: Examples): readonly (0 | null)[] =>
    groups[k].map((_, i) => (k > inputs.along.length || batched[i] ? 0 : null))
  const apply = batches.reduceRight<RuleOf>(
    (inner, batch) =>
      (...own) => {
        let isGiven: readonly boolean[] = []
        const one = (...parts: readonly Tensor[][]): readonly Tensor[] => {
          const found = inner(...parts)
          isGiven = found.map((x) => x !== undefined)
          return found.filter((x) => x !== undefined)
        }
        const results = vmap(one, { inAxes: groups.map((_, k) => varies(k, batch)) })(...own)
        let next = 0
        return isGiven.map((given) => (given ? results[next++] : undefined))
      },
    rule as unknown as RuleOf,
  )
  return apply(...groups.map((group) => [...group]))
}
