export * from './routines.ts'
export type { TriangularOptions } from './trtrs.ts'

export { currentBackend, embeddedBackend, routinesFor, useBackend } from './backend.ts'
export type { Backend, PartialBackend } from './backend.ts'
export { BackendError } from './backend-error.ts'
export type { FieldDtype, FieldRoutines, Routines } from './field-routines.ts'

export { Arena, arena, KernelMemoryError } from './arena.ts'
export { KernelMemory, kernelMemory } from './memory.ts'
export { withScratch } from './with-scratch.ts'
export { wasmKernels } from './wasm.ts'
export type { WasmKernels } from './wasm.ts'
