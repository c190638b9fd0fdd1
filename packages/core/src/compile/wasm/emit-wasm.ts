import { binaryFunctions, unaryFunctions, type Operation } from '../../scalar/scalar-operations.ts'
import { operandsOf, type Scalar, type ScalarProgram } from '../../scalar/scalar-program.ts'
import type { Imports } from './module-builder.ts'
import type { ImportedFunction } from './wasm-module.ts'
import { f64, v128, type FloatOperation, type FunctionBuilder } from './wasm-writer.ts'

/** Operations that are instructions; every other function is imported from `Math`. */
const instructions: Partial<Record<Operation, FloatOperation>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'div',
  neg: 'neg',
  sqrt: 'sqrt',
  abs: 'abs',
  floor: 'floor',
  max: 'max',
  min: 'min',
}

/** The function of `Math` that computes an operation. */
function mathImport(imports: Imports, name: Operation): ImportedFunction {
  const isBinary = (binaryFunctions as readonly string[]).includes(name)
  return imports.function(name, isBinary ? [f64, f64] : [f64], [f64])
}

/** Writes the load of a number: an f64, or both lanes of a vector for two elements at once. */
export type Read = (slot: number, offset: number) => void

/**
 * Writes values of a scalar program as instructions. A value that is used once is computed where it is used, any other is kept
 * in a local. With `lanes: 2` every value is a vector that holds it for two elements.
 */
export class ScalarEmitter {
  readonly #code: FunctionBuilder
  readonly #program: ScalarProgram
  readonly #uses: Int32Array
  readonly #imports: Imports
  readonly #read: Read
  readonly #lanes: 1 | 2
  readonly #partners: ReadonlyMap<Scalar, Scalar>
  readonly #kept = new Map<Scalar, number>()
  /** Comparisons that one select uses, and nothing else: they stay conditions and never become 0 or 1. */
  readonly #conditions = new Set<Scalar>()

  constructor(
    code: FunctionBuilder,
    program: ScalarProgram,
    {
      uses,
      imports,
      read,
      lanes = 1,
      partners = new Map(),
    }: {
      readonly uses: Int32Array
      readonly imports: Imports
      readonly read: Read
      readonly lanes?: 1 | 2
      /** For a sine the cosine of the same number, and the other way round, if both are to be written: one call gives both. */
      readonly partners?: ReadonlyMap<Scalar, Scalar>
    },
  ) {
    this.#code = code
    this.#program = program
    this.#uses = uses
    this.#imports = imports
    this.#read = read
    this.#lanes = lanes
    this.#partners = partners
  }

  /** Makes `local` hold the value from now on. */
  keep(x: Scalar, local: number): void {
    this.#kept.set(x, local)
  }

  isKept(x: Scalar): boolean {
    return this.#kept.has(x)
  }

  /** Leaves the value on the stack. Walks with a stack of its own: expressions may be deeper than the host's. */
  push(root: Scalar): void {
    const pending: { readonly x: Scalar; readonly operands: readonly Scalar[]; next: number }[] = []
    const enter = (x: Scalar): void => {
      const local = this.#kept.get(x)
      if (local !== undefined) {
        this.#code.get(local)
        return
      }
      const operands = operandsOf(this.#program, x)
      pending.push({ x, operands, next: 0 })
      if (this.#program.operation(x) === 'select' && this.#isBare(operands[0])) this.#conditions.add(operands[0])
    }
    enter(root)
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      const { x, operands } = top
      // A select takes its condition last.
      const isSelect = this.#program.operation(x) === 'select'
      if (top.next < operands.length) {
        const position = isSelect ? (top.next + 1) % 3 : top.next
        top.next++
        enter(operands[position])
        continue
      }
      pending.pop()
      this.#instruction(x)
      if (this.#uses[x] > 1 && !this.#program.isConstant(x)) {
        const local = this.#code.local(this.#lanes === 2 ? v128 : f64)
        this.#code.tee(local)
        this.#kept.set(x, local)
      }
    }
  }

  #isBare(x: Scalar): boolean {
    const operation = this.#program.operation(x)
    return (operation === 'less' || operation === 'equal') && this.#uses[x] === 1 && !this.#kept.has(x)
  }

