import {
  abs2,
  add,
  complex,
  cos,
  DerivativeError,
  grad,
  hvp,
  jit,
  jvp,
  linearize,
  mul,
  real,
  reshape,
  stopGradient,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
} from '@cad/core'
import { graphOf, Traced, type Graph } from '@cad/core/compiler'
import { describe, expect, it } from 'vitest'
import { discreteAdjoint, rk4, solveIvp, type Adjoint } from '../src/index.ts'
import { inner, numbers, randomTensor, relativeError } from './problems.ts'
import { tracedRungeKutta } from './traced-runge-kutta.ts'

/** The primitives that a derivative with values has recorded between p and the result of f. */
function tapeOf(f: (p: Tensor) => Tensor, p: Tensor): string[] {
  const nodes = new Set<Traced['node']>()
  const visit = (x: Tensor): void => {
    if (!(x instanceof Traced) || nodes.has(x.node)) return
    nodes.add(x.node)
    x.node.inputs.forEach(visit)
  }
  vjp((q: Tensor) => {
    const result = f(q)
    visit(result)
    return result
  })(p)
  return names({ nodes: [...nodes] })
}

const names = ({ nodes }: Pick<Graph, 'nodes'>): string[] => nodes.map(({ primitive }) => primitive.name)

/** Loss of z' = p z − |z|² z with the parameter p in `args`, … */
const throughArgs =
  (steps = 50) =>
  (p: Tensor): Tensor =>
    lossOf(
      solveIvp<Tensor>((_t, z, q) => add(mul(q, z), mul(mul(-1, abs2(z)), z)), [0, 2], complex(0.4, 0.1), {
        args: p,
        method: rk4,
        firstStep: 2 / steps,
      }).ys,
    )

/** … or caught in the closure. */
const throughClosure = (p: Tensor): Tensor =>
  lossOf(
    solveIvp((_t, z) => add(mul(p, z), mul(mul(-1, abs2(z)), z)), [0, 2], complex(0.4, 0.1), {
      method: rk4,
      firstStep: 2 / 50,
    }).ys,
  )

const lossOf = (ys: Tensor): Tensor => add(sum(abs2(ys)), real(sum(ys)))
const p0 = complex(0.3, 1.2)
const expected = numbers(grad(throughArgs())(p0))

describe('a solve in a graph', () => {
  it('is one node among the few of its loss, however many steps it takes', () => {
    const tapes = [10, 1000].map((steps) => tapeOf(throughArgs(steps), p0))
    for (const tape of tapes) expect(tape.filter((name) => name.startsWith('solveIvp'))).toEqual(['solveIvp'])
    expect(tapes[1]).toEqual(tapes[0])
    expect(tapes[0].length).toBeLessThanOrEqual(9) // the input, the solve, and the sums of the loss
  })

  it('is one node when it is traced without values', () => {
    const graph = graphOf(([p]) => [throughArgs()(p)], [p0])
    expect(names(graph).filter((name) => name === 'solveIvp')).toHaveLength(1)
    expect(graph.nodes.length).toBeLessThanOrEqual(8)
  })

  it('has a gradient of one node more, its adjoint', () => {
    const graph = graphOf(([p]) => [grad(throughArgs())(p)], [p0])
    expect(names(graph).filter((name) => name.startsWith('solveIvp'))).toEqual(['solveIvp', 'solveIvpAdjoint'])
    expect(graph.nodes.length).toBeLessThanOrEqual(20)
  })

  it('has a jvp of one node more, its tangent', () => {
    const graph = graphOf(([p, dp]) => [jvp(throughArgs())(p, dp).tangent], [p0, p0])
    expect(names(graph).filter((name) => name.startsWith('solveIvp'))).toEqual(['solveIvp', 'solveIvpTangent'])
  })

  it('leaves no trace of the adjoint when nothing depends on it', () => {
    const graph = graphOf(([p]) => [grad((q: Tensor) => throughArgs()(stopGradient(q)))(p)], [p0])
    expect(names(graph)).not.toContain('solveIvpAdjoint')
  })
})

