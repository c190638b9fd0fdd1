import type { ScalarEmitter } from './emit-wasm.ts'
import type { Operation } from '../../scalar/scalar-operations.ts'
import { operandsOf, type Scalar, type ScalarProgram } from '../../scalar/scalar-program.ts'
import { v128, type FloatOperation, type FunctionBuilder } from './wasm-writer.ts'

/** What a `PairEmitter` needs of the loop around it. */
export interface PairContext {
  /** The number is the same for all elements, and stands in these locals: by itself, and in both lanes. */
  readonly invariant: (x: Scalar) => { readonly single: number; readonly double: number } | undefined
  /** Pushes both parts of the element that slot reads, as they stand in memory. */
  readonly loadElement: (slot: number) => void
  readonly isComplexInput: (slot: number) => boolean
  /** For values that do not pair up. */
  readonly scalars: ScalarEmitter
}

const commutative: readonly Operation[] = ['add', 'mul', 'max', 'min']
const laneWise: readonly Operation[] = ['add', 'sub', 'mul', 'div', 'neg', 'abs', 'sqrt', 'floor', 'max', 'min']

/**
 * Writes pairs of values as the two lanes of a vector: real and imaginary part of one element. Parts that are computed alike are
 * computed together, as one load, one product, one sum; for gathered elements with real factors that needs no shuffles at all.
 */
export class PairEmitter {
  readonly #code: FunctionBuilder
  readonly #program: ScalarProgram
  readonly #context: PairContext
  readonly #kept = new Map<number, number>()

  constructor(code: FunctionBuilder, program: ScalarProgram, context: PairContext) {
    this.#code = code
    this.#program = program
    this.#context = context
  }

  /** Leaves (a, b) on the stack. */
  push(a: Scalar, b: Scalar): void {
    const key = a * this.#program.size + b
    const known = this.#kept.get(key)
    if (known !== undefined) {
      this.#code.get(known)
      return
    }
    this.#build(a, b)
    const local = this.#code.local(v128)
    this.#code.tee(local)
    this.#kept.set(key, local)
  }

  #build(a: Scalar, b: Scalar): void {
    if (a !== b && this.#isTurned(a, b)) {
      this.push(b, a)
      this.#swap()
      return
    }
    const [first, second] = [this.#program.operation(a), this.#program.operation(b)]
    if (this.#isInvariant(a) && this.#isInvariant(b)) this.#invariants(a, b)
    else if (a === b) this.#apart(a, a)
    else if (first === 'input' && this.#isElement(a, b)) this.#context.loadElement(this.#program.left[a])
    else if (first === second && laneWise.includes(first)) this.#alike(first, a, b)
    else if (first === 'neg' || second === 'neg') this.#negated(a, b)
    else if ((first === 'add' || first === 'sub') && (second === 'add' || second === 'sub')) this.#addAndSubtract(a, b)
    else this.#apart(a, b)
  }

  /** Lane-wise operation on pairs of operands. */
  #alike(operation: Operation, a: Scalar, b: Scalar): void {
    const left = operandsOf(this.#program, a)
    const right = this.#matched(operation, left, operandsOf(this.#program, b))
    left.forEach((x, i) => this.push(x, right[i]))
    this.#code.lanes(operation as FloatOperation)
  }

  /** (−u, v) or (u, −v) from (u, v). */
  #negated(a: Scalar, b: Scalar): void {
    const strip = (x: Scalar): Scalar => (this.#program.operation(x) === 'neg' ? this.#program.left[x] : x)
    this.push(strip(a), strip(b))
    this.#signs(strip(a) !== a, strip(b) !== b)
  }

  /** (p − q, r + s) as (p, r) + (−q, s). */
  #addAndSubtract(a: Scalar, b: Scalar): void {
    const left = operandsOf(this.#program, a)
    const right =
      this.#program.operation(b) === 'add'
        ? this.#matched('add', left, operandsOf(this.#program, b))
        : operandsOf(this.#program, b)
    const isTurnable = this.#program.operation(a) === 'add' && !this.#fit(left[0], right[0])
    const first = isTurnable ? [left[1], left[0]] : left
    this.push(first[0], right[0])
    this.push(first[1], right[1])
    this.#signs(this.#program.operation(a) === 'sub', this.#program.operation(b) === 'sub')
    this.#code.lanes('add')
  }

  /** Two numbers that are computed each for itself. */
  #apart(a: Scalar, b: Scalar): void {
    this.#context.scalars.push(a)
    this.#code.splat()
    if (a === b) return
    this.#context.scalars.push(b)
    this.#code.replaceLane(1)
  }

  #invariants(a: Scalar, b: Scalar): void {
    const [first, second] = [this.#context.invariant(a)!, this.#context.invariant(b)!]
    this.#code.get(first.double)
    if (a !== b) this.#code.get(second.single).replaceLane(1)
  }

  #signs(first: boolean, second: boolean): void {
    if (!first && !second) return
    if (first && second) this.#code.lanes('neg')
    else this.#code.vectorConstant(first ? -1 : 1, second ? -1 : 1).lanes('mul')
  }

  #swap(): void {
    const local = this.#code.local(v128)
    this.#code.set(local).get(local).get(local).shuffle(1, 2)
  }

