import { showNumbers } from './show-numbers.ts'
import { isComplex, type Complex } from './complex.ts'
import { ArgumentError, DtypeError, ShapeError, TracingError } from './errors.ts'

/** `opaque` is a handle that one primitive hands to another (a factorization, a recorded trajectory); it has no tangent. */
export type Dtype = 'float64' | 'complex128' | 'opaque'
export type Shape = readonly number[]

/** What is known of a tensor without its value. */
export type TensorType = {
  readonly shape: Shape
  readonly dtype: Dtype
}

/** Whatever fits where a tensor fits. */
export type TensorLike = Tensor | number | Complex

/** Numbers nested to any depth; a tensor of one element counts as a number. */
export type Nested = number | Complex | Tensor | readonly Nested[]

/**
 * An immutable array of real or complex numbers, row-major; complex data are interleaved (re, im) in one `Float64Array`.
 *
 * Inside a transformation (`grad`, `jit`, …) tensors are traced: they look the same, and record what is done with them.
 */
export class Tensor implements TensorType {
  readonly shape: Shape
  readonly dtype: Dtype
  /** Set by `zerosOfType` alone: known to vanish by structure, so that products with it need not be computed. */
  readonly isStructuralZero: boolean = false
  /** Handles that were made from this tensor and others after it; they live as long as it does. */
  handles: readonly Opaque[] | undefined
  protected readonly storage: Float64Array | undefined

  constructor(shape: Shape, dtype: Dtype, storage: Float64Array | undefined) {
    this.shape = shape
    this.dtype = dtype
    this.handles = undefined
    this.storage = storage
  }

  /** The numbers, row-major, complex ones interleaved. Not to be written to. */
  get data(): Float64Array {
    if (this.storage === undefined) throw new DtypeError(`Tensor.data: an ${this.dtype} handle has no numbers.`)
    return this.storage
  }

  /** Whether a transformation records what is done with this tensor. */
  get isTraced(): boolean {
    return false
  }

  /** Whether the numbers are known; they are not while a function is only written down. */
  protected get hasValue(): boolean {
    return true
  }

  /** Number of elements; a complex number is one element. */
  get size(): number {
    return sizeOf(this.shape)
  }

  /** The only element, as a number or a `{ re, im }`. */
  item(): number | Complex {
    if (this.size !== 1) {
      throw new ShapeError(
        `Tensor.item: expected one element, got shape ${showShape(this.shape)}. Use toArray() for all elements.`,
      )
    }
    return elementAt(this, 0)
  }

  /** The elements as nested arrays of the tensor's shape; a bare number for shape []. */
  toArray(): Nested {
    const build = (axis: number, offset: number): Nested => {
      if (axis === this.shape.length) return elementAt(this, offset)
      const stride = sizeOf(this.shape.slice(axis + 1))
      return Array.from({ length: this.shape[axis] }, (_, i) => build(axis + 1, offset + i * stride))
    }
    return build(0, 0)
  }

  /** Dtype, shape and numbers, long axes shortened. */
  toString(): string {
    const hasNumbers = this.hasValue && this.dtype !== 'opaque'
    return hasNumbers ? `${this.describe()} ${showNumbers(this.shape, this.dtype, this.data)}` : this.describe()
  }

  /** Dtype and shape, for messages. */
  describe(): string {
    return `Tensor(${this.dtype}, shape ${showShape(this.shape)}${this.hasValue ? '' : ', without a value yet'})`
  }

  toJSON(): unknown {
    return this.toArray()
  }

  /** Tensors have no operators: `t < 1` and `-1 / x` would be false and NaN without a word. In texts they stand as `toString` gives them. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw new DtypeError(
      `${this.describe()} is no number: operators such as < + * do not know tensors. Use less, add, mul, …; for the number of a tensor with a value, item().`,
    )
  }
}

/** Node's console and `util.inspect` ask for the text of an object by this name. */
Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Tensor): string {
    return this.toString()
  },
})

/** A handle to anything, for a primitive with an opaque output: one content for each matrix of a stack, whose leading axes it has. */
export class Opaque extends Tensor {
  readonly contents: readonly unknown[]
  /** The application that made it, so that a graph which holds the handle as a constant can make it from the same tensors. */
  origin: HandleOrigin | undefined

  constructor(contents: readonly unknown[], leading: Shape = []) {
    super(leading, 'opaque', undefined)
    this.contents = contents
  }
}

/** An application of a primitive (which this file does not know) to plain tensors, and which of its results is meant. */
export interface HandleOrigin {
  readonly primitive: unknown
  readonly inputs: readonly Tensor[]
  readonly params: unknown
  readonly index: number
}

/** The type of an opaque output for a stack with these leading axes. */
export const opaqueType = (leading: Shape = []): TensorType => ({ shape: leading, dtype: 'opaque' })

class StructuralZero extends Tensor {
  override readonly isStructuralZero = true
  #zeros: Float64Array | undefined

