/**
 * The implicit midpoint rule by the same seam as the explicit methods: Y = y + (h/2) k, k = f(t + h/2, Y), y₁ = y + h k. No part of the
 * package: it shows that steppers, walks, sweeps and times do not know what a step is.
 */
import type { Direction, Field, FieldAt, Vector } from '../src/field.ts'
import type { Method } from '../src/index.ts'
import type {
  AdjointSweep,
  Bars,
  Dots,
  SavedHere,
  SecondBars,
  SecondDots,
  SecondSweep,
  StepPlace,
  Stepper,
  StepSweep,
  Walk,
} from '../src/methods/stepper.ts'
import { HostMemory } from '../src/trajectory.ts'

type Matrix = readonly Float64Array[]

/** Solves A x = b by elimination with pivots; A is given by its columns. */
function solved(columns: Matrix, b: Float64Array): Float64Array {
  const n = b.length
  const rows = Array.from({ length: n }, (_, i) => Float64Array.from([...columns.map((column) => column[i]), b[i]]))
  for (let k = 0; k < n; k++) {
    const pivot = rows.reduce((best, row, i) => (i >= k && Math.abs(row[k]) > Math.abs(rows[best][k]) ? i : best), k)
    ;[rows[k], rows[pivot]] = [rows[pivot], rows[k]]
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k]
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j]
    }
  }
  const x = new Float64Array(n)
  for (let k = n - 1; k >= 0; k--) {
    x[k] = rows[k][n]
    for (let j = k + 1; j < n; j++) x[k] -= rows[k][j] * x[j]
    x[k] /= rows[k][k]
  }
  return x
}

const transposed = (columns: Matrix): Matrix => columns.map((_, i) => Float64Array.from(columns, (column) => column[i]))
const vector = (data: Float64Array, at = 0): Vector => ({ data, at })
const plus = (x: Float64Array, factor: number, y: Float64Array): Float64Array =>
  x.map((value, i) => value + factor * y[i])

/** f, its derivatives and I − (h/2) J at the middle of a step. */
class Middle {
  readonly n: number
  readonly t: number
  readonly Y: Float64Array
  readonly #f: FieldAt
  readonly #h: number

  constructor(f: FieldAt, at: Pick<StepPlace, 't' | 'h' | 'earliest' | 'latest'>, Y: Float64Array) {
    this.n = f.field.state.doubles
    this.t = Math.min(at.latest, Math.max(at.earliest, at.t + at.h / 2))
    this.Y = Y
    this.#f = f
    this.#h = at.h
  }

  slope(): Float64Array {
    return this.#filled((out) => this.#f.value(this.t, vector(this.Y), out))
  }

  direction(y: Float64Array, p: Float64Array): Direction {
    return { y: vector(y), p, t: 0 }
  }

  push(direction: Direction): Float64Array {
    return this.#filled((out) => this.#f.jvp(this.t, vector(this.Y), direction, out))
  }

  bend(u: Direction, v: Direction): Float64Array {
    return this.#filled((out) => this.#f.jvpOfJvp(this.t, vector(this.Y), [u, v], out))
  }

  /** Cotangents of the state; those of the parameters are added to p. */
  pull(w: Float64Array, p: Float64Array): Float64Array {
    return this.#filled((y) => this.#f.vjp(this.t, vector(this.Y), vector(w), { y, p }))
  }

  pullBend(u: Direction, w: Float64Array, p: Float64Array): Float64Array {
    return this.#filled((y) => this.#f.vjpOfJvp(this.t, vector(this.Y), [u, vector(w)], { y, p }))
  }

  /** I − (h/2) J, by its columns; the real Jacobian of what may not be holomorphic. */
  matrix(): Matrix {
    const still = new Float64Array(this.#f.p.length)
    return Array.from({ length: this.n }, (_, j) => {
      const unit = new Float64Array(this.n)
      unit[j] = 1
      return plus(unit, -this.#h / 2, this.push(this.direction(unit, still)))
    })
  }

  #filled(write: (out: Vector) => void): Float64Array {
    const out = new Float64Array(this.n)
    write(vector(out))
    return out
  }
}

/** State number i of a step: y, Y, y₁. */
function read({ field: { state } }: FieldAt, { data, base }: StepPlace, i: number): Float64Array {
  const start = base + i * state.width
  return data.slice(start, start + state.doubles)
}

const middleOf = (f: FieldAt, at: StepPlace): Middle => new Middle(f, at, read(f, at, 1))

/** What is saved in a step, and where it is found or goes. */
type Saves = readonly [readonly SavedHere[], Float64Array | undefined]

/** y + x h k, and its derivatives k and 0. */
function save({ h }: StepPlace, y: Float64Array, k: Float64Array, [list, saved]: Saves): void {
  for (const { fraction, derivative, at } of list) {
    saved!.set(derivative === 0 ? plus(y, fraction * h, k) : derivative === 1 ? k : new Float64Array(k.length), at)
  }
}

/** Cotangents of y and k from those of saves, or of their first derivatives. */
function unsave({ h }: StepPlace, n: number, [list, saved]: Saves, derivative: 0 | 1) {
  let [y, k] = [new Float64Array(n) as Float64Array, new Float64Array(n) as Float64Array]
  for (const { fraction, at } of saved === undefined ? [] : list) {
    const bar = saved!.slice(at, at + n)
    if (derivative === 0) y = plus(y, 1, bar)
    k = plus(k, derivative === 0 ? fraction * h : 1, bar)
  }
  return { y, k }
}

class MidpointWalk implements Walk {
  evaluations = 0
  readonly target = { target: 'js' } as const
  readonly #f: FieldAt
  #slope: Float64Array = new Float64Array(0)

