/** For `@cad/linalg` and `@cad/ode`: primitives, graphs and compiled programs. Not part of the public interface. */
export { bind, bindAll, contentsOf } from './bind.ts'
export { definePrimitive } from './define-primitive.ts'
export type { AnyPrimitive, Graph, LazyCotangent, Primitive, RuleContext } from './primitive.ts'
export { byIdentity, Interning, keyOf, type ByIdentity, type Interned, type Plain } from './identity.ts'
export { settle, staged, Traced, valueOf } from './graph.ts'
export { closeOver, evaluate, graphOf } from './trace.ts'
export { compilationCount } from './compile/graph/compilations.ts'
export { compileGraph, type CompileOptions } from './compile/program.ts'
export {
  type CompiledProgram,
  type Holder,
  type Layout,
  type ProgramArgument,
  type Slot,
  type Target,
} from './compile/graph/layout.ts'
export { call } from './closed/call.ts'
export { ClosedFunction, closedFunction } from './closed/closed-function.ts'
export { jittedEntry } from './closed/jit.ts'
export { isHolomorphic } from './closed/is-holomorphic.ts'
export {
  enter,
  free,
  nextRun,
  reserveFor,
  residentBytes,
  type Regions,
  type Resident,
} from './compile/wasm/residency.ts'
export { emitProgram, type EmitContext, type EmittedProgram } from './compile/wasm/emit-program.ts'
export type { ArrayPlace, InputPlace, OutputPlace, Places } from './compile/wasm/places.ts'
export { type Imports, ModuleBuilder } from './compile/wasm/module-builder.ts'
export { instantiate, type WasmFunction } from './compile/wasm/instantiate.ts'
export { f64, FunctionBuilder, i32, v128, type Signature, type ValueType } from './compile/wasm/wasm-writer.ts'
export { guard } from './ops/guard.ts'
export { eachOf, overStacks, typesOfOne, type MatrixRecord, type StackRecord } from './ops/over-stacks.ts'
export { sumTo } from './ops/gather.ts'
export { canRunWasm } from './compile/wasm/can-run-wasm.ts'
export { canGenerateCode } from './scalar/can-generate.ts'
export { flatten, showStructure, unflatten, type FlatTree, type Structure } from './tree.ts'
export {
  describeValue,
  lengthOf,
  Opaque,
  type HandleOrigin,
  opaqueType,
  sameShape,
  sameType,
  showShape,
  showType,
  sizeOf,
  zerosOfType,
} from './tensor.ts'
export { complexData } from './ops/matrix-numbers.ts'
export { project } from './ops/conjugation.ts'
export { joinDtypes, requireNumbers } from './ops/types.ts'
export { seededNormal } from './check/values.ts'
