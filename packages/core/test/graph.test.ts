import { randomComplex, maxDifference, relativeDifference } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { jit } from '../src/closed/jit.ts'
import { TracingError } from '../src/errors.ts'
import { grad, valueAndGrad } from '../src/transformations/grad.ts'
import { Node, Traced, freshInput, closeInputs } from '../src/graph.ts'
import { jvp } from '../src/transformations/jvp.ts'
import { linearize } from '../src/transformations/linearize.ts'
import { add, mul, sub } from '../src/ops/arithmetic.ts'
import { abs, abs2, conj, imag, real } from '../src/ops/conjugation.ts'
import { exp, sin } from '../src/ops/holomorphic.ts'
import { at } from '../src/ops/indexing.ts'
import { sum } from '../src/ops/reduction.ts'
import { stopGradient } from '../src/ops/stop-gradient.ts'
import { tensor, toTensor, type Tensor } from '../src/tensor.ts'
import { graphOf } from '../src/trace.ts'
import { vjp } from '../src/transformations/vjp.ts'
import { errorOf } from './error-of.ts'

type Scalar = (x: Tensor) => Tensor

const value = (x: Tensor): number => Number(x.item())

/** Nodes made while f runs: their serial numbers count them. */
function nodesMadeBy(f: () => unknown): number {
  const serial = (): number => {
    const input = freshInput(toTensor(0))
    closeInputs([input])
    return input.node.serial
  }
  const before = serial()
  f()
  return serial() - before - 1
}

describe('nested derivatives are not confused', () => {
  it.each<[string, () => Tensor, number]>([
    ['d/dx x·(d/dy (x + y)) = 1', () => grad((x: Tensor) => mul(x, grad((y: Tensor) => add(x, y))(1)))(1), 1],
    ['d/dx x·(d/dy (x y) at y = x) = 2x', () => grad((x: Tensor) => mul(x, grad((y: Tensor) => mul(x, y))(x)))(3), 6],
    ['d/dy of a constant is 0', () => grad((_: Tensor) => 0)(3), 0],
    ['d/dx (d/dy x) = 0', () => grad((x: Tensor) => grad((_: Tensor) => x)(x))(3), 0],
    [
      'd/dx of a jvp whose point and tangent are x: 2x³ ↦ 6x²',
      () => grad((x: Tensor) => jvp((y: Tensor) => mul(x, mul(y, y)))(x, x).tangent)(2),
      24,
    ],
    [
      'd/dx of a pullback whose seed is x: 2x² ↦ 4x',
      () => grad((x: Tensor) => vjp((y: Tensor) => mul(y, y))(x).pullback(x))(3),
      12,
    ],
    [
      'the same function twice over in one transformation',
      () => grad((x: Tensor) => add(grad((y: Tensor) => mul(x, y))(x), grad((y: Tensor) => mul(y, mul(x, y)))(2)))(5),
      5,
    ],
    [
      'd/dx of a jvp inside a jvp: d/dx [x ∂y (y² x)](1) at y = x',
      () => jvp((x: Tensor) => jvp((y: Tensor) => mul(mul(y, y), x))(x, 1).tangent)(3, 1).tangent,
      12,
    ],
  ])('%s', (_, f, expected) => expect(value(f())).toBe(expected))
})

/** f = Re(z² conj z) = |z|² Re z is not holomorphic: x³ + x y². */
const cubic: Scalar = (z) => real(mul(mul(z, z), conj(z)))

/** The third derivatives of x³ + x y² along (a, b), (c, d), (e, f): 6ace + 2(adf + bcf + bde). */
const third = ([a, b]: number[], [c, d]: number[], [e, f]: number[]): number =>
  6 * a * c * e + 2 * (a * d * f + b * c * f + b * d * e)

