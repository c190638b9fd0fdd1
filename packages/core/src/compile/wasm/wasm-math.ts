/**
 * sin and cos as WebAssembly functions, after fdlibm:
 *
 *   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun Microsystems, Inc. business.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */
import { kernelMemory } from '@cad/kernels'
import { ModuleBuilder } from './module-builder.ts'
import { f64, i32, type FunctionBuilder } from './wasm-writer.ts'

let built: WebAssembly.Exports | undefined

/**
 * `sin`, `cos`, and `sincos` for both of one number, built by the first call: fdlibm's series and its reduction by two parts of π/2, with
 * FreeBSD's form of the cosine. They are within one unit in the last place of `Math`, which they ask far from zero and next to multiples
 * of π/2.
 *
 * @see https://www.netlib.org/fdlibm (1993), k_sin.c, k_cos.c, e_rem_pio2.c
 */
export function wasmMath(): WebAssembly.Exports {
  built ??= build()
  return built
}

function build(): WebAssembly.Exports {
  const module = new ModuleBuilder()
  for (const wanted of ['sin', 'cos', 'sincos'] as const) emitFunction(module, wanted)
  const env = { memory: kernelMemory.shared(), sin: Math.sin, cos: Math.cos }
  return new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env }).exports
}

/** Up to here there is no reduction. */
const unreduced = Math.PI / 4

/** From here on `Math` is asked. The reduction would do up to 8e5; beyond, multiples of `halfPi` are no longer exact. */
const largest = 1e5

/** Where the reduced argument is smaller than this share of x, the two parts of π/2 lose bits. */
const smallestShare = 2 ** -16

const twoOverPi = 6.36619772367581382433e-1
/** π/2: its first 33 bits, of which a multiple is exact, and the rest. */
const halfPi = 1.57079632673412561417
const halfPiTail = 6.07710050650619224932e-11

/** Added to it, a number becomes an integer in the lower half of the sum. */
const roundingShift = 1.5 * 2 ** 52

/** sin r = r + S₁ r³ + S₂ r⁵ + … and cos r = 1 − r²/2 + C₁ r⁴ + C₂ r⁶ + … for |r| ≤ π/4, to 2⁻⁵⁸. */
const S1 = -1.66666666666666324348e-1
const S2toS6 = [
  8.33333333332248946124e-3, -1.98412698298579493134e-4, 2.75573137070700676789e-6, -2.50507602534068634195e-8,
  1.58969099521155010221e-10,
]
const C1toC6 = [
  4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
  2.0875723212981748279e-9, -1.13596475577881948265e-11,
]

/** Locals with y, y², and what y lacks of the true argument y + tail; without a tail it is exact. */
interface Argument {
  readonly y: number
  readonly square: number
  readonly tail?: number
}

type Wanted = 'sin' | 'cos' | 'sincos'

/** Leaves the sine, the cosine, or both, the sine first. */
function emitFunction(module: ModuleBuilder, wanted: Wanted): void {
  const code = module.function(wanted, [f64], wanted === 'sincos' ? [f64, f64] : [f64])
  const magnitude = code.local(f64)
  code.get(0).op('abs').tee(magnitude).float(unreduced).op('less')
  code.ifThen(() => {
    const argument = { y: 0, square: emitSquare(code, 0) }
    if (wanted !== 'cos') emitSmallSine(code, argument, magnitude)
    if (wanted !== 'sin') emitCosine(code, argument)
    code.return()
  })
  code.get(magnitude).float(largest).op('less')
  code.ifThen(() => emitReduced(code, wanted, magnitude))
  for (const name of ['sin', 'cos'] as const) {
    if (wanted === name || wanted === 'sincos') code.get(0).call(module.imports.function(name, [f64], [f64]))
  }
}

/** −0 and what is so small that r³ counts for nothing are their own sine. */
function emitSmallSine(code: FunctionBuilder, argument: Argument, magnitude: number): void {
  code.get(0)
  emitSine(code, argument)
  code
    .get(magnitude)
    .float(2 ** -27)
    .op('less')
    .select()
}

