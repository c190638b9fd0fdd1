/** For `@cad/linalg` and `@cad/ode`: primitives, graphs and compiled programs. Not part of the public interface. */
export { bind, bindAll, contentOf } from './bind.ts'
export { definePrimitive, type Graph, type Primitive } from './primitive.ts'
export { settle, staged, Traced, valueOf } from './graph.ts'
export { closeOver, evaluate, graphOf } from './trace.ts'
export { compileGraph, type CompileOptions } from './compile/program.ts'
export { type CompiledProgram, type Layout, type Slot, type Target } from './compile/graph/layout.ts'
export { StructuralCache } from './compile/graph/structural-cache.ts'
export { canRunWasm } from './compile/wasm/can-run-wasm.ts'
export { canGenerateCode } from './scalar/can-generate.ts'
export { flatten, showStructure, unflatten, type FlatTree, type Structure } from './tree.ts'
export {
  describeValue,
  lengthOf,
  Opaque,
  opaqueType,
  sameShape,
  sameType,
  showShape,
  showType,
  sizeOf,
  zerosOfType,
} from './tensor.ts'
export { complexData } from './ops/matmul.ts'
export { project } from './ops/conjugation.ts'
export { joinDtypes, requireNumbers } from './ops/types.ts'
export { seededNormal } from './check/values.ts'
