import { operations, type BinaryFunction, type Operation, type UnaryFunction } from './scalar-operations.ts'

/** Index of a value in a `ScalarProgram`. */
export type Scalar = number

/** Values of a program that may not be anything. */
export interface ScalarCheck {
  readonly values: readonly Scalar[]
  readonly refuse: (numbers: Float64Array) => void
}

const codes = Object.fromEntries(operations.map((name, code) => [name, code])) as Record<Operation, number>

const firstTableSize = 1024

/**
 * A straight-line program over real scalars, hash-consed: building the same expression twice gives the same index, so
 * common subexpressions are shared as they arise. Constants are folded; 0, 1 and −1 are simplified away.
 *
 * Zeros are structural here: 0·x is 0 for every x. Programs therefore agree with IEEE arithmetic only where what is
 * multiplied by a zero that is known is finite.
 */
export class ScalarProgram {
  readonly codes: number[] = []
  readonly left: number[] = []
  readonly right: number[] = []
  readonly constants: number[] = []
  readonly zero: Scalar
  /** A −0 that was written down. It counts as zero, but for what asks for its sign: quotients, `atan2`, branch cuts. */
  readonly minusZero: Scalar
  readonly one: Scalar
  /** Whether formulas also give the direction of results that overflow. Compiled code does not: it agrees where results are finite. */
  readonly isCareful: boolean
  /** What is to be looked at after a run. */
  readonly checks: ScalarCheck[] = []
  #constantIndex = new Map<number, Scalar>()
  #table = new Int32Array(firstTableSize).fill(-1)

  constructor({ isCareful = true }: { readonly isCareful?: boolean } = {}) {
    this.isCareful = isCareful
    this.zero = this.#append(codes.constant, this.constants.push(0) - 1, 0)
    this.minusZero = this.#append(codes.constant, this.constants.push(-0) - 1, 0)
    this.one = this.constant(1)
  }

  get size(): number {
    return this.codes.length
  }

  /** Straight-line code cannot throw: it stores these values, and `refuse` sees them after the run and throws if it must. */
  check(values: readonly Scalar[], refuse: ScalarCheck['refuse']): void {
    this.checks.push({ values, refuse })
  }

  operation(x: Scalar): Operation {
    return operations[this.codes[x]]
  }

  constant(value: number): Scalar {
    if (value === 0) return Object.is(value, -0) ? this.minusZero : this.zero
    let index = this.#constantIndex.get(value)
    if (index === undefined) {
      index = this.#append(codes.constant, this.constants.push(value) - 1, 0)
      this.#constantIndex.set(value, index)
    }
    return index
  }

  /** Number `offset` of input `slot`. */
  input(slot: number, offset: number): Scalar {
    return this.#share(codes.input, slot, offset)
  }

  isConstant(x: Scalar): boolean {
    return this.codes[x] === codes.constant
  }

  /** The value of a constant. */
  value(x: Scalar): number {
    return this.constants[this.left[x]]
  }

  /** Whether a number is zero by structure, or was written down as one. */
  isZero(x: Scalar): boolean {
    return x === this.zero || x === this.minusZero
  }

