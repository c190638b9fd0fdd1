/** Complex matrices for the tests: row-major, (re, im) interleaved, written for clarity and independent of the kernels. */

export const sizes = [0, 1, 2, 3, 5, 8, 17, 64, 130]

/** Pairs [m, n], square, tall and wide. */
export const shapes: [m: number, n: number][] = [
  ...sizes.map((n): [number, number] => [n, n]),
  [0, 3],
  [3, 0],
  [1, 5],
  [5, 1],
  [8, 3],
  [3, 8],
  [64, 17],
  [17, 64],
  [130, 5],
]

/** Uniform in [−1, 1) + i [−1, 1), the same for the same seed (mulberry32). */
export function randomMatrix(rows: number, columns: number, seed: number): Float64Array {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1
  }
  return Float64Array.from({ length: 2 * rows * columns }, next)
}

/** The same with all imaginary parts zero. */
export function randomRealMatrix(rows: number, columns: number, seed: number): Float64Array {
  return randomMatrix(rows, columns, seed).map((part, i) => (i % 2 === 0 ? part : 0))
}

/** Real numbers, not complex ones with zeros: row-major, uniform in [−1, 1). The real parts of `randomRealMatrix`. */
export function randomReals(rows: number, columns: number, seed: number): Float64Array {
  return realParts(randomMatrix(rows, columns, seed))
}

/** The complex matrix of a real one. */
export function complexOf(A: Float64Array): Float64Array {
  return Float64Array.from({ length: 2 * A.length }, (_, i) => (i % 2 === 0 ? A[i >> 1] : 0))
}

export function realParts(A: Float64Array): Float64Array {
  return A.filter((_, i) => i % 2 === 0)
}

export function imaginaryParts(A: Float64Array): Float64Array {
  return A.filter((_, i) => i % 2 === 1)
}

export function zeros(rows: number, columns: number): Float64Array {
  return new Float64Array(2 * rows * columns)
}

export function identity(n: number): Float64Array {
  return fromElements(n, n, (i, j) => [i === j ? 1 : 0, 0])
}

export function fromElements(
  rows: number,
  columns: number,
  element: (i: number, j: number) => [re: number, im: number],
): Float64Array {
  const A = zeros(rows, columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) A.set(element(i, j), 2 * (i * columns + j))
  return A
}

export function elementOf(columns: number, A: Float64Array, i: number, j: number): [re: number, im: number] {
  return [A[2 * (i * columns + j)], A[2 * (i * columns + j) + 1]]
}

/** A B by definition, A [m, k], B [k, n]. */
export function product([m, n, k]: [number, number, number], A: Float64Array, B: Float64Array): Float64Array {
  return fromElements(m, n, (i, j) => {
    let [re, im] = [0, 0]
    for (let l = 0; l < k; l++) {
      const [aRe, aIm] = elementOf(k, A, i, l)
      const [bRe, bIm] = elementOf(n, B, l, j)
      re += aRe * bRe - aIm * bIm
      im += aRe * bIm + aIm * bRe
    }
    return [re, im]
  })
}

/** Aᴴ [n, m] of A [m, n]. */
export function adjointOf(m: number, n: number, A: Float64Array): Float64Array {
  return fromElements(n, m, (i, j) => {
    const [re, im] = elementOf(n, A, j, i)
    return [re, -im]
  })
}

/** P A for the row exchanges of `getrf`. */
export function permuted(n: number, A: Float64Array, pivots: Int32Array): Float64Array {
  const rows = Array.from({ length: n }, (_, i) => i)
  pivots.forEach((p, k) => {
    ;[rows[k], rows[p]] = [rows[p], rows[k]]
  })
  return fromElements(n, n, (i, j) => elementOf(n, A, rows[i], j))
}

/** The triangle of A above or below the diagonal, with it or with ones in its place. */
export function triangle(n: number, A: Float64Array, upper: boolean, unitDiagonal: boolean): Float64Array {
  return fromElements(n, n, (i, j) => {
    if (i === j) return unitDiagonal ? [1, 0] : elementOf(n, A, i, j)
    return upper === i < j ? elementOf(n, A, i, j) : [0, 0]
  })
}

export function scaled(A: Float64Array, factor: number): Float64Array {
  return A.map((part) => part * factor)
}

/** The largest absolute value of any part; NaN if there is one. */
export function maxAbs(A: Float64Array): number {
  return A.reduce((largest, part) => Math.max(largest, Math.abs(part)), 0)
}

export function maxDifference(A: Float64Array, B: Float64Array): number {
  if (A.length !== B.length) throw new Error(`maxDifference: expected equal lengths, got ${A.length} and ${B.length}.`)
  return maxAbs(A.map((part, i) => part - B[i]))
}

/** Some times n ε: the rounding of sums of n terms with random signs stays well below, a wrong term far above. */
export function rounding(n: number, size: number): number {
  return 20 * Math.max(n, 1) * Number.EPSILON * size
}
