// Chapter 2: arithmetic of pairs.

type Pair = readonly [re: number, im: number]

const plus = ([a, b]: Pair, [c, d]: Pair): Pair => [a + c, b + d]
const times = ([a, b]: Pair, [c, d]: Pair): Pair => [a * c - b * d, a * d + b * c]
const conjugate = ([a, b]: Pair): Pair => [a, -b]
const inverse = ([a, b]: Pair): Pair => [a / (a * a + b * b), -b / (a * a + b * b)]
const exponential = ([a, b]: Pair): Pair => [Math.exp(a) * Math.cos(b), Math.exp(a) * Math.sin(b)]
const logarithm = ([a, b]: Pair): Pair => [Math.log(Math.hypot(a, b)), Math.atan2(b, a)]

// Chapter 5: values that remember how they were made, and forward mode.

/** ∂w/∂z and ∂w/∂z̄ of an operation with respect to one input; a missing one is zero. */
type Partials = { readonly dz?: Value; readonly dzbar?: Value }

/** A complex number, the values it was computed from, and the partials with respect to each, made when asked for. */
type Value = {
  readonly serial: number
  readonly pair: Pair
  readonly inputs: readonly Value[]
  readonly partials: (w: Value) => readonly Partials[]
}

let made = 0
const value = (pair: Pair, inputs: readonly Value[] = [], partials: Value['partials'] = () => []): Value => {
  made += 1
  return { serial: made, pair, inputs, partials }
}

const complex = (re: number, im = 0): Value => value([re, im])
const copy = (z: Value): Value => value(z.pair, [z], () => [{ dz: complex(1) }])
const add = (a: Value, b: Value): Value =>
  value(plus(a.pair, b.pair), [a, b], () => [{ dz: complex(1) }, { dz: complex(1) }])
const mul = (a: Value, b: Value): Value => value(times(a.pair, b.pair), [a, b], () => [{ dz: b }, { dz: a }])
const neg = (z: Value): Value => mul(complex(-1), z)
const reciprocal = (z: Value): Value => value(inverse(z.pair), [z], (w) => [{ dz: neg(mul(w, w)) }])
const exp = (z: Value): Value => value(exponential(z.pair), [z], (w) => [{ dz: w }])
const log = (z: Value): Value => value(logarithm(z.pair), [z], () => [{ dz: reciprocal(z) }])
const conj = (z: Value): Value => value(conjugate(z.pair), [z], () => [{ dzbar: complex(1) }])
const abs = (z: Value): Value =>
  value([Math.hypot(...z.pair), 0], [z], (w) => {
    const half = mul(complex(0.5), mul(z, reciprocal(w))) // |z| = √(z z̄):  ∂|z|/∂z = z̄/(2|z|),  ∂|z|/∂z̄ = z/(2|z|)
    return [{ dz: conj(half), dzbar: half }]
  })

type ComplexFunction = (...z: Value[]) => Value

/** Runs f on fresh copies of z and lists all that was made on the way to its result, oldest first. */
function record(f: ComplexFunction, z: readonly Value[]): { inputs: Value[]; output: Value; path: Value[] } {
  const oldest = made
  const inputs = z.map(copy)
  const output = f(...inputs)
  const found = new Set<Value>()
  const visit = (v: Value): void => {
    if (v.serial <= oldest || found.has(v)) return
    found.add(v)
    v.inputs.forEach(visit)
  }
  visit(output)
  return { inputs, output, path: [...found].sort((v, w) => v.serial - w.serial) }
}

/** Adds a term to what is known of v, if there is a term. */
function accumulate(known: Map<Value, Value>, v: Value, term: Value | undefined): void {
  const before = known.get(v)
  if (term !== undefined) known.set(v, before === undefined ? term : add(before, term))
}

/** The directional derivative of f at z along zDot: one pass in the order of evaluation. */
function jvp(f: ComplexFunction, z: readonly Value[], zDot: readonly Value[]): Value {
  const { inputs, output, path } = record(f, z)
  const dots = new Map(inputs.map((x, i) => [x, zDot[i]]))
  for (const w of path) {
    if (!w.inputs.some((x) => dots.has(x))) continue
    w.partials(w).forEach(({ dz, dzbar }, i) => {
      const dot = dots.get(w.inputs[i])
      accumulate(dots, w, dz && dot && mul(dz, dot))
      accumulate(dots, w, dzbar && dot && mul(dzbar, conj(dot)))
    })
  }
  return dots.get(output) ?? complex(0)
}

// Chapter 6: reverse mode.

/** The adjoint of zDot ↦ jvp(f, z, zDot), applied to wBar: one pass against the order of evaluation. */
function vjp(f: ComplexFunction, z: readonly Value[], wBar: Value): Value[] {
  const { inputs, output, path } = record(f, z)
  const bars = new Map([[output, wBar]])
  for (const w of path.toReversed()) {
    const bar = bars.get(w)
    if (bar === undefined) continue
    w.partials(w).forEach(({ dz, dzbar }, i) => {
      accumulate(bars, w.inputs[i], dz && mul(conj(dz), bar))
      accumulate(bars, w.inputs[i], dzbar && mul(dzbar, conj(bar)))
    })
  }
  return inputs.map((x) => bars.get(x) ?? complex(0))
}

/** The gradient ∂L/∂Re z + i ∂L/∂Im z of a real L, one for each argument. */
const grad = (L: ComplexFunction, z: readonly Value[]): Value[] => vjp(L, z, complex(1))

export { abs, add, complex, conj, exp, grad, jvp, log, mul, neg, reciprocal, vjp, type Value }