  /** Operands of a commutative operation in the order that fits those of its partner. */
  #matched(operation: Operation, left: readonly Scalar[], right: readonly Scalar[]): readonly Scalar[] {
    if (!commutative.includes(operation)) return right
    const straight = this.#fit(left[0], right[0]) && this.#fit(left[1], right[1])
    const crossed = this.#fit(left[0], right[1]) && this.#fit(left[1], right[0])
    return crossed && !straight ? [right[1], right[0]] : right
  }

  /** Whether two values look as if they could be computed together. */
  #fit(a: Scalar, b: Scalar): boolean {
    if (this.#isInvariant(a) || this.#isInvariant(b)) return this.#isInvariant(a) && this.#isInvariant(b)
    const [first, second] = [this.#program.operation(a), this.#program.operation(b)]
    if (first === 'input' || second === 'input') {
      return (
        first === second &&
        this.#program.left[a] === this.#program.left[b] &&
        this.#program.right[a] !== this.#program.right[b]
      )
    }
    return (
      first === second ||
      [first, second].every((operation) => operation === 'add' || operation === 'sub' || operation === 'neg')
    )
  }

  /** Whether the leaves of (a, b) are (imaginary, real): then (b, a) is built, and turned once. */
  #isTurned(a: Scalar, b: Scalar): boolean {
    let [x, y] = [a, b]
    for (let depth = 0; depth < 50; depth++) {
      const strip = (z: Scalar): Scalar => (this.#program.operation(z) === 'neg' ? this.#program.left[z] : z)
      ;[x, y] = [strip(x), strip(y)]
      if (this.#program.operation(x) === 'input' || this.#program.operation(y) === 'input') {
        return this.#isElement(y, x)
      }
      const left = operandsOf(this.#program, x)
      const right = this.#matched(this.#program.operation(y), left, operandsOf(this.#program, y))
      const next = left.findIndex(
        (z, i) => !this.#isInvariant(z) && right[i] !== undefined && !this.#isInvariant(right[i]),
      )
      if (next < 0) return false
      ;[x, y] = [left[next], right[next]]
    }
    return false
  }

  /** Whether a and b are real and imaginary part of one element. */
  #isElement(a: Scalar, b: Scalar): boolean {
    const { left, right } = this.#program
    const areInputs = this.#program.operation(a) === 'input' && this.#program.operation(b) === 'input'
    return (
      areInputs &&
      left[a] === left[b] &&
      right[a] === 0 &&
      right[b] === 1 &&
      !this.#isInvariant(a) &&
      this.#context.isComplexInput(left[a])
    )
  }

  #isInvariant(x: Scalar): boolean {
    return this.#context.invariant(x) !== undefined
  }
}
