// Complex matrix product on row-major, interleaved data: one v128 is one complex number. AssemblyScript, not TypeScript.
//
// Every element of C is accumulated as two vectors and joined once at the end, so the inner loop has neither swap nor sign:
//   p = Σ Re(a) b = (Σ aᵣ bᵣ, Σ aᵣ bᵢ),   q = Σ Im(a) b = (Σ aᵢ bᵣ, Σ aᵢ bᵢ),   c = p + (−q₁, q₀)

/** A block of A: ROWS × DEPTH elements, 192 KiB, stays in the second-level cache. ROWS and COLUMNS are even. */
const ROWS: i32 = 48
const DEPTH: i32 = 256
/** A panel of B: DEPTH × COLUMNS elements, 2 MiB. */
const COLUMNS: i32 = 512

const packedA: usize = memory.data(48 * 256 * 16, 64)
const packedB: usize = memory.data(256 * 512 * 16, 64)

/** Up to so many elements B stays in the first-level cache as it is, and packing costs more than it gains. */
const UNPACKED_ELEMENTS: i32 = 48 * 48
/** With fewer rows of A, or with shorter sums, the panels are not reused often enough to pay for packing them. */
const PACKED_MIN_ROWS: i32 = 5
const PACKED_MIN_DEPTH: i32 = 17

function elementAt(matrix: usize, stride: i32, row: i32, column: i32): usize {
  return matrix + ((<usize>(row * stride + column)) << 4)
}

/** p + i q for the accumulators above. */
function join(p: v128, q: v128): v128 {
  return f64x2.add(p, f64x2.mul(f64x2(-1, 1), v128.shuffle<f64>(q, q, 1, 0)))
}

/** Stores a tile of C, or adds it; a second row or column which C does not have is dropped. */
function storeTile(
  C: usize,
  stride: i32,
  twoRows: bool,
  twoColumns: bool,
  accumulate: bool,
  c00: v128,
  c01: v128,
  c10: v128,
  c11: v128,
): void {
  storeElement(C, c00, accumulate)
  if (twoColumns) storeElement(C + 16, c01, accumulate)
  if (!twoRows) return
  const nextRow = elementAt(C, stride, 1, 0)
  storeElement(nextRow, c10, accumulate)
  if (twoColumns) storeElement(nextRow + 16, c11, accumulate)
}

function storeElement(target: usize, value: v128, accumulate: bool): void {
  v128.store(target, accumulate ? f64x2.add(v128.load(target), value) : value)
}

/**
 * One 2 × 2 tile of C from the rows at a0 and a1 and the columns at b and b + 16, where they are.
 * For an odd last row the caller passes a1 = a0. An odd last column reads one element beside the column and drops the result.
 */
function tileUnpacked(
  depth: i32,
  a0: usize,
  a1: usize,
  b: usize,
  bStep: usize,
  C: usize,
  stride: i32,
  twoRows: bool,
  twoColumns: bool,
): void {
  const zero = f64x2.splat(0)
  let p00 = zero
  let p01 = zero
  let p10 = zero
  let p11 = zero
  let q00 = zero
  let q01 = zero
  let q10 = zero
  let q11 = zero
  const end = a0 + ((<usize>depth) << 4)
  // Invariant: pij and qij hold the summands of all k before the one at a0, a1, b. Needs depth ≥ 1.
  do {
    const x0 = v128.load(b)
    const x1 = v128.load(b, 16)
    let re = v128.load64_splat(a0)
    let im = v128.load64_splat(a0, 8)
    p00 = f64x2.add(p00, f64x2.mul(re, x0))
    p01 = f64x2.add(p01, f64x2.mul(re, x1))
    q00 = f64x2.add(q00, f64x2.mul(im, x0))
    q01 = f64x2.add(q01, f64x2.mul(im, x1))
    re = v128.load64_splat(a1)
    im = v128.load64_splat(a1, 8)
    p10 = f64x2.add(p10, f64x2.mul(re, x0))
    p11 = f64x2.add(p11, f64x2.mul(re, x1))
    q10 = f64x2.add(q10, f64x2.mul(im, x0))
    q11 = f64x2.add(q11, f64x2.mul(im, x1))
    a0 += 16
    a1 += 16
    b += bStep
  } while (a0 < end)
  storeTile(C, stride, twoRows, twoColumns, false, join(p00, q00), join(p01, q01), join(p10, q10), join(p11, q11))
}

