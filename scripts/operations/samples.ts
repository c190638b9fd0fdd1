/** At which point each operation is looked at, and which exports are something else. */
import * as core from '@cad/core'
import { complex, tensor, type Tensor, type TensorLike } from '@cad/core'

/** Tensors in, one tensor or several out. */
export type Operation = (...args: Tensor[]) => TensorLike | readonly TensorLike[]

/** A point of which the slope is shown: arguments, the number of the one that is varied, and what is said of the point. */
export type ZeroPoint = { readonly at: readonly TensorLike[]; readonly along: number; readonly label: string }

export type Sample = {
  /** Default: the export of this name. */
  readonly apply?: Operation
  /** Random-looking and off the axes; complex wherever the operation takes complex numbers. */
  readonly args: readonly TensorLike[]
  /** Default: each argument at 0 with the others at 1 for elementwise operations, else all at 0. */
  readonly zeros?: readonly ZeroPoint[]
  /** Of the tensor arguments, where they are not the first parameters. */
  readonly names?: readonly string[]
  /** Why `checkRule` refuses it, where it should. */
  readonly onPurpose?: string
}

const z = complex(0.7, -0.4)
const u = complex(-1.3, 0.6)
const vector = tensor([complex(0.7, -0.4), complex(-1.3, 0.6), complex(0.2, 1.1)])
const other = tensor([complex(-0.5, 0.9), complex(1.4, 0.3), complex(0.8, -0.7)])
const matrix = tensor([
  [complex(0.7, -0.4), complex(-1.3, 0.6), complex(0.2, 1.1)],
  [complex(0.4, 0.8), complex(1.2, -0.1), complex(-0.6, 0.5)],
])
const square = tensor([
  [complex(0.7, -0.4), complex(-1.3, 0.6)],
  [complex(0.4, 0.8), complex(1.2, -0.1)],
])
const realVector = tensor([0.7, -1.3, 0.2])

const same = (names: readonly string[], sample: Sample): Record<string, Sample> =>
  Object.fromEntries(names.map((name) => [name, sample]))

const tie = { at: [1, 1], along: 0, label: 'a = b' }

const operations: Readonly<Record<string, Sample>> = {
  ...same(['neg', 'square', 'reciprocal', 'sqrt', 'exp', 'log', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh'], {
    args: [z],
  }),
  ...same(['asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh', 'expm1', 'log1p', 'sinc'], { args: [z] }),
  ...same(['abs', 'abs2', 'arg', 'sign', 'conj', 'real', 'imag', 'isFinite', 'isNaN'], { args: [z] }),
  ...same(['add', 'sub', 'mul', 'div', 'equal', 'notEqual'], { args: [z, u] }),
  ...same(['less', 'lessEqual', 'greater', 'greaterEqual'], { args: [0.7, -1.3] }),
  ...same(['maximum', 'minimum'], { args: [0.7, -1.3], zeros: [tie] }),
  ...same(['floor', 'ceil', 'round'], { args: [0.7] }),
  pow: {
    args: [z, u],
    zeros: [
      { at: [complex(0), 0.5], along: 0, label: 'z = 0, p = ½' },
      { at: [complex(0), 1.5], along: 0, label: 'p = 1.5' },
      { at: [complex(0), 1.5], along: 1, label: 'in p' },
    ],
  },
  where: { args: [1, z, u] },
  clip: { args: [0.7, -1.2, 1.3], zeros: [{ at: [1, 0, 1], along: 0, label: 'on a bound' }] },
  complex: { args: [0.7, -1.3] },
  polar: { args: [0.7, -1.3] },
  ...same(['sum', 'mean', 'cumsum', 'fft', 'ifft', 'irfft', 'flip'], { args: [vector] }),
  prod: { args: [vector], zeros: [{ at: [tensor([0, 2, 3])], along: 0, label: 'x = (0, 2, 3)' }] },
  broadcastTo: { args: [vector], apply: (x) => core.broadcastTo(x, [2, 3]) },
  full: { args: [z], names: ['value'], apply: (value) => core.full([2], value) },
  rfft: { args: [realVector] },
  max: { args: [realVector], apply: (x) => core.max(x, { keepdims: true }), zeros: [{ at: [tensor([1, 1])], along: 0, label: 'two largest' }] }, // prettier-ignore
  min: { args: [realVector], apply: (x) => core.min(x, { keepdims: true }), zeros: [{ at: [tensor([1, 1])], along: 0, label: 'two smallest' }] }, // prettier-ignore
  norm: { args: [vector], apply: (x) => core.norm(x, { keepdims: true }) },
  reshape: { args: [matrix], apply: (x) => core.reshape(x, [3, 2]) },
  ...same(['transpose', 'adjoint', 'ravel'], { args: [matrix] }),
  swapaxes: { args: [matrix], apply: (x) => core.swapaxes(x, 0, 1) },
  moveaxis: { args: [matrix], apply: (x) => core.moveaxis(x, 0, 1) },
  squeeze: { args: [vector], apply: (x) => core.squeeze(core.reshape(x, [1, 3])) },
  expandDims: { args: [vector], apply: (x) => core.expandDims(x, 0) },
  roll: { args: [vector], apply: (x) => core.roll(x, 1) },
  tile: { args: [vector], apply: (x) => core.tile(x, 2) },
  repeat: { args: [vector], apply: (x) => core.repeat(x, 2) },
  split: { args: [vector], apply: (x) => core.split(x, 3) },
  at: { args: [vector], apply: (x) => core.at(x, 1) },
  slice: { args: [vector], apply: (x) => core.slice(x, { start: 1 }) },
  take: { args: [vector], apply: (x) => core.take(x, [2, 0, 2]) },
  takeAlongAxis: { args: [vector], apply: (x) => core.takeAlongAxis(x, [2, 0]) },
  gather: { args: [vector], apply: (x) => core.gather(x, [2, 0, 2]) },
  scatter: { args: [vector, u], names: ['x', 'values'], apply: (x, values) => core.scatter(x, [[1]], values) },
  scatterAdd: { args: [vector, u], names: ['x', 'values'], apply: (x, values) => core.scatterAdd(x, [[1]], values) },
  concat: { args: [vector, other], names: ['x₀', 'x₁'], apply: (a, b) => core.concat([a, b]) },
  stack: { args: [vector, other], names: ['x₀', 'x₁'], apply: (a, b) => core.stack([a, b]) },
  matmul: { args: [matrix, core.adjoint(matrix)] },
  einsum: { args: [matrix, core.adjoint(matrix)], names: ['A', 'B'], apply: (a, b) => core.einsum('ij,jk->ik', a, b) },
  ...same(['dot', 'vdot', 'outer', 'kron'], { args: [vector, other] }),
  trace: { args: [square] },
  diag: { args: [vector] },
  stopGradient: { args: [z], onPurpose: 'on purpose: its derivative is declared to be 0' },
}