describe('third derivatives of a function that is not holomorphic', () => {
  const [z, u, v, w] = [
    { re: 0.7, im: -1.1 },
    { re: 1, im: 2 },
    { re: -0.5, im: 0.3 },
    { re: 0.2, im: -0.9 },
  ]
  const pairOf = ({ re, im }: { re: number; im: number }): number[] => [re, im]
  const expected = third(pairOf(u), pairOf(v), pairOf(w))
  const along =
    (f: Scalar, direction: { re: number; im: number }): Scalar =>
    (x) =>
      jvp(f)(x, direction).tangent
  const inner =
    (f: Scalar, direction: { re: number; im: number }): Scalar =>
    (x) =>
      sum(real(mul(conj(toTensor(direction)), grad(f)(x))))

  it.each<[string, Scalar]>([
    ['jvp of jvp of jvp', along(along(along(cubic, u), v), w)],
    ['grad of grad of grad', inner(inner(inner(cubic, u), v), w)],
    ['jvp of grad of jvp', along(inner(along(cubic, u), v), w)],
    ['grad of jvp of grad', inner(along(inner(cubic, u), v), w)],
    ['jvp of jvp of grad', along(along(inner(cubic, u), v), w)],
    ['grad of grad of jvp', inner(inner(along(cubic, u), v), w)],
  ])('are the same by %s', (_, f) => {
    expect(Math.abs(value(f(toTensor(z))) - expected)).toBeLessThan(1e-14) // a polynomial: a few ε of numbers below 10
  })

  it('agree with differences of second ones for a transcendental function', () => {
    const g: Scalar = (x) => mul(abs2(exp(x)), abs(sin(x)))
    const second = along(along(g, u), v)
    const h = 1e-4
    const moved = (step: number): number => value(second(add(z, mul(step, w))))
    const differences = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
    // Five points with h = 1e-4: h⁴ f⁽⁷⁾ and ε f″/h are both near 1e-10 relative
    for (const f of [along(second, w), inner(inner(inner(g, w), v), u)])
      expect(Math.abs(value(f(toTensor(z))) / differences - 1)).toBeLessThan(1e-8)
  })
})

describe('modes', () => {
  const f = (z: Tensor): Tensor => mul(abs2(z), conj(exp(z)))
  const z = randomComplex([3], 1)
  const [dz, w, dw] = [randomComplex([3], 2), randomComplex([3], 3), randomComplex([3], 4)]

  it('nest: jvp of a vjp is the vjp of the jvp with respect to its point', () => {
    // ⟨w, D²f(dz, u)⟩ as a function of u, once by forward over reverse, once by reverse over forward
    const forwardOverReverse = jvp((x: Tensor) => vjp(f)(x).pullback(w))(z, dz).tangent
    const reverseOverForward = vjp((x: Tensor) => jvp(f)(x, dz).tangent)(z).pullback(w)
    expect(relativeDifference(forwardOverReverse, reverseOverForward)).toBeLessThan(1e-14) // the same sums in another order
  })

  it('nest with seeds that are differentiated themselves', () => {
    const pulled = jvp((seed: Tensor) => vjp(f)(z).pullback(seed))(w, dw).tangent
    expect(maxDifference(pulled, vjp(f)(z).pullback(dw))).toBeLessThan(1e-15) // linear in the seed
  })
})

