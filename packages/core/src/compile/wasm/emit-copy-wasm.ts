import type { ArrayPlace, OutputPlace } from './places.ts'
import { i32, type FunctionBuilder } from './wasm-writer.ts'

/** Writes a copy of `count` numbers, or their sum with what is there; two vectors a turn, one where they are not a multiple of four. */
export function emitCopy(code: FunctionBuilder, count: number, from: ArrayPlace, to: OutputPlace): void {
  if (count === 0) return
  const at = code.local(i32)
  const copy: Copy = { from, to, at }
  const turn = count % 4 === 0 ? 32 : 16
  const end = 8 * (count - (count & 1))
  if (end > 0) {
    code.countedLoop(at, turn, end, () => {
      emitVector(code, copy, 0)
      if (turn === 32) emitVector(code, copy, 16)
    })
  }
  if (count % 2 === 0) return
  code.int(end).set(at)
  emitNumber(code, copy)
}

interface Copy {
  readonly from: ArrayPlace
  readonly to: OutputPlace
  /** Local with the bytes behind both places. */
  readonly at: number
}

/** Two numbers, `ahead` bytes behind the others. */
function emitVector(code: FunctionBuilder, { from, to, at }: Copy, ahead: number): void {
  pushAddress(code, to, at)
  pushAddress(code, from, at).loadVector(from.offset + ahead)
  if (to.accumulate === true) {
    pushAddress(code, to, at)
      .loadVector(to.offset + ahead)
      .lanes('add')
  }
  code.storeVector(to.offset + ahead)
}

function emitNumber(code: FunctionBuilder, { from, to, at }: Copy): void {
  pushAddress(code, to, at)
  pushAddress(code, from, at).loadFloat(from.offset)
  if (to.accumulate === true) pushAddress(code, to, at).loadFloat(to.offset).op('add')
  code.storeFloat(to.offset)
}

const pushAddress = (code: FunctionBuilder, { base }: ArrayPlace, at: number): FunctionBuilder =>
  base === undefined ? code.get(at) : code.get(base).get(at).intAdd()