/** Control flow, with small bodies; their rules are those of what they run. */
const controlFlow: Readonly<Record<string, Sample>> = {
  cond: { args: [z], names: ['operand'], apply: (x) => core.cond(1, core.exp, core.square, x) },
  scan: {
    args: [z, vector],
    apply: (init, xs) => {
      const { carry, ys } = core.scan((c, x) => ({ carry: core.add(core.mul(c, x), 1), y: core.conj(c) }), init, xs)
      return [carry, ys]
    },
  },
  whileLoop: {
    args: [z],
    apply: (init) => core.whileLoop((c) => core.less(core.abs(c), 10), (c) => core.add(core.square(c), core.add(c, 1)), init), // prettier-ignore
  },
  foriLoop: { args: [z], apply: (init) => core.foriLoop(0, 3, (i, c) => core.add(core.square(c), i), init) },
}

/** Every operation of @cad/core, with the point at which its rules are read and checked. */
export const samples: Readonly<Record<string, Sample>> = { ...operations, ...controlFlow }

/** Functions without a tensor argument: there is nothing to differentiate. */
export const creation: readonly string[] = ['tensor', 'toTensor', 'zeros', 'ones', 'eye', 'linspace', 'arange']

/** Functions of functions, shown in docs/transformations.md and docs/jit.md. */
export const transformations: readonly string[] = [
  'jvp',
  'vjp',
  'linearize',
  'grad',
  'valueAndGrad',
  'jacobian',
  'wirtinger',
  'derivative',
  'hessian',
  'hvp',
].concat(['checkpoint', 'vmap', 'customRule', 'jit', 'checkRule', 'checkGrads'])

/** Exports that are neither, and why they have no row. */
export const excluded: Readonly<Record<string, string>> = {
  Tensor: 'the class itself',
  isComplex: 'a question about a plain value',
  formatComplex: 'text',
  mapTree: 'applies a function of yours to every leaf; it computes nothing',
  cadConvention: 'a value of the option `convention`',
  jaxConvention: 'a value of the option `convention`',
  forwardMode: 'a value of the option `mode`',
  reverseMode: 'a value of the option `mode`',
  storeAll: 'a value of the option `checkpoints`',
  sqrtCheckpoints: 'a value of the option `checkpoints`',
  progressLine: 'text',
}
