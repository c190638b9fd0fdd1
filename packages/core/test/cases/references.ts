import type { Complex, Tensor, TensorLike } from '@cad/core'
import reference from '../fixtures/elementwise.json' with { type: 'json' }
import { functionCases } from './index.ts'

/** One function with its values and Wirtinger derivatives at four points off the axes. */
export interface ElementwiseCase {
  readonly name: string
  readonly f: (z: TensorLike) => Tensor
  readonly points: readonly {
    readonly z: Complex
    readonly value: Complex
    readonly dz: Complex
    readonly dzbar: Complex
  }[]
}

const toComplexNumber = ([re, im]: readonly number[]): Complex => ({ re, im })

const fixture: Readonly<Record<string, (typeof reference.functions)['exp']>> = reference.functions

/** The functions for which the fixture is known to have values. */
export const elementwiseCases: readonly ElementwiseCase[] = functionCases.flatMap(({ reference: named = {} }) =>
  Object.entries(named).map(([name, f]) => {
    if (!(name in fixture)) {
      throw new Error(
        `elementwise.json has no ${name}. Add it to functions.py and run make_elementwise.py, or take the reference away.`,
      )
    }
    const points = fixture[name].map(({ z, value, dz, dzbar }) => ({
      z: toComplexNumber(z),
      value: toComplexNumber(value),
      dz: toComplexNumber(dz),
      dzbar: toComplexNumber(dzbar),
    }))
    return { name, f, points }
  }),
)

/** Functions of the fixture that no case names. */
export const unusedReferences: readonly string[] = Object.keys(fixture).filter((name) =>
  elementwiseCases.every((found) => found.name !== name),
)