  add(a: Scalar, b: Scalar): Scalar {
    if (a === this.zero) return b
    if (b === this.zero || b === this.minusZero) return a
    if (a === this.minusZero) return b
    if (this.isConstant(a) && this.isConstant(b)) return this.#folded(this.value(a) + this.value(b))
    if (this.#isNeg(b)) return this.sub(a, this.left[b])
    if (this.#isNeg(a)) return this.sub(b, this.left[a])
    return a < b ? this.#share(codes.add, a, b) : this.#share(codes.add, b, a)
  }

  sub(a: Scalar, b: Scalar): Scalar {
    if (this.isZero(b)) return a
    if (this.isZero(a)) return this.neg(b)
    if (a === b) return this.zero
    if (this.isConstant(a) && this.isConstant(b)) return this.#folded(this.value(a) - this.value(b))
    if (this.#isNeg(b)) return this.add(a, this.left[b])
    return this.#share(codes.sub, a, b)
  }

  neg(a: Scalar): Scalar {
    if (this.isConstant(a)) return this.#folded(-this.value(a))
    if (this.#isNeg(a)) return this.left[a]
    if (this.codes[a] === codes.sub) return this.sub(this.right[a], this.left[a])
    return this.#share(codes.neg, a, 0)
  }

  mul(a: Scalar, b: Scalar): Scalar {
    if (a === this.zero || b === this.zero) return this.zero
    if (this.isConstant(b)) [a, b] = [b, a]
    if (this.isConstant(a) && this.isConstant(b)) return this.#ofConstants(a, b, this.value(a) * this.value(b))
    if (this.isConstant(a)) return this.#scale(this.value(a), b)
    if (this.#isNeg(a)) return this.neg(this.mul(this.left[a], b))
    if (this.#isNeg(b)) return this.neg(this.mul(a, this.left[b]))
    return a < b ? this.#share(codes.mul, a, b) : this.#share(codes.mul, b, a)
  }

  div(a: Scalar, b: Scalar): Scalar {
    if (b === this.one || a === this.zero) return a
    if (this.isConstant(b)) {
      if (this.isConstant(a)) return this.#ofConstants(a, b, this.value(a) / this.value(b))
      const reciprocal = 1 / this.value(b)
      if (Number.isInteger(Math.log2(Math.abs(reciprocal)))) return this.#scale(reciprocal, a) // exact
    }
    return this.#share(codes.div, a, b)
  }

  call(name: UnaryFunction, a: Scalar): Scalar {
    if (this.isConstant(a)) return this.#folded(Math[name](this.value(a)))
    if (this.#isNeg(a)) {
      if (name === 'cos' || name === 'cosh' || name === 'abs') return this.call(name, this.left[a])
      if (name === 'sin' || name === 'tan' || name === 'sinh' || name === 'tanh')
        return this.neg(this.call(name, this.left[a]))
    }
    return this.#share(codes[name], a, 0)
  }

  call2(name: BinaryFunction, a: Scalar, b: Scalar): Scalar {
    if (this.isConstant(a) && this.isConstant(b)) return this.#folded(Math[name](this.value(a), this.value(b)))
    if (name === 'hypot' && this.isZero(b)) return this.call('abs', a)
    if (name === 'hypot' && this.isZero(a)) return this.call('abs', b)
    return this.#share(codes[name], a, b)
  }

  /** 1 where a < b, else 0. */
  less(a: Scalar, b: Scalar): Scalar {
    if (this.isConstant(a) && this.isConstant(b)) return this.constant(this.value(a) < this.value(b) ? 1 : 0)
    if (a === b) return this.zero
    return this.#share(codes.less, a, b)
  }

  /** 1 where a = b, else 0. */
  equal(a: Scalar, b: Scalar): Scalar {
    if (this.isConstant(a) && this.isConstant(b)) return this.constant(this.value(a) === this.value(b) ? 1 : 0)
    return a < b ? this.#share(codes.equal, a, b) : this.#share(codes.equal, b, a)
  }

  /** `a` where the condition is not 0, else `b`. */
  select(condition: Scalar, a: Scalar, b: Scalar): Scalar {
    if (a === b) return a
    if (this.isConstant(condition)) return this.value(condition) === 0 ? b : a
    return this.#share(codes.select, condition, this.#share(codes.pair, a, b))
  }

  /** The constant that an operation gives: its zeros have no sign. */
  #folded(value: number): Scalar {
    return this.constant(value + 0)
  }

  /** A product or quotient of constants: a −0 that was written down keeps its sign, a zero by structure has none. */
  #ofConstants(a: Scalar, b: Scalar, value: number): Scalar {
    return a === this.minusZero || b === this.minusZero ? this.constant(value) : this.#folded(value)
  }

  #isNeg(a: Scalar): boolean {
    return this.codes[a] === codes.neg
  }

  #scale(factor: number, b: Scalar): Scalar {
    if (factor === 0) return this.zero
    if (factor === 1) return b
    if (factor === -1) return this.neg(b)
    if (this.#isNeg(b)) return this.#scale(-factor, this.left[b])
    if (this.codes[b] === codes.mul && this.isConstant(this.left[b])) {
      const product = factor * this.value(this.left[b])
      if (isNormal(product)) return this.#scale(product, this.right[b])
    }
    return this.#share(codes.mul, this.constant(factor), b)
  }

  #append(code: number, left: number, right: number): Scalar {
    this.codes.push(code)
    this.left.push(left)
    this.right.push(right)
    return this.codes.length - 1
  }

  /** The index of this expression: the old one where it exists. Open addressing; at most half of the table is full. */
  #share(code: number, left: number, right: number): Scalar {
    const mask = this.#table.length - 1
    let at = hash(code, left, right) & mask
    for (let found = this.#table[at]; found >= 0; found = this.#table[at]) {
      if (this.codes[found] === code && this.left[found] === left && this.right[found] === right) return found
      at = (at + 1) & mask
    }
    const index = this.#append(code, left, right)
    this.#table[at] = index
    if (2 * this.size > this.#table.length) this.#grow()
    return index
  }

  #grow(): void {
    this.#table = new Int32Array(2 * this.#table.length).fill(-1)
    const mask = this.#table.length - 1
    for (let i = 0; i < this.size; i++) {
      if (this.codes[i] === codes.constant) continue
      let at = hash(this.codes[i], this.left[i], this.right[i]) & mask
      while (this.#table[at] >= 0) at = (at + 1) & mask
      this.#table[at] = i
    }
  }
}

/** Neither overflown nor underflown: a product of constants that is may stand for a finite product with a variable. */
const isNormal = (x: number): boolean => Math.abs(x) >= 2 ** -1022 && Math.abs(x) < Infinity

function hash(code: number, left: number, right: number): number {
  let h = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b) ^ Math.imul(code, 0xc2b2ae35)
  h ^= h >>> 15
  return Math.imul(h, 0x2c1b3c6d) >>> 1
}

/** The operands of `x` that are values. */
export function operandsOf(program: ScalarProgram, x: Scalar): readonly Scalar[] {
  const { left, right } = program
  const operation = program.operation(x)
  switch (operation) {
    case 'constant':
    case 'input':
      return []
    case 'select':
      return [left[x], left[right[x]], right[right[x]]]
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'less':
    case 'equal':
    case 'pair':
    case 'atan2':
    case 'hypot':
    case 'pow':
    case 'max':
    case 'min':
      return [left[x], right[x]]
    default:
      return [left[x]]
  }
}
