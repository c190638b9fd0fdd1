/** The error norm of `control/error-norm.ts` as code. */
import { f64, i32, v128, type ArrayPlace, type FunctionBuilder } from '@cad/core/compiler'
import type { StateLayout, StateLeaf } from '../state-layout.ts'
import type { WeightedVectors } from './vector-loops.ts'

/** What a norm reads: both ends of the step, in locals with addresses, and tolerances for each number of a state. */
export interface NormPlaces {
  readonly y: ArrayPlace
  readonly y1: ArrayPlace
  readonly rtol: number
  readonly atol: number
  /** From one vector to the next, in bytes. */
  readonly stride: number
}

/**
 * Leaves (1/n) Σ_j |e_j|² / scale_j² on the stack for each of the error estimates e = Σ w_j k_j. A scale that no square can hold, or an
 * error of 0 over a scale of 0, gives what is not finite: then the norm is taken with more care outside.
 */
export function emitMeanSquares(
  code: FunctionBuilder,
  layout: StateLayout,
  estimates: readonly WeightedVectors[],
  places: NormPlaces,
): void {
  const totals = estimates.map(() => ({ wide: code.local(v128), single: code.local(f64) }))
  for (const { wide, single } of totals) code.vectorConstant(0, 0).set(wide).float(0).set(single)
  for (const leaf of layout.leaves) new LeafNorm(code, leaf, places, { estimates, totals }).emit()
  for (const { wide, single } of totals) {
    code.get(wide).lane(0).get(wide).lane(1).op('add').get(single).op('add')
    code.float(Math.max(1, layout.components)).op('div')
  }
}

interface Sums {
  readonly estimates: readonly WeightedVectors[]
  readonly totals: readonly { readonly wide: number; readonly single: number }[]
}

class LeafNorm {
  readonly #code: FunctionBuilder
  readonly #leaf: StateLeaf
  readonly #places: NormPlaces
  readonly #sums: Sums
  /** Bytes behind the start of the leaf. */
  readonly #counter: number
  /** The relative tolerance in both lanes, and the address of the absolute ones. */
  readonly #rtol: number
  readonly #atol: number

  constructor(code: FunctionBuilder, leaf: StateLeaf, places: NormPlaces, sums: Sums) {
    this.#code = code
    this.#leaf = leaf
    this.#places = places
    this.#sums = sums
    this.#counter = code.local(i32)
    this.#rtol = code.local(v128)
    this.#atol = places.atol + 8 * leaf.offset
  }

  /** Two components at a time, and one more if there is one. */
  emit(): void {
    const { length, isComplex } = this.#leaf
    this.#code.int(0).loadFloat(this.#places.rtol).splat().set(this.#rtol)
    const step = isComplex ? 4 : 2
    const whole = length - (length % step)
    const body = isComplex ? () => this.#complexPair() : () => this.#realPair()
    if (whole > 0) this.#code.countedLoop(this.#counter, 8 * step, 8 * whole, body)
    if (whole === length) return
    this.#code.int(8 * whole).set(this.#counter)
    if (isComplex) this.#complexSingle()
    else this.#realSingle()
  }