  #instruction(x: Scalar): void {
    const code = this.#code
    const operation = this.#program.operation(x)
    const instruction = instructions[operation]
    const wide = this.#lanes === 2
    if (instruction !== undefined) {
      if (wide) code.lanes(instruction)
      else code.op(instruction)
    } else if (operation === 'constant') {
      code.float(this.#program.value(x))
      if (wide) code.splat()
    } else if (operation === 'input') this.#read(this.#program.left[x], this.#program.right[x])
    else if (operation === 'less' || operation === 'equal') {
      if (this.#conditions.has(x)) {
        if (wide) code.lanes(operation)
        else code.op(operation)
      } else if (wide) code.lanes(operation).float(1).splat().and()
      else code.op(operation).floatFromInt()
    } else if (operation === 'select') {
      const isCondition = this.#conditions.has(this.#program.left[x])
      if (!isCondition && wide) code.vectorConstant(0, 0).lanes('notEqual')
      else if (!isCondition) code.float(0).op('notEqual')
      if (wide) code.bitSelect()
      else code.select()
    } else if (!this.#pushedWithPartner(x, operation)) this.#callMath(operation)
  }

  /** Sine and cosine of the number on the stack by one call: its own result is left there, the other one is kept. */
  #pushedWithPartner(x: Scalar, operation: Operation): boolean {
    const partner = this.#partners.get(x)
    if (partner === undefined || this.#kept.has(partner)) return false
    const [sine, cosine] = this.#lanes === 2 ? this.#sinesAndCosines() : this.#sineAndCosine()
    this.#kept.set(partner, operation === 'sin' ? cosine : sine)
    this.#code.get(operation === 'sin' ? sine : cosine)
    return true
  }

  /** Locals with both of the number on the stack. */
  #sineAndCosine(): readonly [sine: number, cosine: number] {
    const code = this.#code
    const [sine, cosine] = [code.local(f64), code.local(f64)]
    code
      .call(this.#imports.function('sincos', [f64], [f64, f64]))
      .set(cosine)
      .set(sine)
    return [sine, cosine]
  }

  /** The same for both lanes of the vector on the stack. */
  #sinesAndCosines(): readonly [sine: number, cosine: number] {
    const code = this.#code
    const [z, sine, cosine] = [code.local(v128), code.local(v128), code.local(v128)]
    code.set(z).get(z).lane(0)
    const [sine0, cosine0] = this.#sineAndCosine()
    code.get(z).lane(1)
    const [sine1, cosine1] = this.#sineAndCosine()
    code.get(sine0).splat().get(sine1).replaceLane(1).set(sine)
    code.get(cosine0).splat().get(cosine1).replaceLane(1).set(cosine)
    return [sine, cosine]
  }

  #callMath(name: Operation): void {
    const callee = mathImport(this.#imports, name)
    const code = this.#code
    if (this.#lanes === 1) code.call(callee)
    else if ((unaryFunctions as readonly string[]).includes(name)) {
      const z = code.local(v128)
      code.set(z).get(z).get(z).lane(0).call(callee).replaceLane(0).get(z).lane(1).call(callee).replaceLane(1)
    } else {
      const [a, b] = [code.local(v128), code.local(v128)]
      code.set(b).set(a).get(a)
      for (const lane of [0, 1] as const) code.get(a).lane(lane).get(b).lane(lane).call(callee).replaceLane(lane)
    }
  }
}

/** Sines and cosines of the same number that a program uses both, each with the other. */
export function sinesWithCosines(program: ScalarProgram, uses: Int32Array): ReadonlyMap<Scalar, Scalar> {
  const [sines, partners] = [new Map<Scalar, Scalar>(), new Map<Scalar, Scalar>()]
  for (let x = 0; x < program.size; x++) {
    if (uses[x] > 0 && program.operation(x) === 'sin') sines.set(program.left[x], x)
  }
  if (sines.size === 0) return partners
  for (let x = 0; x < program.size; x++) {
    const sine = uses[x] > 0 && program.operation(x) === 'cos' ? sines.get(program.left[x]) : undefined
    if (sine !== undefined) partners.set(x, sine).set(sine, x)
  }
  return partners
}