/** The same from packed pairs. It is a loop of its own because constant strides make it a fifth faster. */
function tilePacked(
  depth: i32,
  a: usize,
  b: usize,
  C: usize,
  stride: i32,
  twoRows: bool,
  twoColumns: bool,
  accumulate: bool,
): void {
  const zero = f64x2.splat(0)
  let p00 = zero
  let p01 = zero
  let p10 = zero
  let p11 = zero
  let q00 = zero
  let q01 = zero
  let q10 = zero
  let q11 = zero
  const end = a + ((<usize>depth) << 5)
  // Invariant: pij and qij hold the summands of all k before the pairs at a and b. Needs depth ≥ 1.
  do {
    const x0 = v128.load(b)
    const x1 = v128.load(b, 16)
    let re = v128.load64_splat(a)
    let im = v128.load64_splat(a, 8)
    p00 = f64x2.add(p00, f64x2.mul(re, x0))
    p01 = f64x2.add(p01, f64x2.mul(re, x1))
    q00 = f64x2.add(q00, f64x2.mul(im, x0))
    q01 = f64x2.add(q01, f64x2.mul(im, x1))
    re = v128.load64_splat(a, 16)
    im = v128.load64_splat(a, 24)
    p10 = f64x2.add(p10, f64x2.mul(re, x0))
    p11 = f64x2.add(p11, f64x2.mul(re, x1))
    q10 = f64x2.add(q10, f64x2.mul(im, x0))
    q11 = f64x2.add(q11, f64x2.mul(im, x1))
    a += 32
    b += 32
  } while (a < end)
  storeTile(C, stride, twoRows, twoColumns, accumulate, join(p00, q00), join(p01, q01), join(p10, q10), join(p11, q11))
}

/** C = A B, reading A and B where they are. */
function gemmUnpacked(m: i32, n: i32, k: i32, A: usize, lda: i32, B: usize, ldb: i32, C: usize, ldc: i32): void {
  const rowStep = (<usize>ldb) << 4
  for (let i = 0; i < m; i += 2) {
    const twoRows = i + 1 < m
    const a0 = elementAt(A, lda, i, 0)
    const a1 = twoRows ? elementAt(A, lda, i + 1, 0) : a0
    for (let j = 0; j < n; j += 2) {
      const b = elementAt(B, ldb, 0, j)
      tileUnpacked(k, a0, a1, b, rowStep, elementAt(C, ldc, i, j), ldc, twoRows, j + 1 < n)
    }
  }
}

/**
 * Copies lines (rows of A or columns of B) in pairs, the two elements of one summand side by side: x₀₀ x₁₀ x₀₁ x₁₁ …
 * `lineStep` leads to the next line, `step` along it. An odd last line is paired with itself.
 */
function packPairs(lines: i32, depth: i32, source: usize, lineStep: usize, step: usize, target: usize): void {
  for (let line = 0; line < lines; line += 2) {
    let first = source + <usize>line * lineStep
    let second = line + 1 < lines ? first + lineStep : first
    // Invariant: target is the place of the next summand's pair.
    for (let l = 0; l < depth; l++) {
      v128.store(target, v128.load(first))
      v128.store(target, v128.load(second), 16)
      first += step
      second += step
      target += 32
    }
  }
}

/** C = A B or C += A B for one packed block of A (rows × depth) and one packed panel of B (depth × columns). */
function multiplyPacked(rows: i32, columns: i32, depth: i32, C: usize, ldc: i32, accumulate: bool): void {
  for (let j = 0; j < columns; j += 2) {
    const b = elementAt(packedB, depth, j, 0)
    for (let i = 0; i < rows; i += 2) {
      const a = elementAt(packedA, depth, i, 0)
      tilePacked(depth, a, b, elementAt(C, ldc, i, j), ldc, i + 1 < rows, j + 1 < columns, accumulate)
    }
  }
}

/** C = A B through packed panels: B by COLUMNS and DEPTH, A by ROWS. */
function gemmPacked(m: i32, n: i32, k: i32, A: usize, lda: i32, B: usize, ldb: i32, C: usize, ldc: i32): void {
  for (let column = 0; column < n; column += COLUMNS) {
    const columns = min(n - column, COLUMNS)
    // Invariant: these columns of C hold the sum over all summands before `first`.
    for (let first = 0; first < k; first += DEPTH) {
      const depth = min(k - first, DEPTH)
      packPairs(columns, depth, elementAt(B, ldb, first, column), 16, (<usize>ldb) << 4, packedB)
      for (let row = 0; row < m; row += ROWS) {
        const rows = min(m - row, ROWS)
        packPairs(rows, depth, elementAt(A, lda, row, first), (<usize>lda) << 4, 16, packedA)
        multiplyPacked(rows, columns, depth, elementAt(C, ldc, row, column), ldc, first > 0)
      }
    }
  }
}

/**
 * C = A B for A [m, k], B [k, n], C [m, n] at the given addresses; lda, ldb, ldc are row lengths in complex elements.
 * Needs m, n, k ≥ 1 and C apart from A and B. For odd n up to 16 bytes behind B are read, so B may not end the memory.
 */
export function gemm(m: i32, n: i32, k: i32, A: usize, lda: i32, B: usize, ldb: i32, C: usize, ldc: i32): void {
  const packed = n * k > UNPACKED_ELEMENTS && m >= PACKED_MIN_ROWS && k >= PACKED_MIN_DEPTH
  if (packed) gemmPacked(m, n, k, A, lda, B, ldb, C, ldc)
  else gemmUnpacked(m, n, k, A, lda, B, ldb, C, ldc)
}
