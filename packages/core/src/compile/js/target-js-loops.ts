import { lengthOf, type Tensor } from '../../tensor.ts'
import type { Graph } from '../../primitive.ts'
import { planArrays, type ArrayPlan } from '../loops/array-plan.ts'
import { emitJs, literal, type Store } from '../../scalar/emit-js.ts'
import type { CompiledProgram, Layout } from '../graph/layout.ts'
import { loopCode, type LoopCode } from '../loops/loop-code.ts'
import { widthOf } from '../wasm/loop-reads.ts'
import type { Scalar } from '../../scalar/scalar-program.ts'
import { simplify } from '../graph/simplify.ts'
import { KernelRunner, placeConstants, throughWorkspace } from '../loops/workspace.ts'

/** A graph as loops and kernel calls in JavaScript: the readable form of the loops in WebAssembly, and for where that is missing. */
export function compileLoopsJs(
  graph: Graph,
  layout: Layout,
): Pick<CompiledProgram, 'run' | 'flops' | 'codeSize' | 'source'> {
  const simple = simplify(graph)
  const plan = planArrays(simple)
  // Behind all tensors: two numbers that stay zero, and two that take what is dropped.
  const data = new Float64Array(plan.size + 4)
  const workspace = { data: () => data, start: 0 }
  placeConstants(plan, workspace)
  const runner = new KernelRunner(plan, workspace)
  const writer = new LoopText(plan)
  const kernels: (() => void)[] = []
  for (const step of plan.steps) {
    if (step.kind === 'loop') writer.loop(loopCode(step, plan))
    else {
      writer.kernel(kernels.length)
      kernels.push(() => runner.run(step))
    }
  }
  const source = `'use strict';\n${writer.lines.join('\n')}`
  const main = new Function('W', 'T', 'K', source) as (
    W: Float64Array,
    T: readonly Int32Array[],
    K: readonly (() => void)[],
  ) => void
  const body = (): void => main(data, writer.tables, kernels)
  const run = throughWorkspace({ graph: simple, plan, layout }, workspace, runner, body)
  return {
    run: (...args) => run(args),
    flops: writer.flops,
    codeSize: source.length,
    source,
  }
}

/** Writes loops as text: `W` is the workspace, `T[k]` a table of places in it, `K[k]` a kernel. */
class LoopText {
  readonly lines: string[] = []
  readonly tables: Int32Array[] = []
  flops = 0
  readonly #plan: ArrayPlan
  readonly #known = new Map<Int32Array, Map<Tensor, number>>()

  constructor(plan: ArrayPlan) {
    this.#plan = plan
  }

  kernel(k: number): void {
    this.lines.push(`K[${k}]();`)
  }

  loop(code: LoopCode): void {
    const { count, program, stores, sums, invariants, flops } = code
    this.flops += flops.once + count * flops.each
    const read = (slot: number, part: number): string => this.#read(code, slot, part)
    const names = new Map<Scalar, string>(
      invariants.map((x) => [x, program.isConstant(x) ? literal(program.value(x)) : `h${x}`]),
    )
    const before = emitJs(
      program,
      read,
      invariants.filter((x) => !program.isConstant(x)).map((x) => ({ target: `const h${x}`, value: x })),
    )
    const parts = sums.flatMap(({ tensor, value, map, isTotal }, k) =>
      (widthOf(tensor) === 2 ? [value.re, value.im] : [value.re]).map((part, offset) => ({
        tensor,
        part,
        offset,
        map,
        isTotal,
        name: `s${k}_${offset}`,
      })),
    )
    const each: Store[] = [
      ...stores.flatMap(({ tensor, value }) =>
        (widthOf(tensor) === 2 ? [value.re, value.im] : [value.re]).map((part, offset) => ({
          target: `W[${this.#place(tensor)}+${widthOf(tensor)}*i+${offset}]`,
          value: part,
        })),
      ),
      ...parts.map(({ tensor, part, offset, map, isTotal, name }) => ({
        target: isTotal ? name : `W[T[${this.#table(map, tensor, 'write')}][i]+${offset}]`,
        value: part,
        accumulate: true,
      })),
    ]
    const totals = parts.filter(({ isTotal }) => isTotal)
    const cleared = parts.filter(({ isTotal, offset }) => !isTotal && offset === 0)
    this.lines.push(
      `{${cleared.map(({ tensor }) => `W.fill(0,${this.#place(tensor)},${this.#place(tensor) + lengthOf(tensor)});`).join('')}`,
      before.text,
      totals.map(({ name }) => `let ${name}=0;`).join(''),
      `for(let i=0;i<${count};i++){`,
      emitJs(program, read, each, names).text,
      '}',
      totals.map(({ tensor, offset, name }) => `W[${this.#place(tensor) + offset}]=${name};`).join(''),
      '}',
    )
  }

  #read({ inputs }: LoopCode, slot: number, part: number): string {
    const { tensor, reading } = inputs[slot]
    if (reading === 'once') return `W[${this.#place(tensor) + part}]`
    if (reading === 'element') return `W[${this.#place(tensor) + part}+${widthOf(tensor)}*i]`
    return `W[T[${this.#table(reading, tensor, 'read')}][i]+${part}]`
  }

  #place(x: Tensor): number {
    return this.#plan.places.get(x)!
  }

  /** Index of the table with the places of elements `map[i]` of x. */
  #table(map: Int32Array, x: Tensor, use: 'read' | 'write'): number {
    let tables = this.#known.get(map)
    if (tables === undefined) this.#known.set(map, (tables = new Map()))
    let index = tables.get(x)
    if (index === undefined) {
      const none = this.#plan.size + (use === 'read' ? 0 : 2)
      index = this.tables.push(map.map((element) => (element < 0 ? none : this.#place(x) + widthOf(x) * element))) - 1
      tables.set(x, index)
    }
    return index
  }
}
