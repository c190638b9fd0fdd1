/** Order conditions of Runge–Kutta methods: Σ_i b_i φ_i(τ) = 1/γ(τ) for every rooted tree τ up to the order. */
import { density, elementaryWeights, rootedTrees, type RootedTree } from './rooted-trees.ts'

export const treesUpTo = (order: number): readonly RootedTree[] =>
  Array.from({ length: order }, (_, i) => rootedTrees(i + 1)).flat()

/** A condition that does not hold. */
export interface Defect {
  /** The tree as brackets: • is a leaf, [ … ] a vertex with what hangs from it. */
  readonly tree: string
  readonly found: number
  readonly expected: number
}

/** The first condition that fails by more than `tolerance` of the largest term. */
export function firstDefect(
  weights: readonly number[],
  a: readonly (readonly number[])[],
  trees: readonly RootedTree[],
  tolerance: number,
): Defect | undefined {
  for (const tree of trees) {
    const terms = elementaryWeights(a, tree).map((weight, i) => weight * (weights[i] ?? 0))
    const found = terms.reduce((sum, x) => sum + x, 0)
    const expected = 1 / density(tree)
    if (!(Math.abs(found - expected) <= tolerance * Math.max(1, ...terms.map(Math.abs))))
      return { tree: shown(tree), found, expected }
  }
  return undefined
}

const shown = ({ children }: RootedTree): string => (children.length === 0 ? '•' : `[${children.map(shown).join('')}]`)
