import { kernelMemory } from '@cad/kernels'
import type { Tensor } from '../../tensor.ts'
import type { ArrayPlan } from '../loops/array-plan.ts'
import { placeConstants, type Workspace } from '../loops/workspace.ts'
import { widthOf, type LoopMemory } from './loop-reads.ts'
import { reserveFor, type Regions } from './residency.ts'

/** The workspace of a plan in the kernel memory, its constants in their places, and its tables, reserved as they are asked for. */
export class ProgramMemory implements LoopMemory {
  readonly workspace: Workspace
  readonly #base: number
  readonly #plan: ArrayPlan
  readonly #tables = new Map<Int32Array, Map<Tensor, number>>()
  /** Behind all tensors: 16 bytes that stay zero, and 16 that take what is dropped. */
  readonly #nothing: number
  readonly #regions: Regions

  constructor(plan: ArrayPlan, regions: Regions) {
    this.#plan = plan
    this.#regions = regions
    this.#base = reserveFor(regions, 8 * plan.size + 32)
    this.workspace = { data: () => kernelMemory.float64(), start: this.#base / 8 }
    this.#nothing = this.#base + 8 * plan.size
    placeConstants(plan, this.workspace)
    kernelMemory.float64().fill(0, this.#nothing / 8, this.#nothing / 8 + 4)
  }

  addressOf(x: Tensor): number {
    return this.#base + 8 * this.#plan.places.get(x)!
  }

  tableOf(map: Int32Array, x: Tensor, use: 'read' | 'write'): number {
    let tables = this.#tables.get(map)
    if (tables === undefined) this.#tables.set(map, (tables = new Map()))
    let address = tables.get(x)
    if (address === undefined) {
      const stride = 8 * widthOf(x)
      const none = this.#nothing + (use === 'read' ? 0 : 16) - this.addressOf(x)
      address = reserveFor(this.#regions, 4 * map.length)
      kernelMemory.int32().set(
        map.map((element) => (element < 0 ? none : stride * element)),
        address / 4,
      )
      tables.set(x, address)
    }
    return address
  }
}
