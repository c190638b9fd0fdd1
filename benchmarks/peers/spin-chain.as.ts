// The chain of 8 spins by hand, with two numbers an instruction: one v128 is one complex number. AssemblyScript, not TypeScript.
//
// ψ' = −iHψ, H = C + Σ_k p_k X_k + f diag(field), where X_k flips bit k of the state, so that it moves ψ by an exclusive or of
// addresses. C is diag(coupling), or in the dense form a Hermitian matrix. f = cos(2t) comes from the host.

const STATES: usize = 256
/** Bytes of a state vector. */
const END: usize = STATES << 4

/** State, cotangent, result, parameters and their cotangents, C as a diagonal and as a matrix, the field. */
export const y: usize = memory.data(4096, 64)
export const w: usize = memory.data(4096, 64)
export const out: usize = memory.data(4096, 64)
export const p: usize = memory.data(64, 64)
export const g: usize = memory.data(64, 64)
export const coupling: usize = memory.data(2048, 64)
export const field: usize = memory.data(2048, 64)
export const dense: usize = memory.data(1048576, 64)
/** C x, of the dense form. */
const product: usize = memory.data(4096, 64)

/** out = −iHy */
export function slopeSparse(f: f64): void {
  hamiltonian(f, y, false, minusI())
}

export function slopeDense(f: f64): void {
  denseProduct(y)
  hamiltonian(f, y, true, minusI())
}

/** out = (−iH)ᴴw = iHw, and g += Im⟨w, X_k y⟩ */
export function adjointSparse(f: f64): void {
  hamiltonian(f, w, false, plusI())
  pullBackParameters()
}

export function adjointDense(f: f64): void {
  denseProduct(w)
  hamiltonian(f, w, true, plusI())
  pullBackParameters()
}

/** Signs that make −iz and iz of z with its parts exchanged. */
function minusI(): v128 {
  return f64x2(1, -1)
}

function plusI(): v128 {
  return f64x2(-1, 1)
}

function exchanged(z: v128): v128 {
  return v128.shuffle<f64>(z, z, 1, 0)
}

function parameter(k: usize): v128 {
  return v128.splat<f64>(load<f64>(p + (k << 3)))
}

/** Element s (a byte offset) of X_k x. */
function flipped(x: usize, s: usize, k: usize): v128 {
  return v128.load(x + (s ^ ((<usize>16) << k)))
}

function plus(sum: v128, a: v128, b: v128): v128 {
  return f64x2.add(sum, f64x2.mul(a, b))
}

/** out = ±iHx; the dense form has C x in `product`. */
function hamiltonian(f: f64, x: usize, isDense: bool, signs: v128): void {
  const p0 = parameter(0)
  const p1 = parameter(1)
  const p2 = parameter(2)
  const p3 = parameter(3)
  const p4 = parameter(4)
  const p5 = parameter(5)
  const p6 = parameter(6)
  const p7 = parameter(7)
  let s: usize = 0
  do {
    const own = v128.load(x + s)
    let diagonal = f * load<f64>(field + (s >> 1))
    if (!isDense) diagonal += load<f64>(coupling + (s >> 1))
    let sum = f64x2.mul(v128.splat<f64>(diagonal), own)
    if (isDense) sum = f64x2.add(sum, v128.load(product + s))
    sum = plus(sum, p0, flipped(x, s, 0))
    sum = plus(sum, p1, flipped(x, s, 1))
    sum = plus(sum, p2, flipped(x, s, 2))
    sum = plus(sum, p3, flipped(x, s, 3))
    sum = plus(sum, p4, flipped(x, s, 4))
    sum = plus(sum, p5, flipped(x, s, 5))
    sum = plus(sum, p6, flipped(x, s, 6))
    sum = plus(sum, p7, flipped(x, s, 7))
    v128.store(out + s, f64x2.mul(signs, exchanged(sum)))
    s += 16
  } while (s < END)
}

/** Each sum is (Σ wᵢ xᵣ, Σ wᵣ xᵢ) with x = X_k y; the difference is Im⟨w, x⟩. */
function pullBackParameters(): void {
  const zero = f64x2.splat(0)
  let g0 = zero
  let g1 = zero
  let g2 = zero
  let g3 = zero
  let g4 = zero
  let g5 = zero
  let g6 = zero
  let g7 = zero
  let s: usize = 0
  do {
    const cotangent = exchanged(v128.load(w + s))
    g0 = plus(g0, cotangent, flipped(y, s, 0))
    g1 = plus(g1, cotangent, flipped(y, s, 1))
    g2 = plus(g2, cotangent, flipped(y, s, 2))
    g3 = plus(g3, cotangent, flipped(y, s, 3))
    g4 = plus(g4, cotangent, flipped(y, s, 4))
    g5 = plus(g5, cotangent, flipped(y, s, 5))
    g6 = plus(g6, cotangent, flipped(y, s, 6))
    g7 = plus(g7, cotangent, flipped(y, s, 7))
    s += 16
  } while (s < END)
  addDifference(0, g0)
  addDifference(1, g1)
  addDifference(2, g2)
  addDifference(3, g3)
  addDifference(4, g4)
  addDifference(5, g5)
  addDifference(6, g6)
  addDifference(7, g7)
}

function addDifference(k: usize, sums: v128): void {
  const at = g + (k << 3)
  store<f64>(at, load<f64>(at) + f64x2.extract_lane(sums, 1) - f64x2.extract_lane(sums, 0))
}

/** Bytes of a row of the matrix, and of four. */
const ROW: usize = 4096
const FOUR_ROWS: usize = 16384

/**
 * product = C x, four rows at a time, so that x is read 64 times and not 256. For each row r
 *   u = (Σ cᵣ xᵣ, Σ cᵢ xᵢ),   v = (Σ cᵣ xᵢ, Σ cᵢ xᵣ),   result = (u₀ − u₁) + i(v₀ + v₁)
 */
function denseProduct(x: usize): void {
  const zero = f64x2.splat(0)
  let row = dense
  let target = product
  do {
    let u0 = zero
    let u1 = zero
    let u2 = zero
    let u3 = zero
    let v0 = zero
    let v1 = zero
    let v2 = zero
    let v3 = zero
    let j: usize = 0
    do {
      const z = v128.load(x + j)
      const zExchanged = exchanged(z)
      const c0 = v128.load(row + j)
      const c1 = v128.load(row + j, ROW)
      const c2 = v128.load(row + j, 2 * ROW)
      const c3 = v128.load(row + j, 3 * ROW)
      u0 = plus(u0, c0, z)
      v0 = plus(v0, c0, zExchanged)
      u1 = plus(u1, c1, z)
      v1 = plus(v1, c1, zExchanged)
      u2 = plus(u2, c2, z)
      v2 = plus(v2, c2, zExchanged)
      u3 = plus(u3, c3, z)
      v3 = plus(v3, c3, zExchanged)
      j += 16
    } while (j < ROW)
    storeSums(target, u0, v0)
    storeSums(target + 16, u1, v1)
    storeSums(target + 32, u2, v2)
    storeSums(target + 48, u3, v3)
    row += FOUR_ROWS
    target += 64
  } while (target < product + END)
}

function storeSums(target: usize, u: v128, v: v128): void {
  store<f64>(target, f64x2.extract_lane(u, 0) - f64x2.extract_lane(u, 1))
  store<f64>(target + 8, f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1))
}
