/** The one of the names that the fewest typing mistakes turn into `typed`, in upper or lower case; '' if there are no names. */
export function nearestName(typed: string, names: readonly string[]): string {
  let nearest = ''
  let least = Infinity
  for (const name of names) {
    const distance = mistakesBetween(typed.toLowerCase(), name.toLowerCase())
    if (distance < least) [nearest, least] = [name, distance]
  }
  return nearest
}

/**
 * The edit distance of two words, where a mistake is one letter too many, missing or wrong, or two neighbours exchanged:
 *
 *   dᵢⱼ = min(dᵢ₋₁ⱼ + 1, dᵢⱼ₋₁ + 1, dᵢ₋₁ⱼ₋₁ + [aᵢ ≠ bⱼ], dᵢ₋₂ⱼ₋₂ + 1 if aᵢ₋₁aᵢ = bⱼbⱼ₋₁)
 *
 * @see Damerau (1964), Commun. ACM 7, 171–176.
 */
function mistakesBetween(a: string, b: string): number {
  let before: number[] = []
  let above: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    ;[before, above, row] = [above, row, [i]]
    for (let j = 1; j <= b.length; j++) {
      const wrong = a[i - 1] === b[j - 1] ? 0 : 1
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + wrong)
      const exchanged = i > 1 && j > 1 && a[i - 2] === b[j - 1] && a[i - 1] === b[j - 2]
      if (exchanged) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
  }
  return row[b.length]
}
