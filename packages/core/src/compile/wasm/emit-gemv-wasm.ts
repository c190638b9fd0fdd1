import { i32, v128, type FunctionBuilder } from './wasm-writer.ts'

/** A matrix in memory, row-major: address in bytes, and whether its elements are complex. */
export interface MatrixAt {
  readonly address: number
  readonly isComplex: boolean
}

/** C = A b for A of shape [m, k] and one column b; C is complex. */
export interface MatrixVector {
  readonly m: number
  readonly k: number
  readonly A: MatrixAt
  readonly b: MatrixAt
  readonly C: number
}

const rowsAtOnce = 4

/**
 * Writes a matrix–vector product with a complex result. Rows go by fours, so that each element of b is loaded once for four. Products
 * of complex numbers are kept as two sums, Σ a b and Σ a (b with its parts exchanged), which are joined at the end.
 */
export function emitMatrixVector(code: FunctionBuilder, product: MatrixVector): void {
  const whole = product.m - (product.m % rowsAtOnce)
  const row = code.local(i32)
  const C = code.local(i32)
  if (whole > 0) {
    const rowBytes = product.k * (product.A.isComplex ? 16 : 8)
    code.countedLoop(row, rowsAtOnce, whole, () => {
      code.get(row).int(rowBytes).intMultiply()
      const A = code.local(i32)
      code.set(A).get(row).intShiftLeft(4).set(C)
      emitRows(code, product, { A, C, count: rowsAtOnce })
    })
  }
  for (let i = whole; i < product.m; i++) {
    const A = code.local(i32)
    code
      .int(i * product.k * (product.A.isComplex ? 16 : 8))
      .set(A)
      .int(16 * i)
      .set(C)
    emitRows(code, product, { A, C, count: 1 })
  }
}

/** Some rows: `A` and `C` are locals with their byte offsets. */
function emitRows(
  code: FunctionBuilder,
  { k, A: matrix, b, C: result }: MatrixVector,
  { A, C, count }: { readonly A: number; readonly C: number; readonly count: number },
): void {
  const rowBytes = k * (matrix.isComplex ? 16 : 8)
  const both = matrix.isComplex && b.isComplex
  const column = code.local(i32)
  const [element, turned, factor] = [code.local(v128), code.local(v128), code.local(v128)]
  const sums = Array.from({ length: count }, () => [code.local(v128), code.local(v128)] as const)
  for (const pair of sums) for (const local of pair) code.vectorConstant(0, 0).set(local)
  if (k > 0) {
    code.countedLoop(column, 1, k, () => {
      code.get(column).intShiftLeft(b.isComplex ? 4 : 3)
      if (b.isComplex) code.loadVector(b.address).set(element)
      else code.loadFloat(b.address).splat().set(element)
      if (both) code.get(element).get(element).shuffle(1, 2).set(turned)
      sums.forEach(([straight, crossed], i) => {
        code
          .get(A)
          .get(column)
          .intShiftLeft(matrix.isComplex ? 4 : 3)
          .intAdd()
        if (matrix.isComplex) code.loadVector(matrix.address + i * rowBytes).set(factor)
        else
          code
            .loadFloat(matrix.address + i * rowBytes)
            .splat()
            .set(factor)
        code.get(straight).get(factor).get(element).lanes('mul').lanes('add').set(straight)
        if (both) code.get(crossed).get(factor).get(turned).lanes('mul').lanes('add').set(crossed)
      })
    })
  }
  sums.forEach(([straight, crossed], i) => {
    code.get(C)
    if (both) {
      code.get(straight).lane(0).get(straight).lane(1).op('sub').splat()
      code.get(crossed).lane(0).get(crossed).lane(1).op('add').replaceLane(1)
    } else code.get(straight)
    code.storeVector(result + 16 * i)
  })
}
