/** Exchanges rows i and j of a complex matrix with `columns` columns, in place. */
export function swapRows(columns: number, A: Float64Array, i: number, j: number): void {
  if (i === j) return
  let a = 2 * i * columns
  let b = 2 * j * columns
  const end = a + 2 * columns
  for (; a < end; a++, b++) {
    const kept = A[a]
    A[a] = A[b]
    A[b] = kept
  }
}
