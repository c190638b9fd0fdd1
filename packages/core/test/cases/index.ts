import { pointsOf, type Excluded, type Point } from '@cad/testing'
import { arithmetic } from './arithmetic.ts'
import { comparisons } from './comparison.ts'
import { controlFlow } from './control-flow.ts'
import type { CoreCase, CreationCase, Section } from './core-case.ts'
import { creation } from './creation.ts'
import { holomorphic } from './holomorphic.ts'
import { indexing } from './indexing.ts'
import { parts } from './parts.ts'
import { products } from './products.ts'
import { reductions } from './reductions.ts'
import { shapes } from './shapes.ts'
import { transformations } from './transformations.ts'
import { transforms } from './transforms.ts'

/** Operations, transformations and values of options: everything that has derivatives. */
export const functionCases: readonly CoreCase[] = [
  ...arithmetic,
  ...holomorphic,
  ...parts,
  ...comparisons,
  ...reductions,
  ...products,
  ...shapes,
  ...indexing,
  ...transforms,
  ...controlFlow,
  ...transformations,
]

/** One entry for each export of @cad/core: tests, and the rows of docs/operations.md, are made from it. */
export const cases: readonly (CoreCase | CreationCase)[] = [...functionCases, ...creation]

/** Exports that need no case, and why. */
export const excluded: Excluded = {
  Tensor: 'the class itself: tensor.test.ts',
  isComplex: 'a question about a plain value: complex.test.ts',
  formatComplex: 'text: complex.test.ts',
  mapTree: 'applies a function of yours to every leaf and computes nothing: tree.test.ts',
  progressLine: 'text: progress.test.ts',
  checkRule: 'checks what runs over this table, and gives no tensor: check/',
  checkGrads: 'checks a loss, and gives no tensor: check/check-grads.test.ts',
}

/** Every operation at its points, for what must hold of every rule. */
export const points: readonly Point[] = pointsOf(functionCases)

/** A section with its name. */
export type NamedSection = Section & { readonly name: string }

/** The functions of one number, for what must hold at special points. */
export const sections: readonly NamedSection[] = functionCases.flatMap(({ sections: own = {} }) =>
  Object.entries(own).map(([name, section]) => ({ name, ...section })),
)