describe('a captured variable', () => {
  it('has the gradient of the same variable in args', () => {
    expect(relativeError(grad(throughClosure)(p0), expected)).toBeLessThan(1e-14)
  })

  it('and one in args may stand side by side', () => {
    const both = ({ a, b }: { a: Tensor; b: Tensor }): Tensor =>
      lossOf(
        solveIvp<Tensor>(
          (_t, z, q) => add(mul(mul(0.5, add(q, b)), z), mul(mul(-1, abs2(z)), z)),
          [0, 2],
          complex(0.4, 0.1),
          {
            args: a,
            method: rk4,
            firstStep: 2 / 50,
          },
        ).ys,
      )
    const { a, b } = grad(both)({ a: p0, b: p0 })
    const half = expected.map((x) => x / 2)
    expect(relativeError(a, half)).toBeLessThan(1e-14)
    expect(relativeError(b, half)).toBeLessThan(1e-14)
  })

  it('may be the same tensor as one in args', () => {
    const twice = (p: Tensor): Tensor =>
      lossOf(
        solveIvp<Tensor>(
          (_t, z, q) => add(mul(mul(0.5, add(q, p)), z), mul(mul(-1, abs2(z)), z)),
          [0, 2],
          complex(0.4, 0.1),
          {
            args: p,
            method: rk4,
            firstStep: 2 / 50,
          },
        ).ys,
      )
    expect(relativeError(grad(twice)(p0), expected)).toBeLessThan(1e-14)
  })

  it('is differentiated through what is computed from it, inside and outside the right-hand side', () => {
    const inside = (w: Tensor): Tensor =>
      lossOf(solveIvp((t, z) => mul(complex(0, mul(cos(t), mul(w, w))), z), [0, 1], complex(1)).ys)
    const outside = (w: Tensor): Tensor => {
      const square = mul(w, w)
      return lossOf(solveIvp((t, z) => mul(complex(0, mul(cos(t), square)), z), [0, 1], complex(1)).ys)
    }
    const w = tensor(0.8)
    const [a, b] = [grad(inside)(w), grad(outside)(w)]
    expect(relativeError(a, numbers(b))).toBeLessThan(1e-13)
    // z(1) = e^{i w² sin 1}: d Re z/dw = −2 w sin 1 sin(w² sin 1), to 100 rtol.
    expect(relativeError(a, [-2 * 0.8 * Math.sin(1) * Math.sin(0.64 * Math.sin(1))])).toBeLessThan(1e-4)
  })

  it('that is marked as a constant needs no second derivative', () => {
    const inside = (p: Tensor): Tensor => {
      const stopped = stopGradient(p)
      const byY = grad((y: Tensor) => lossOf(solveIvp((_t, z) => mul(stopped, z), [0, 1], y).ys))(complex(1))
      return mul(real(p), sum(abs2(byY)))
    }
    const found = grad(inside)(complex(0.2, 1))
    const byY = grad((y: Tensor) => lossOf(solveIvp((_t, z) => mul(complex(0.2, 1), z), [0, 1], y).ys))(complex(1))
    expect(relativeError(found, [inner(byY, byY), 0])).toBeLessThan(1e-14)
  })
})

describe('a solve inside jit', () => {
  it('has the value and the gradient of one outside, whichever is around which', () => {
    const { value } = valueAndGrad(throughArgs())(p0)
    expect(relativeError(jit(throughArgs())(p0), numbers(value))).toBeLessThan(1e-14)
    for (const loss of [throughArgs(), throughClosure]) {
      expect(relativeError(jit(grad(loss))(p0), expected)).toBeLessThan(1e-14)
      expect(relativeError(grad(jit(loss))(p0), expected)).toBeLessThan(1e-14)
    }
  })

  it('serves other arguments with the same compiled function', () => {
    const compiled = jit(grad(throughClosure))
    for (const p of [p0, complex(-0.2, 0.4), complex(0.1, 2)]) {
      expect(relativeError(compiled(p), numbers(grad(throughArgs())(p)))).toBeLessThan(1e-14)
    }
  })

  it('has jvps like one outside', () => {
    const along = complex(0.3, -0.7)
    const { tangent } = jvp(throughClosure)(p0, along)
    expect(relativeError(jvp(jit(throughClosure))(p0, along).tangent, numbers(tangent))).toBeLessThan(1e-13)
    expect(tangent.item()).toBeCloseTo(inner(tensor(Float64Array.from(expected)), tensor(along.data)), 12)
  })

  it('has neither status nor statistics, which are known only when it runs', () => {
    let seen: unknown
    const y = jit((y0: Tensor) => {
      const { ys, ts, status, stats } = solveIvp((_t, z) => mul(-1, z), [0, 1], y0, { saveAt: [0.5, 1] })
      seen = { status, stats, ts: numbers(ts), shape: ys.shape }
      return ys
    })(tensor([1, 2]))
    expect(seen).toEqual({ status: null, stats: null, ts: [0.5, 1], shape: [2, 2] })
    expect(
      relativeError(
        y,
        [0.5, 1].flatMap((t) => [Math.exp(-t), 2 * Math.exp(-t)]),
      ),
    ).toBeLessThan(1e-4)
  })

  it('takes adaptive steps for the arguments at hand', () => {
    const solve = (w: Tensor): Tensor =>
      solveIvp((_t, z) => mul(complex(0, w), z), [0, 5], complex(1), { rtol: 1e-9 }).ys
    const compiled = jit(solve)
    for (const w of [tensor(0.5), tensor(20)]) expect(numbers(compiled(w))).toEqual(numbers(solve(w)))
  })
})

