import {
  enter,
  free,
  instantiate,
  ModuleBuilder,
  nextRun,
  type Regions,
  type Resident,
  type WasmFunction,
} from '@cad/core/compiler'
import { KernelMemoryError, kernelMemory } from '@cad/kernels'
import type { Tolerances } from '../control/error-norm.ts'
import type { Field, FieldAt } from '../field.ts'
import type { StepPlace } from '../methods/stepper.ts'
import type { StageTable } from '../steps/stages.ts'
import { reserveBench, type Bench } from './bench.ts'
import { emitExplicitAdjoint, emitExplicitStep, type Steps } from './explicit-functions.ts'
import { emitValue, emitVjp, type FieldFunction } from './field-functions.ts'

/** Who works at the bench: a walk, or a sweep. Another one may come at any time in between, and this one begins anew then. */
export interface User {
  readonly f: FieldAt
  /** Takes what it left at the bench. */
  leave(): void
}

interface Built {
  readonly functions: Readonly<Record<string, WasmFunction>>
  readonly field: FieldFunction
}

/**
 * The functions of one explicit method on one field, in WebAssembly: forwards (value, step), and backwards once a derivative is
 * asked for (vjp, back). State, slopes and cotangents stay in the kernel memory. What is held there may be taken while nobody runs;
 * then it is built again.
 */
export class ResidentSteps implements Resident {
  readonly regions: Regions = { addresses: [], bytes: 0 }
  lastRun = 0
  readonly table: StageTable
  readonly field: Field
  /** Whether the right-hand side runs in the host; known once it was built. */
  isHosted = false
  #bench: Bench | undefined
  #forwards: Built | undefined
  #backwards: Built | undefined
  /** Who is at the bench. */
  user: User | undefined
  /** Builds and calls of the host under way, in which other programs may ask for room. */
  #busy = 0

  constructor(table: StageTable, field: Field) {
    this.table = table
    this.field = field
    enter(this)
  }

  /** The bench, which belongs to `user` from now on; whether it did not before. */
  claim(user: User): boolean {
    this.lastRun = nextRun()
    const { p } = this.bench
    if (this.user === user) return false
    this.user?.leave()
    this.user = user
    kernelMemory.float64().set(user.f.p, p / 8)
    this.#forwards?.field.load(user.f)
    this.#backwards?.field.load(user.f)
    return true
  }

  /** Whether there is room for it in the kernel memory. */
  isBuilt(direction: 'forwards' | 'backwards'): boolean {
    try {
      return this[direction] !== undefined
    } catch (error) {
      if (error instanceof KernelMemoryError) return false
      throw error
    }
  }

  get bench(): Bench {
    return (this.#bench ??= this.#keeping(() => reserveBench(this.table, this.field, this.regions)))
  }

  get forwards(): Built {
    return (this.#forwards ??= this.#build((steps, target) => {
      const value = emitValue(target)
      emitExplicitStep(steps, value.code)
      this.isHosted = value.host !== undefined
      return value
    }))
  }

  get backwards(): Built {
    return (this.#backwards ??= this.#build((steps, target) => {
      const vjp = emitVjp(target)
      emitExplicitAdjoint(steps, vjp.code)
      return vjp
    }))
  }

  /** Tolerances, one absolute one for each number of a state. */
  setTolerances({ rtol, atol }: Tolerances): void {
    const memory = kernelMemory.float64()
    memory[this.bench.rtol / 8] = rtol
    const at = this.bench.atol / 8
    let next = 0
    for (const { offset, length, isComplex } of this.field.state.leaves) {
      for (let i = 0; i < length; i++) {
        memory[at + offset + i] = typeof atol === 'number' ? atol : atol[next + (isComplex ? i >> 1 : i)]
      }
      next += isComplex ? length / 2 : length
    }
  }

  /** The address of a step: where it stands, or the block of the bench, with `doubles` of it copied there. */
  addressOf({ data, base }: StepPlace, doubles: number): number {
    const memory = kernelMemory.float64()
    if (data === memory) return 8 * base
    memory.set(data.subarray(base, base + doubles), this.bench.block / 8)
    return this.bench.block
  }

  readonly release = (): void => {
    if (this.#busy > 0) return
    this.user?.leave()
    this.user = undefined
    this.#bench = undefined
    this.#forwards = undefined
    this.#backwards = undefined
    free(this.regions)
  }

  #build(emit: (steps: Steps, target: Parameters<typeof emitValue>[0]) => FieldFunction): Built {
    return this.#keeping(() => {
      const { table, field, bench, regions } = this
      const module = new ModuleBuilder()
      const made = emit({ module, table, layout: field.state, bench }, { module, field, bench, regions })
      const { host } = made
      const called = (...args: number[]): void => this.#keeping(() => host!(this.user!.f, ...args))
      const functions = instantiate(module.encode(), host === undefined ? {} : { [made.name]: called })
      if (this.user !== undefined) made.load(this.user.f)
      return { functions, field: made }
    })
  }

  #keeping<T>(body: () => T): T {
    this.#busy++
    try {
      return body()
    } finally {
      this.#busy--
    }
  }
}
