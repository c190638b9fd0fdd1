/** C = A B in plain JavaScript; shapes as in `gemm`. */
export function gemmJs(m: number, n: number, k: number, A: Float64Array, B: Float64Array, C: Float64Array): void {
  let c = 0
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let re = 0
      let im = 0
      let a = 2 * i * k
      let b = 2 * j
      for (let l = 0; l < k; l++) {
        re += A[a] * B[b] - A[a + 1] * B[b + 1]
        im += A[a] * B[b + 1] + A[a + 1] * B[b]
        a += 2
        b += 2 * n
      }
      C[c] = re
      C[c + 1] = im
      c += 2
    }
  }
}