describe('second derivatives through a solve', () => {
  const along = complex(1)
  const size = (z: Tensor): Tensor => sum(abs2(z))
  const cubic = (q: Tensor, z: Tensor): Tensor => add(mul(q, z), mul(mul(-1, abs2(z)), z))
  const z0 = complex(0.4, 0.1)
  const options = { method: rk4, firstStep: 2 / 8 }
  type Solve = (f: (z: Tensor) => Tensor, z: Tensor) => Tensor
  const solved: Solve = (f, z) => solveIvp((_t, y) => f(y), [0, 2], z, options).ys
  /** The same steps as operations one by one: what a solve must be the derivative of. */
  const traced: Solve = (f, z) =>
    tracedRungeKutta((_t, y) => f(y), z, { method: rk4, t0: 0, h: 2 / 8, steps: 8, saved: [[7, 1]] })

  const losses = (solve: Solve) => {
    const inP = (p: Tensor): Tensor => lossOf(solve((z) => cubic(p, z), z0))
    const inY = (y: Tensor): Tensor => lossOf(solve((z) => cubic(p0, z), y))
    const inBoth = (y: Tensor, p: Tensor): Tensor => lossOf(solve((z) => cubic(p, z), y))
    return { inP, inY, inBoth }
  }
  type Losses = ReturnType<typeof losses>

  it.each<[string, (of: Losses) => Tensor]>([
    ['grad of grad', ({ inP }) => grad((p: Tensor) => size(grad(inP)(p)))(p0)],
    ['jvp of grad', ({ inP }) => jvp(grad(inP))(p0, along).tangent],
    ['vjp of jvp', ({ inP }) => vjp((p: Tensor) => jvp(inP)(p, along).tangent)(p0).pullback(tensor(1))],
    ['jvp of jvp', ({ inP }) => jvp((p: Tensor) => jvp(inP)(p, along).tangent)(p0, complex(0.3, -1)).tangent],
    ['grad of grad by y0', ({ inY }) => grad((y: Tensor) => size(grad(inY)(y)))(z0)],
    ['jvp of grad by y0', ({ inY }) => jvp(grad(inY))(z0, along).tangent],
    ['grad by p of grad by y0', ({ inBoth }) => grad((p: Tensor) => size(grad((y: Tensor) => inBoth(y, p))(z0)))(p0)],
    ['grad of grad of jit', ({ inP }) => grad((p: Tensor) => size(grad(jit(inP))(p)))(p0)],
    ['jit of jvp of grad', ({ inP }) => jit((p: Tensor) => jvp(grad(inP))(p, along).tangent)(p0)],
    ['hvp', ({ inP }) => hvp(inP)(p0, along)],
  ])('are those of the steps one by one: %s', (_name, run) => {
    expect(relativeError(run(losses(solved)), numbers(run(losses(traced))))).toBeLessThan(1e-12) // some hundred roundings
  })

  it('are one node more each, not the steps of the solver', () => {
    const { inP } = losses(solved)
    const graph = graphOf(([p]) => [grad((q: Tensor) => size(grad(inP)(q)))(p)], [p0])
    const found = names(graph).filter((name) => name.startsWith('solveIvp'))
    expect(new Set(found)).toEqual(
      new Set(['solveIvp', 'solveIvpAdjoint', 'solveIvpTangent', 'solveIvpTangentOfAdjoint']),
    )
  })

  it.each<[string, (inP: Losses['inP']) => unknown]>([
    ['grad of grad of grad', (inP) => grad((p: Tensor) => size(grad((q: Tensor) => size(grad(inP)(q)))(p)))(p0)],
    [
      'jvp of jvp of jvp',
      (inP) => {
        const once = (p: Tensor): Tensor => jvp(inP)(p, along).tangent
        const twice = (p: Tensor): Tensor => jvp(once)(p, along).tangent
        return jvp(twice)(p0, along)
      },
    ],
    ['jvp of hvp', (inP) => jvp((p: Tensor) => hvp(inP)(p, along))(p0, along)],
    [
      'grad of jvp of jvp',
      (inP) => grad((p: Tensor) => jvp((q: Tensor) => jvp(inP)(q, along).tangent)(p, along).tangent)(p0),
    ],
  ])('are the last: %s is a typed error that says what to do', (_name, run) => {
    expect(() => run(losses(solved).inP)).toThrow(DerivativeError)
    expect(() => run(losses(solved).inP)).toThrow('third derivatives through a solve are not offered')
    expect(() => run(losses(solved).inP)).toThrow('Use second derivatives (hessian, hvp) at most')
  })

  it('are refused by an adjoint that has none, by name', () => {
    const approximate: Adjoint = {
      ...discreteAdjoint(),
      name: 'approximate',
      interned: Symbol('test'),
      secondOrder: false,
      times: false,
    }
    const inP = (p: Tensor): Tensor =>
      lossOf(solveIvp((_t, z) => cubic(p, z), [0, 2], z0, { ...options, adjoint: approximate }).ys)
    expect(numbers(grad(inP)(p0))).toEqual(numbers(grad(losses(solved).inP)(p0)))
    expect(() => hvp(inP)(p0, along)).toThrow(DerivativeError)
    expect(() => hvp(inP)(p0, along)).toThrow('the adjoint approximate has no second derivatives')
    const inTime = (t: Tensor): Tensor =>
      lossOf(solveIvp((_t, z) => cubic(p0, z), [0, t], z0, { adjoint: approximate }).ys)
    for (const run of [() => grad(inTime)(tensor(1)), () => jvp(inTime)(tensor(1), tensor(1))]) {
      expect(run).toThrow(DerivativeError)
      expect(run).toThrow('the adjoint approximate gives no derivatives with respect to times')
    }
  })
})

