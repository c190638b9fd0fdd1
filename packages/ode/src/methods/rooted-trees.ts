/** A rooted tree: the list of the subtrees at its root. */
export interface RootedTree {
  readonly children: readonly RootedTree[]
}

/** All rooted trees with n vertices: 1, 1, 2, 4, 9, … of them. */
export function rootedTrees(n: number): RootedTree[] {
  return forests(n - 1, n - 1).map((children) => ({ children }))
}

/** All multisets of trees with n vertices together, each tree with at most `largest`; in the order of `ranked`. */
function forests(n: number, largest: number, last = Infinity): RootedTree[][] {
  if (n === 0) return [[]]
  const found: RootedTree[][] = []
  for (let size = Math.min(n, largest); size >= 1; size--) {
    const trees = rootedTrees(size)
    trees.forEach((tree, index) => {
      if (size === largest && index > last) return
      for (const rest of forests(n - size, size, index)) found.push([tree, ...rest])
    })
  }
  return found
}

export const order = ({ children }: RootedTree): number => children.reduce((sum, child) => sum + order(child), 1)

/** γ(τ) = |τ| Π γ(children): the order condition is Σ_i b_i φ_i(τ) = 1/γ(τ). */
export const density = (tree: RootedTree): number =>
  tree.children.reduce((product, child) => product * density(child), order(tree))

/** φ_i(τ) = Π_children Σ_j a_ij φ_j(child) */
export function elementaryWeights(a: readonly (readonly number[])[], { children }: RootedTree): number[] {
  const factors = children.map((child) => {
    const weights = elementaryWeights(a, child)
    return a.map((row) => row.reduce((sum, x, j) => sum + x * weights[j], 0))
  })
  return a.map((_, i) => factors.reduce((product, factor) => product * factor[i], 1))
}