  override get data(): Float64Array {
    return (this.#zeros ??= new Float64Array(lengthOf(this)))
  }
}

/** Zeros that are known to be zeros: a missing tangent or cotangent. Takes no memory until its data are read. */
export function zerosOfType({ shape, dtype }: TensorType): Tensor {
  return new StructuralZero(shape, dtype === 'opaque' ? 'float64' : dtype, undefined)
}

export function sizeOf(shape: Shape): number {
  let size = 1
  for (const length of shape) size *= length
  return size
}

/** Length of the `Float64Array` behind a tensor of this type. */
export function lengthOf({ shape, dtype }: TensorType): number {
  return sizeOf(shape) * (dtype === 'complex128' ? 2 : 1)
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false
  return true
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape)
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

export function showType({ shape, dtype }: TensorType): string {
  return `${dtype} ${showShape(shape)}`
}

function elementAt({ dtype, data }: Tensor, i: number): number | Complex {
  return dtype === 'complex128' ? { re: data[2 * i], im: data[2 * i + 1] } : data[i]
}

/** The tensor that `x` stands for; a number or a `{ re, im }` becomes one of shape []. */
export function toTensor(x: TensorLike, caller = 'tensor'): Tensor {
  if (x instanceof Tensor) return x
  if (typeof x === 'number') return new Tensor([], 'float64', Float64Array.of(x))
  if (isComplex(x)) return new Tensor([], 'complex128', Float64Array.of(x.re, x.im))
  throw new DtypeError(
    `${caller}: expected a Tensor, a number or a complex { re, im }, got ${describeValue(x)}. ` +
      'For arrays of numbers use tensor([...]).',
  )
}

/** What `x` is, for a message. */
export function describeValue(x: unknown): string {
  if (x === null) return 'null'
  if (x instanceof Tensor) return x.describe()
  if (Array.isArray(x)) return `an array of length ${x.length}`
  if (typeof x === 'object') return `an object with keys { ${Object.keys(x).slice(0, 4).join(', ')} }`
  if (typeof x === 'string') return `the string '${x.slice(0, 40)}'`
  if (typeof x === 'function') return 'a function'
  return typeof x === 'symbol' ? 'a symbol' : `${x as number | boolean | bigint | undefined}`
}

function shapeOfNested(values: Nested): number[] {
  const shape: number[] = []
  let level: Nested = values
  while (isList(level)) {
    shape.push(level.length)
    if (level.length === 0) break
    level = level[0]
  }
  return shape
}

const isList = (x: Nested): x is readonly Nested[] => Array.isArray(x)

/**
 * A tensor from nested arrays of numbers and `{ re, im }`; complex as soon as one element is.
 *
 * A `Float64Array` is taken as it is with `shape` (default one axis); with `dtype: 'complex128'` it holds (re, im) pairs.
 *
 * @throws ShapeError if the nesting is ragged or the length does not fit `shape`; DtypeError for anything but numbers.
 */
export function tensor(
  values: Nested | Float64Array | Tensor,
  { shape, dtype }: { readonly shape?: Shape; readonly dtype?: 'float64' | 'complex128' } = {},
): Tensor {
  if (values instanceof Tensor) return values
  if (values instanceof Float64Array) return fromFlat(values, shape, dtype ?? 'float64')
  const elements: (number | Complex)[] = []
  const found = shapeOfNested(values)
  collect(values, found, 0, elements)
  const isComplexTensor = dtype === 'complex128' || elements.some((x) => typeof x !== 'number')
  if (isComplexTensor && dtype === 'float64') {
    throw new DtypeError(
      `tensor: expected real numbers for dtype float64, got a complex one. Leave dtype out, or use real.`,
    )
  }
  const data = new Float64Array(elements.length * (isComplexTensor ? 2 : 1))
  elements.forEach((x, i) => {
    if (!isComplexTensor) data[i] = x as number
    else if (typeof x === 'number') data[2 * i] = x
    else data.set([x.re, x.im], 2 * i)
  })
  return fromFlat(data, shape ?? found, isComplexTensor ? 'complex128' : 'float64')
}

/** `shape` if it is one. */
export function requireShape(caller: string, shape: Shape): Shape {
  if (shape.every((length) => Number.isInteger(length) && length >= 0)) return shape
  throw new ArgumentError(
    `${caller}: a shape holds integers ≥ 0, got ${showShape(shape)}. Check the computation of its lengths.`,
  )
}

function fromFlat(data: Float64Array, shape: Shape | undefined, dtype: 'float64' | 'complex128'): Tensor {
  const elements = dtype === 'complex128' ? data.length / 2 : data.length
  if (!Number.isInteger(elements)) {
    throw new ShapeError(`tensor: complex data are pairs (re, im), got an odd number of numbers, ${data.length}.`)
  }
  const result = new Tensor(requireShape('tensor', shape ?? [elements]), dtype, data)
  if (lengthOf(result) !== data.length) {
    throw new ShapeError(`tensor: shape ${showShape(result.shape)} needs ${result.size} elements, got ${elements}.`)
  }
  return result
}

function collect(values: Nested, shape: Shape, axis: number, into: (number | Complex)[]): void {
  if (axis < shape.length) {
    if (!isList(values) || values.length !== shape[axis]) {
      throw new ShapeError(
        `tensor: expected ${shape[axis]} elements along axis ${axis} everywhere, got ${isList(values) ? values.length : 'a number'}. ` +
          'A tensor is rectangular.',
      )
    }
    for (const value of values) collect(value, shape, axis + 1, into)
    return
  }
  if (values instanceof Tensor) {
    if (values.isTraced) {
      throw new TracingError(
        'tensor: got a traced tensor; its derivative would be lost. Join traced tensors with stack([a, b]).',
      )
    }
    into.push(values.item())
  } else if (typeof values === 'number' || isComplex(values)) into.push(values)
  else if (isList(values)) {
    throw new ShapeError(
      `tensor: expected a number at axis ${axis} as in the first element, got a list of length ${values.length}. A tensor is rectangular.`,
    )
  } else throw new DtypeError(`tensor: expected numbers or { re, im }, got ${describeValue(values)}.`)
}