describe('history', () => {
  it('is not kept over a descent of 1000 gradients', () => {
    const loss: Scalar = (z) => sum(abs2(sub(mul(z, z), { re: 0, im: 2 })))
    let z: Tensor = tensor([{ re: 0.5, im: 0.2 }])
    const made: number[] = []
    for (let step = 0; step < 1000; step++) {
      made.push(
        nodesMadeBy(() => {
          z = sub(z, mul(0.05, grad(loss)(z)))
        }),
      )
      expect(z).not.toBeInstanceOf(Traced)
    }
    expect(new Set(made).size).toBe(1)
    expect(made[0]).toBeLessThan(10) // copy, mul, sub, abs2, sum: the backward pass of a first gradient makes no nodes
    expect(maxDifference(z, tensor([{ re: 1, im: 1 }]))).toBeLessThan(1e-12) // linear convergence, factor 0.2 a step
  })

  it('leaves values, tangents, pullbacks and gradients plain', () => {
    const both = valueAndGrad((x: Tensor) => mul(x, x))(3)
    const pushed = jvp((x: Tensor) => ({ x, y: [mul(x, x)] }))(3, 1)
    const pulled = vjp((x: Tensor) => mul(x, x))(3)
    const line = linearize((x: Tensor) => mul(x, x))(3)
    const all = [both.value, both.gradient, pushed.value.x, pushed.value.y[0], pushed.tangent.x, pushed.tangent.y[0]]
    for (const x of [...all, pulled.value, pulled.pullback(1), line.value, line.pushforward(1), line.pullback(1)])
      expect(x.isTraced).toBe(false)
  })

  it.each([200, 400, 800])('makes inner gradients cost their own nodes alone: %d of them', (count) => {
    const loop =
      (n: number) =>
      (x: Tensor): Tensor => {
        let s = sin(x)
        for (let k = 0; k < n; k++) s = sin(add(s, mul(0.1, grad((y: Tensor) => mul(s, y))(1))))
        return s
      }

    const one = nodesMadeBy(() => grad(loop(1))(0.3))
    const two = nodesMadeBy(() => grad(loop(2))(0.3))
    expect(nodesMadeBy(() => grad(loop(count))(0.3))).toBe(one + (count - 1) * (two - one))
  })

  it('is not walked by an inner gradient', () => {
    let looks = 0
    grad((x: Tensor) => {
      let s = x
      for (let k = 0; k < 100; k++) {
        s = sin(s)
        const { node } = s as Traced
        const { inputs } = node
        Object.defineProperty(node, 'inputs', { get: () => (looks++, inputs) })
      }
      looks = 0
      const inner = grad((y: Tensor) => mul(s, mul(y, y)))(s)
      expect(looks).toBe(0)
      return inner
    })(0.5)
    expect(looks).toBeGreaterThanOrEqual(100) // the outer gradient does walk it
  })

  it('ends with a transformation that throws', () => {
    let leak: Tensor | undefined
    const failing = (x: Tensor): Tensor => {
      leak = mul(x, 2)
      throw new RangeError('stop')
    }
    expect(errorOf(() => grad(failing)(1))).toBeInstanceOf(RangeError)
    expect(errorOf(() => jit(failing)(toTensor(1)))).toBeInstanceOf(RangeError)
    grad((x: Tensor) => (leak = mul(x, 2)))(1)
    expect(add(leak!, 1).item()).toBe(3) // nothing is open: its value
  })
})

/** A traced tensor of a transformation that has ended. */
function leaked(): Tensor {
  let leak: Tensor | undefined
  grad((x: Tensor) => (leak = sin(x)))(0.5)
  return leak!
}