  constructor(f: FieldAt) {
    this.#f = f
  }

  restart(): boolean {
    return true
  }

  firstStep(): number {
    return NaN
  }

  attempt(at: StepPlace): number {
    const { width } = this.#f.field.state
    const y = read(this.#f, at, 0)
    let Y: Float64Array = y.slice()
    for (let iteration = 0; iteration < 20; iteration++) {
      const middle = new Middle(this.#f, at, Y)
      this.#slope = middle.slope()
      this.evaluations++
      const residual = plus(plus(Y, -1, y), -at.h / 2, this.#slope)
      Y = plus(Y, -1, solved(middle.matrix(), residual))
      if (Math.hypot(...residual) < 1e-15) break
    }
    this.#slope = new Middle(this.#f, at, Y).slope()
    at.data.set(Y, at.base + width)
    at.data.set(plus(y, at.h, this.#slope), at.base + 2 * width)
    return 0
  }

  save(at: StepPlace, saves: readonly SavedHere[], saved: Float64Array): void {
    save(at, read(this.#f, at, 0), this.#slope, [saves, saved])
  }

  accept(): void {}
}

/** (I − (h/2) J) k̇ = J ẏ + f_p ṗ */
const tangent =
  (f: FieldAt, { y, p }: Dots): StepSweep =>
  (at, saves, saved) => {
    const middle = middleOf(f, at)
    const k = solved(middle.matrix(), middle.push(middle.direction(y, p)))
    save(at, y, k, [saves, saved])
    y.set(plus(y, at.h, k))
  }

/** (I − (h/2) J)⋆ k̄ = h ȳ₁ + saves; ȳ = ȳ₁ + J⋆ k̄, p̄ += f_p⋆ k̄ */
const adjoint = (f: FieldAt, { y, p }: Bars): AdjointSweep => ({
  step: (at, saves, saved) => {
    const middle = middleOf(f, at)
    const bars = unsave(at, middle.n, [saves, saved], 0)
    const k = solved(transposed(middle.matrix()), plus(bars.k, at.h, y))
    y.set(plus(plus(y, 1, middle.pull(k, p)), 1, bars.y))
  },
  end: () => undefined,
})

/** (I − (h/2) J) k̈ = J z + f″[U, V] */
const tangentOfTangent =
  (f: FieldAt, { u, v, y }: SecondDots): StepSweep =>
  (at, saves, saved) => {
    const middle = middleOf(f, at)
    const A = middle.matrix()
    const still = new Float64Array(u.p.length)
    const [ku, kv] = [u, v].map((dots) => solved(A, middle.push(middle.direction(dots.y, dots.p))))
    const U = middle.direction(plus(u.y, at.h / 2, ku), u.p)
    const V = middle.direction(plus(v.y, at.h / 2, kv), v.p)
    const k = solved(A, plus(middle.push(middle.direction(y, still)), 1, middle.bend(U, V)))
    save(at, y, k, [saves, saved])
    u.y.set(plus(u.y, at.h, ku))
    v.y.set(plus(v.y, at.h, kv))
    y.set(plus(y, at.h, k))
  }

/** (I − (h/2) J)⋆ k̄̇ = h ȳ̇₁ + saves + (h/2) C with C = grad_Y ⟨k̄, J U⟩; ȳ̇ = ȳ̇₁ + J⋆ k̄̇ + C */
const tangentOfAdjoint =
  (f: FieldAt, { u, bars, dots }: SecondBars): SecondSweep =>
  (at, saves, saved, changes) => {
    const middle = middleOf(f, at)
    const A = middle.matrix()
    const ku = solved(A, middle.push(middle.direction(u.y, u.p)))
    const U = middle.direction(plus(u.y, at.h / 2, ku), u.p)
    const given = unsave(at, middle.n, [saves, saved], 0)
    const moved = unsave(at, middle.n, [saves, changes], 1)
    const k = solved(transposed(A), plus(given.k, at.h, bars.y))
    const C = middle.pullBend(U, k, dots.p)
    const change = solved(transposed(A), plus(plus(moved.k, at.h, dots.y), at.h / 2, C))
    dots.y.set(plus(plus(plus(dots.y, 1, middle.pull(change, dots.p)), 1, C), 1, moved.y))
    bars.y.set(plus(plus(bars.y, 1, middle.pull(k, bars.p)), 1, given.y))
  }

const stepperOf = ({ state }: Field): Stepper => ({
  stride: 2 * state.width,
  begin: (f) => new MidpointWalk(f),
  memory: () => new HostMemory(),
  interpolate: (f) => (at, saves, saved) => save(at, read(f, at, 0), middleOf(f, at).slope(), [saves, saved]),
  tangent,
  adjoint,
  tangentOfTangent,
  tangentOfAdjoint,
})

const steppers = new WeakMap<Field, Stepper>()

export const implicitMidpoint: Method = {
  name: 'implicitMidpoint',
  interned: Symbol('implicit midpoint'),
  order: 2,
  errorOrder: undefined,
  kinds: ['general'],
  prepare: (field) => {
    let stepper = steppers.get(field)
    if (stepper === undefined) steppers.set(field, (stepper = stepperOf(field)))
    return stepper
  },
}
