/** Loops over states, two numbers at a time. */
import { i32, v128, type ArrayPlace, type FunctionBuilder } from '@cad/core/compiler'
import type { Weights } from '../steps/stages.ts'

/** Vectors of one width that stand one after the other, with a weight for some of them: h w in both lanes of a local. */
export interface WeightedVectors {
  /** Byte address of the first. */
  readonly address: number
  readonly weights: readonly (readonly [vector: number, local: number])[]
}

/** Puts h w into a local for each of the weights; `h` is a local. */
export const scaledWeights = (code: FunctionBuilder, h: number, weights: Weights): WeightedVectors['weights'] =>
  weights.map(([vector, weight]) => {
    const local = code.local(v128)
    code.get(h).float(weight).op('mul').splat().set(local)
    return [vector, local]
  })

/** Calls `body` for every two numbers of `doubles`, an even count; `load` and `store` are those of the loop. */
export function vectorLoop(code: FunctionBuilder, doubles: number, body: (at: Position) => void): void {
  if (doubles === 0) return
  const counter = code.local(i32)
  const isWide = doubles % 4 === 0
  code.countedLoop(counter, isWide ? 32 : 16, 8 * doubles, () => {
    for (const further of isWide ? [0, 16] : [0]) body({ counter, further })
  })
}

/** A place in a loop: bytes in a local, and some more. */
export interface Position {
  readonly counter: number
  readonly further: number
}

/** Leaves the address of a vector at this place, to which load and store add the offset. */
export function pushAt(code: FunctionBuilder, { base }: ArrayPlace, { counter }: Position): FunctionBuilder {
  code.get(counter)
  return base === undefined ? code : code.get(base).intAdd()
}

/** Leaves two numbers of start + Σ_j w_j v_j on the stack; without a start, of the sum alone. */
export function pushCombined(
  code: FunctionBuilder,
  start: ArrayPlace | undefined,
  { address, weights }: WeightedVectors,
  { at, width }: { readonly at: Position; readonly width: number },
): void {
  if (start !== undefined) pushAt(code, start, at).loadVector(start.offset + at.further)
  else if (weights.length === 0) code.vectorConstant(0, 0)
  weights.forEach(([vector, local], k) => {
    code.get(at.counter).loadVector(address + 8 * vector * width + at.further)
    code.get(local).lanes('mul')
    if (start !== undefined || k > 0) code.lanes('add')
  })
}

/** out = start + Σ_j w_j v_j over one state. */
export function emitCombined(
  code: FunctionBuilder,
  out: ArrayPlace,
  start: ArrayPlace | undefined,
  { vectors, width }: { readonly vectors: WeightedVectors; readonly width: number },
): void {
  vectorLoop(code, width, (at) => {
    pushAt(code, out, at)
    pushCombined(code, start, vectors, { at, width })
    code.storeVector(out.offset + at.further)
  })
}
