/** Exchanges rows i and j, of `width` doubles each, in place. */
export function swapRows(width: number, A: Float64Array, i: number, j: number): void {
  if (i === j) return
  let a = i * width
  let b = j * width
  const end = a + width
  for (; a < end; a++, b++) {
    const kept = A[a]
    A[a] = A[b]
    A[b] = kept
  }
}
