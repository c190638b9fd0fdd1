import { Tensor } from '@cad/core'
export function qr(A: Tensor): { R: Tensor } {
  const [m, n] = A.shape
  const a = A.data.slice()
  for (let k = 0; k < n; k++) {
    let norm = 0
    for (let i = k; i < m; i++) norm = Math.hypot(norm, a[i * n + k])
    if (norm === 0) continue
    const alpha = a[k * n + k] > 0 ? -norm : norm
    const v = Float64Array.from({ length: m - k }, (_, i) => a[(i + k) * n + k])
    v[0] -= alpha
    const vv = v.reduce((s, x) => s + x * x, 0)
    for (let j = k; j < n; j++) {
      let dot = 0
      for (let i = 0; i < v.length; i++) dot += v[i] * a[(i + k) * n + j]
      for (let i = 0; i < v.length; i++) a[(i + k) * n + j] -= (2 * dot * v[i]) / vv
    }
  }
  return { R: new Tensor([n, n], 'float64', a.slice(0, n * n)) }
}
