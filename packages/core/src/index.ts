export { type Complex, formatComplex, isComplex } from './complex.ts'
export {
  tensor,
  Tensor,
  toTensor,
  type Dtype,
  type Nested,
  type Shape,
  type TensorLike,
  type TensorType,
} from './tensor.ts'
export { mapTree, type Firm, type Loose } from './tree.ts'
export * from './errors.ts'
export { add, div, mul, neg, reciprocal, square, sub } from './ops/arithmetic.ts'
export { hypot } from './ops/hypot.ts'
export { pow } from './ops/power.ts'
export { cos, cosh, exp, log, sin, sinh, sqrt, tan, tanh } from './ops/holomorphic.ts'
export { acos, acosh, asin, asinh, atan, atanh } from './ops/inverse.ts'
export { expm1, log1p } from './ops/expm1.ts'
export { sinc } from './ops/sinc.ts'
export { abs, abs2, arg, complex, conj, imag, real, sign } from './ops/conjugation.ts'
export { polar } from './ops/polar.ts'
export { equal, greater, greaterEqual, isFinite, isNaN, less, lessEqual, notEqual, where } from './ops/comparison.ts'
export { ceil, clip, floor, maximum, minimum, round } from './ops/ordering.ts'
export { mean, sum, type ReductionOptions } from './ops/reduction.ts'
export { prod } from './ops/prod.ts'
export { cumsum } from './ops/cumsum.ts'
export { max, min } from './ops/extrema.ts'
export { norm, type NormOptions } from './ops/norm.ts'
export { adjoint, broadcastTo, reshape, transpose } from './ops/shape.ts'
export { expandDims, moveaxis, ravel, squeeze, swapaxes, type Axes } from './ops/axes.ts'
export { flip, repeat, roll, split, tile } from './ops/rearrange.ts'
export { at, slice, type Range } from './ops/indexing.ts'
export { gather, scatter, scatterAdd, take, takeAlongAxis } from './ops/gather-scatter.ts'
export type { Indices } from './ops/index-arrays.ts'
export { concat, stack } from './ops/joining.ts'
export { matmul } from './ops/matmul.ts'
export { einsum } from './ops/einsum.ts'
export { fft, ifft, irfft, rfft, type FftOptions } from './ops/fft.ts'
export { dot, kron, outer, trace, vdot, type TraceOptions } from './ops/products.ts'
export { arange, eye, full, linspace, ones, zeros, type CreationOptions } from './ops/creation.ts'
export { diag } from './ops/diag.ts'
export { stopGradient } from './ops/stop-gradient.ts'
export { jvp, type ValueAndTangent } from './transformations/jvp.ts'
export { vjp, type ValueAndPullback } from './transformations/vjp.ts'
export { linearize, type Linearization } from './transformations/linearize.ts'
export { grad, valueAndGrad, type ValueAndGradient } from './transformations/grad.ts'
export { cadConvention, jaxConvention, type Convention, type ConventionOption } from './transformations/convention.ts'
export {
  forwardMode,
  jacobian,
  reverseMode,
  type Jacobian,
  type JacobianMode,
  type JacobianOptions,
  type JacobianTree,
  type WirtingerPair,
} from './transformations/jacobian.ts'
export { wirtinger } from './transformations/wirtinger.ts'
export { derivative, type DerivativeOptions } from './transformations/derivative.ts'
export { hessian, hvp } from './transformations/hessian.ts'
export { checkpoint } from './closed/checkpoint.ts'
export { vmap, type BatchAxes, type VmapOptions } from './transformations/vmap.ts'
export { customRule, type Rules } from './closed/custom-rule.ts'
export { cond, type Operands } from './control-flow/cond.ts'
export { foriLoop, type ForiOptions } from './control-flow/fori-loop.ts'
export { whileLoop, type WhileOptions } from './control-flow/while-loop.ts'
export { scan, type ScanOptions, type ScanResult, type ScanStep } from './control-flow/scan.ts'
export { sqrtCheckpoints, storeAll, type Checkpoints } from './control-flow/checkpoints.ts'
export { jit, type Jitted, type JitOptions } from './closed/jit.ts'
export type { Target } from './compile/graph/layout.ts'
export { checkRule, type CheckOptions, type CheckResult } from './check/check-rule.ts'
export { checkGrads, type CheckGradsOptions, type GradsReport } from './check/check-grads.ts'
export { progressLine, type OnProgress, type Progress } from './progress.ts'
