import { reserveFor, type Regions } from '@cad/core/compiler'
import { kernelMemory } from '@cad/kernels'
import type { Field } from '../field.ts'
import type { StageTable } from '../steps/stages.ts'

/** Where the functions of one method on one field work: byte addresses in the kernel memory. */
export interface Bench {
  /** Parameters and constants. */
  readonly p: number
  /** A step whose record stands elsewhere: start state, stages, end state. */
  readonly block: number
  /** Stages that only the interpolant uses; the slopes of all stages; and a slope that belongs to none. */
  readonly extra: number
  readonly slopes: number
  readonly evaluated: number
  /** The relative tolerance, and the absolute one for each number of a state. */
  readonly rtol: number
  readonly atol: number
  /** Cotangents: of the state, of parameters and constants, of one slope, of all stages, and of slopes by what was saved. */
  readonly y: number
  readonly g: number
  readonly slopeBar: number
  readonly stageBars: number
  readonly saveBars: number
}

/** Room for all of it, zero at first: the lanes that fill up odd states stay zero. */
export function reserveBench(
  { main, count }: StageTable,
  { state: { width }, values }: Field,
  regions: Regions,
): Bench {
  const sizes = {
    p: values.doubles,
    block: main * width,
    extra: (count - main) * width,
    slopes: count * width,
    evaluated: width,
    rtol: 1,
    atol: width,
    slopeBar: width,
    stageBars: count * width,
    y: width, // behind the stages: sums reach both
    g: values.doubles,
    saveBars: count * width,
  }
  return reserveEach(sizes, regions)
}

/** Blocks of so many doubles each, one behind the other, filled with zeros; every one begins at a multiple of 16 bytes. */
export function reserveEach<K extends string>(sizes: Readonly<Record<K, number>>, regions: Regions): Record<K, number> {
  const names = Object.keys(sizes) as K[]
  const total = names.reduce((sum, name) => sum + even(sizes[name]), 0)
  const start = reserveFor(regions, 8 * total)
  kernelMemory.float64().fill(0, start / 8, start / 8 + total)
  let next = start
  const addresses = {} as Record<K, number>
  for (const name of names) {
    addresses[name] = next
    next += 8 * even(sizes[name])
  }
  return addresses
}

const even = (doubles: number): number => doubles + (doubles & 1)