describe('a traced tensor of a transformation that has ended', () => {
  const expectRefusal = (f: () => unknown): void => {
    const error = errorOf(f)
    expect(error).toBeInstanceOf(TracingError)
    expect(error.message).toMatch(/has ended .*silently be zero.*stopGradient\(x\)/)
  }

  it('is its value when nothing is open', () => {
    const leak = leaked()
    expect(add(leak, 1).item()).toBe(Math.sin(0.5) + 1)
    expect(add(leak, 1).isTraced).toBe(false)
    expect(leak.item()).toBe(Math.sin(0.5))
    expect(grad((x: Tensor) => mul(x, x))(leak).item()).toBe(2 * Math.sin(0.5))
    expect(jit((x: Tensor) => mul(x, x))(leak).item()).toBe(Math.sin(0.5) ** 2)
  })

  it('is refused in a memo, the second time that the loss is differentiated', () => {
    let memo: Tensor | undefined
    const loss = (p: Tensor): Tensor => {
      memo ??= sin(p)
      return mul(memo, memo)
    }
    expect(value(grad(loss)(0.5))).toBeCloseTo(Math.sin(1), 15)
    expectRefusal(() => grad(loss)(0.5))
    expect(value(loss(toTensor(7)))).toBeCloseTo(Math.sin(0.5) ** 2, 15)
  })

  it('is refused as the result itself, which no operation sees', () => {
    let memo: Tensor | undefined
    const loss = (p: Tensor): Tensor => (memo ??= sin(p))
    grad(loss)(0.5)
    expectRefusal(() => grad(loss)(0.5))
    expectRefusal(() => jvp(loss)(0.5, 1))
    expectRefusal(() => vjp((x: Tensor) => [x, memo!])(0.5))
    expectRefusal(() => linearize(loss)(0.5))
    expectRefusal(() => jit(loss)(toTensor(0.5)))
  })

  it.each<[string, (x: Tensor, leak: Tensor) => Tensor]>([
    ['an operation', (x, leak) => mul(x, leak)],
    ['the point of an inner gradient', (x, leak) => mul(x, grad((y: Tensor) => mul(y, y))(leak))],
    ['the closure of an inner gradient', (x, leak) => mul(x, grad((y: Tensor) => mul(y, leak))(x))],
    ['the tangent of an inner jvp', (x, leak) => jvp((y: Tensor) => mul(y, y))(x, leak).tangent],
    ['the cotangent of an inner pullback', (x, leak) => vjp((y: Tensor) => mul(y, y))(x).pullback(leak)],
    ['the argument of a compiled function', (x, leak) => mul(x, jit((y: Tensor) => mul(y, y))(leak))],
  ])('is refused inside another transformation as %s', (_, f) => {
    const leak = leaked()
    expectRefusal(() => grad((x: Tensor) => f(x, leak))(2))
  })

  it('leaves nothing open when it is refused among several inputs', () => {
    const leak = leaked()
    expectRefusal(() =>
      grad((x: Tensor) => add(x, grad(({ a, b }: { a: Tensor; b: Tensor }) => mul(a, b))({ a: 1, b: leak }).a))(2),
    )
    expect(add(leak, 0).item()).toBe(Math.sin(0.5))
  })

  it('is a constant where stopGradient says so', () => {
    const leak = leaked()
    expect(grad((x: Tensor) => mul(x, stopGradient(leak)))(2).item()).toBe(Math.sin(0.5))
    const inner = grad((x: Tensor) => mul(x, grad((y: Tensor) => mul(y, stopGradient(leak)))(x)))
    expect(inner(2).item()).toBe(Math.sin(0.5))
  })
})

describe('a pullback', () => {
  it('may be used inside a later transformation, as the linear map that it is', () => {
    const { pullback } = vjp((x: Tensor) => mul(x, x))(3)
    expect(grad((w: Tensor) => mul(w, pullback(w)))(5).item()).toBe(2 * 6 * 5)
  })

  it('that was made inside an outer transformation depends on its argument', () => {
    // x ↦ pullback(1) of y ↦ x y² at y = x is 2x²
    expect(grad((x: Tensor) => vjp((y: Tensor) => mul(x, mul(y, y)))(x).pullback(1))(3).item()).toBe(12)
  })
})

describe('values', () => {
  it('may steer ordinary control flow inside grad, jvp and vjp', () => {
    const relu = (x: Tensor): Tensor => (value(x) > 0 ? mul(x, x) : mul(-1, x))
    expect(grad(relu)(3).item()).toBe(6)
    expect(grad(relu)(-3).item()).toBe(-1)
    expect(grad((x: Tensor) => grad(relu)(x))(3).item()).toBe(2)
  })

  it('are missing where a function is only traced', () => {
    const text: string[] = []
    const graph = graphOf(([x]) => [text.push(String(x)) > 0 ? mul(x, x) : x], [toTensor(1)])
    expect(text).toEqual(['Tensor(float64, shape [], without a value yet)'])
    expect(graph.nodes).toHaveLength(1)
    expect(graph.nodes[0]).toBeInstanceOf(Node)
    const error = errorOf(() => add(graph.outputs[0], 1))
    expect(error).toBeInstanceOf(TracingError)
    expect(error.message).toMatch(
      /^add: asked for the value of a float64 tensor of shape \[\] that is only being traced/,
    )
  })

  it('of parts of an argument keep their derivative', () => {
    const f = (z: Tensor): Tensor => mul(at(z, 0), imag(at(z, 1)))
    expect(jvp(f)(tensor([2, { re: 0, im: 3 }]), tensor([1, { re: 0, im: 1 }])).tangent.item()).toEqual({
      re: 5,
      im: 0,
    })
  })
})