/** Returns, unless the reduced argument is too small. Both series are computed: the quadrant is rarely foreseen. */
function emitReduced(code: FunctionBuilder, wanted: Wanted, magnitude: number): void {
  const [y, tail, quadrant] = emitReduction(code, magnitude)
  const [sine, cosine] = [code.local(f64), code.local(f64)]
  code.get(magnitude).float(smallestShare).op('mul').get(y).op('abs').op('less')
  code.ifThen(() => {
    const argument = { y, square: emitSquare(code, y), tail }
    emitCosine(code, argument)
    code.set(cosine)
    emitSine(code, argument)
    code.set(sine)
    if (wanted !== 'cos') emitSineOfQuadrant(code, quadrant, [sine, cosine])
    if (wanted !== 'sin') {
      // cos x = sin(x + π/2), whatever the sign of x
      code.get(quadrant).int(1).intAdd().set(quadrant)
      emitSineOfQuadrant(code, quadrant, [sine, cosine], false)
    }
    code.return()
  })
}

/** sin(quadrant · π/2 + r), from sine and cosine of r; with the sign of x, if it has one. */
function emitSineOfQuadrant(
  code: FunctionBuilder,
  quadrant: number,
  [sine, cosine]: readonly [number, number],
  isOdd = true,
): void {
  code.get(cosine).get(sine).get(quadrant).int(1).intAnd().select()
  code.float(-1).float(1).get(quadrant).int(2).intAnd()
  if (isOdd) code.get(0).float(0).op('less').intShiftLeft(1).intXor()
  code.select().op('mul')
}

/** |x| = quadrant · π/2 + y + tail (Cody–Waite). */
function emitReduction(code: FunctionBuilder, magnitude: number): readonly [y: number, tail: number, quadrant: number] {
  const [turns, rest, correction] = [code.local(f64), code.local(f64), code.local(f64)]
  const [y, tail, quadrant] = [code.local(f64), code.local(f64), code.local(i32)]
  code.get(magnitude).float(twoOverPi).op('mul').float(roundingShift).op('add').tee(turns)
  code.lowWord().set(quadrant).get(turns).float(roundingShift).op('sub').set(turns)
  code.get(magnitude).get(turns).float(halfPi).op('mul').op('sub').set(rest)
  code.get(turns).float(halfPiTail).op('mul').set(correction)
  code.get(rest).get(correction).op('sub').set(y)
  code.get(rest).get(y).op('sub').get(correction).op('sub').set(tail)
  return [y, tail, quadrant]
}

function emitSquare(code: FunctionBuilder, y: number): number {
  const square = code.local(f64)
  code.get(y).get(y).op('mul').set(square)
  return square
}

/** Leaves the sine on the stack: y − ((y² (tail/2 − y³ r) − tail) − S₁ y³) with r = S₂ + S₃ y² + … */
function emitSine(code: FunctionBuilder, { y, square, tail }: Argument): void {
  const cube = code.local(f64)
  code.get(square).get(y).op('mul').set(cube)
  code.get(y)
  if (tail === undefined) {
    code.get(cube).float(S1).get(square)
    emitPolynomial(code, square, S2toS6)
    code.op('mul').op('add').op('mul').op('add')
    return
  }
  code.get(square).float(0.5).get(tail).op('mul').get(cube)
  emitPolynomial(code, square, S2toS6)
  code.op('mul').op('sub').op('mul').get(tail).op('sub').get(cube).float(S1).op('mul').op('sub').op('sub')
}

/** Leaves the cosine on the stack: w + (((1 − w) − y²/2) + (y⁴ (C₁ + …) − y tail)) with w = 1 − y²/2, which lacks what is added to it. */
function emitCosine(code: FunctionBuilder, { y, square, tail }: Argument): void {
  const [half, w] = [code.local(f64), code.local(f64)]
  code.get(square).float(0.5).op('mul').set(half)
  code.float(1).get(half).op('sub').tee(w)
  code.float(1).get(w).op('sub').get(half).op('sub').get(square).get(square)
  emitPolynomial(code, square, C1toC6)
  code.op('mul').op('mul')
  if (tail !== undefined) code.get(y).get(tail).op('mul').op('sub')
  code.op('add').op('add')
}

/** Leaves a₀ + a₁ x + a₂ x² + … on the stack, by Horner's rule. */
function emitPolynomial(code: FunctionBuilder, x: number, coefficients: readonly number[]): void {
  code.float(coefficients[coefficients.length - 1])
  for (const a of coefficients.slice(0, -1).reverse()) code.get(x).op('mul').float(a).op('add')
}