describe('derivatives with respect to seeds alone', () => {
  const solve = (p: Tensor): Tensor =>
    solveIvp<Tensor>(
      (_t, z, q) => add(mul(q, z), mul(mul(-1, abs2(z)), z)),
      [0, 1],
      tensor([complex(0.4), complex(0, 1)]),
      {
        args: p,
        saveAt: [0.3, 1],
      },
    ).ys
  const [u, v] = [complex(0.3, -0.7), complex(1.1, 0.2)]
  const w = randomTensor([2, 2], 3)
  const pushed = (along: Tensor): Tensor => jvp(solve)(p0, along).tangent
  const pulled = (seed: Tensor): Tensor => vjp(solve)(p0).pullback(seed)

  it('exist for the jvp, which is linear over the reals in its tangent', () => {
    const combined = pushed(add(mul(2, u), mul(-3, v)))
    const [a, b] = [numbers(pushed(u)), numbers(pushed(v))]
    expect(
      relativeError(
        combined,
        a.map((x, k) => 2 * x - 3 * b[k]),
      ),
    ).toBeLessThan(1e-14)
    expect(relativeError(jvp(pushed)(u, v).tangent, b)).toBeLessThan(1e-14)
  })

  it('exist for the pullback, whose derivative is itself and whose adjoint is the jvp', () => {
    const other = randomTensor([2, 2], 4)
    expect(relativeError(jvp(pulled)(w, other).tangent, numbers(pulled(other)))).toBeLessThan(1e-14)
    expect(relativeError(vjp(pulled)(w).pullback(u), numbers(pushed(u)))).toBeLessThan(1e-13)
    expect(relativeError(vjp(pushed)(u).pullback(w), numbers(pulled(w)))).toBeLessThan(1e-13)
  })

  it('make Gauss–Newton products Jᵀ J u, and their derivative by u', () => {
    const { pushforward, pullback } = linearize(solve)(p0)
    const product = pullback(pushforward(u))
    expect(
      relativeError(grad((along: Tensor) => mul(0.5, sum(abs2(pushed(along)))))(u), numbers(product)),
    ).toBeLessThan(1e-13)
    const J = pushforward(u)
    expect(inner(product, u)).toBeCloseTo(inner(J, J), 12)
  })

  it('are linear for linearize, at one run of the solver', () => {
    const { value, pushforward, pullback } = linearize(solve)(p0)
    expect(numbers(value)).toEqual(numbers(solve(p0)))
    expect(numbers(pushforward(u))).toEqual(numbers(pushed(u)))
    expect(numbers(pullback(w))).toEqual(numbers(pulled(w)))
    expect(numbers(pushforward(complex(0)))).toEqual(numbers(value).map(() => 0))
  })
})

describe('a chain of solves', () => {
  it('has the gradient of one solve over both spans', () => {
    const f = (p: Tensor) => (_t: Tensor, z: Tensor) => mul(p, mul(abs2(z), z))
    const options = { method: rk4, firstStep: 0.05 }
    const one = (p: Tensor): Tensor => lossOf(solveIvp(f(p), [0, 1], complex(0.5), options).ys)
    const two = (p: Tensor): Tensor => {
      const half = reshape(solveIvp(f(p), [0, 0.5], complex(0.5), options).ys, [])
      return lossOf(solveIvp(f(p), [0.5, 1], half, options).ys)
    }
    expect(relativeError(grad(two)(p0), numbers(grad(one)(p0)))).toBeLessThan(1e-13)
  })
})