  #realPair(): void {
    const code = this.#code
    const scale = code.local(v128)
    this.#loadAtol(0).get(this.#rtol)
    this.#loadState('y', 0).lanes('abs')
    this.#loadState('y1', 0).lanes('abs').lanes('max').lanes('mul').lanes('add').set(scale)
    this.#sums.estimates.forEach((estimate, k) => {
      const part = code.local(v128)
      this.#error(estimate, 0)
      code.get(scale).lanes('div').tee(part).get(part).lanes('mul')
      this.#addWide(k)
    })
  }

  #complexPair(): void {
    const code = this.#code
    const [scale, inverse] = [code.local(v128), code.local(v128)]
    code.vectorConstant(1, 1)
    this.#loadAtol(0)
    this.#loadAtol(16).shuffle(0, 2).get(this.#rtol)
    for (const state of ['y', 'y1'] as const) this.#squares(() => this.#loadState(state, 0), () => this.#loadState(state, 16)) // prettier-ignore
    code.lanes('max').lanes('sqrt').lanes('mul').lanes('add').tee(scale).lanes('div').set(inverse)
    // An infinite scale would hide the error: 0 · ∞ shows it.
    code.get(scale).vectorConstant(0, 0).lanes('mul')
    this.#addWide(0)
    this.#sums.estimates.forEach((estimate, k) => {
      const [a, b] = [code.local(v128), code.local(v128)]
      this.#error(estimate, 0)
      code.set(a)
      this.#error(estimate, 16)
      code.set(b)
      for (const [i, j] of [
        [0, 2],
        [1, 3],
      ] as const) {
        // prettier-ignore
        const part = code.local(v128)
        code.get(a).get(b).shuffle(i, j).get(inverse).lanes('mul').tee(part).get(part).lanes('mul')
      }
      code.lanes('add')
      this.#addWide(k)
    })
  }

  #realSingle(): void {
    const code = this.#code
    const scale = code.local(f64)
    code.get(this.#counter).loadFloat(this.#atol).get(this.#rtol).lane(0)
    this.#loadNumber('y', 0).op('abs')
    this.#loadNumber('y1', 0).op('abs').op('max').op('mul').op('add').set(scale)
    this.#sums.estimates.forEach((estimate, k) => {
      const part = code.local(f64)
      this.#errorNumber(estimate, 0)
      code.get(scale).op('div').tee(part).get(part).op('mul')
      this.#addSingle(k)
    })
  }

  #complexSingle(): void {
    const code = this.#code
    const scale = code.local(f64)
    code.get(this.#counter).loadFloat(this.#atol).get(this.#rtol).lane(0)
    for (const state of ['y', 'y1'] as const) {
      for (const further of [0, 8]) {
        const part = code.local(f64)
        this.#loadNumber(state, further).tee(part).get(part).op('mul')
      }
      code.op('add')
    }
    code.op('max').op('sqrt').op('mul').op('add').tee(scale).float(0).op('mul')
    this.#addSingle(0)
    this.#sums.estimates.forEach((estimate, k) => {
      for (const further of [0, 8]) {
        const part = code.local(f64)
        this.#errorNumber(estimate, further)
        code.get(scale).op('div').tee(part).get(part).op('mul')
      }
      code.op('add')
      this.#addSingle(k)
    })
  }

  /** |z|² of two components, whose parts stand in two vectors. */
  #squares(first: () => void, second: () => void): void {
    const code = this.#code
    const [a, b] = [code.local(v128), code.local(v128)]
    for (const [load, local] of [
      [first, a],
      [second, b],
    ] as const) {
      // prettier-ignore
      load()
      code.tee(local).get(local).lanes('mul').set(local)
    }
    code.get(a).get(b).shuffle(0, 2).get(a).get(b).shuffle(1, 3).lanes('add')
  }

  #error({ address, weights }: WeightedVectors, further: number): void {
    const at = address + 8 * this.#leaf.offset + further
    weights.forEach(([vector, local], k) => {
      this.#code
        .get(this.#counter)
        .loadVector(at + vector * this.#places.stride)
        .get(local)
        .lanes('mul')
      if (k > 0) this.#code.lanes('add')
    })
  }

  #errorNumber({ address, weights }: WeightedVectors, further: number): void {
    const at = address + 8 * this.#leaf.offset + further
    weights.forEach(([vector, local], k) => {
      this.#code
        .get(this.#counter)
        .loadFloat(at + vector * this.#places.stride)
        .get(local)
        .lane(0)
        .op('mul')
      if (k > 0) this.#code.op('add')
    })
  }

  #loadState(state: 'y' | 'y1', further: number): FunctionBuilder {
    return this.#pushState(state).loadVector(this.#stateAt(state, further))
  }

  #loadNumber(state: 'y' | 'y1', further: number): FunctionBuilder {
    return this.#pushState(state).loadFloat(this.#stateAt(state, further))
  }

  #pushState(state: 'y' | 'y1'): FunctionBuilder {
    return this.#code.get(this.#counter).get(this.#places[state].base!).intAdd()
  }

  #stateAt(state: 'y' | 'y1', further: number): number {
    return this.#places[state].offset + 8 * this.#leaf.offset + further
  }

  #loadAtol(further: number): FunctionBuilder {
    return this.#code.get(this.#counter).loadVector(this.#atol + further)
  }

  #addWide(k: number): void {
    const { wide } = this.#sums.totals[k]
    this.#code.get(wide).lanes('add').set(wide)
  }

  #addSingle(k: number): void {
    const { single } = this.#sums.totals[k]
    this.#code.get(single).op('add').set(single)
  }
}
