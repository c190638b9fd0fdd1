import { maxDifference, randomComplex, randomReal } from '@cad/testing'
import { describe, expect, it } from 'vitest'
import { abs2, checkRule, conj, cos, exp, mul, real, sin, sum, type Tensor } from '@cad/core'
import { checkpoint } from '../../src/closed/checkpoint.ts'
import { jit } from '../../src/closed/jit.ts'
import { grad } from '../../src/transformations/grad.ts'
import { Traced, valueOf, type Node } from '../../src/graph.ts'
import { hvp } from '../../src/transformations/hessian.ts'
import { jvp } from '../../src/transformations/jvp.ts'
import { add } from '../../src/ops/arithmetic.ts'
import { bind } from '../../src/bind.ts'
import { definePrimitive } from '../../src/define-primitive.ts'
import { type Primitive } from '../../src/primitive.ts'
import { recordRun } from '../../src/transformations/recording.ts'
import type { ClosedFunction } from '../../src/closed/closed-function.ts'
import { vjp } from '../../src/transformations/vjp.ts'

const step = (z: Tensor): Tensor => mul(sin(z), exp(mul(0.1, conj(z))))
const twice = (z: Tensor): Tensor => step(step(z))

/** 8 blocks of 4 steps each. */
const long =
  (block: (z: Tensor) => Tensor) =>
  (z: Tensor): Tensor =>
    sum(abs2(Array.from({ length: 8 }).reduce<Tensor>((x) => block(x), z)))
const plainBlock = (z: Tensor): Tensor => twice(twice(z))
const kept = long(checkpoint(plainBlock))
const whole = long(plainBlock)

const nodesOf = (f: (z: Tensor) => Tensor, z: Tensor): readonly Node[] => recordRun('test', f, z, []).nodes

describe('a checkpointed function', () => {
  it('is the same function, with the same derivatives to the last bit', () => {
    const [z, dz] = [randomComplex([3], 1), randomComplex([3], 2)]
    expect(maxDifference(checkpoint(twice)(z), twice(z))).toBe(0)
    expect(maxDifference(grad(kept)(z), grad(whole)(z))).toBe(0)
    expect(maxDifference(jvp(kept)(z, dz), jvp(whole)(z, dz))).toBe(0)
  })

  it('has derivatives of both orders in all nestings', () => {
    checkRule(checkpoint(twice), [randomComplex([3], 3)])
    checkRule(checkpoint(twice), [randomReal([2], 4)])
    const [z, v] = [randomComplex([3], 5), randomComplex([3], 6)]
    expect(maxDifference(hvp(kept)(z, v), hvp(whole)(z, v))).toBe(0)
  })

  it('leaves one node a call in the graph, which holds no numbers but those of its arguments and results', () => {
    const z = randomComplex([3], 7)
    expect(nodesOf(whole, z).length).toBe(8 * 4 * 5 + 3)
    const nodes = nodesOf(kept, z)
    expect(nodes.slice(0, 8).map(({ primitive }) => primitive.name)).toEqual(Array(8).fill('checkpoint'))
    expect(nodes).toHaveLength(8 + 3)
    const { graph } = (nodes[0].params as { f: ClosedFunction }).f
    expect(graph.nodes).toHaveLength(20)
    for (const node of graph.nodes) for (const output of node.outputs) expect(valueOf(output)).toBeUndefined()
  })

  it('computes again in the backward pass, and only there: its graph, so that side effects of f happen once', () => {
    const counts = { runs: 0, kernels: 0 }
    const countedP: Primitive = definePrimitive('counted', {
      type: ([x]) => x,
      kernel: ([x]) => {
        counts.kernels++
        return x.data
      },
      adjoint: (cotangent) => cotangent,
    })
    const counted = checkpoint((z: Tensor) => {
      counts.runs++
      return step(bind(countedP, [z], undefined))
    })
    const { pullback } = vjp(counted)(randomComplex([2], 8))
    expect(counts).toEqual({ runs: 1, kernels: 1 })
    pullback(randomComplex([2], 9))
    expect(counts).toEqual({ runs: 1, kernels: 2 })
  })

  it('keeps the derivative of what it catches in its closure', () => {
    const z = randomComplex([2], 10)
    const f = (p: Tensor): Tensor => sum(abs2(checkpoint((x: Tensor) => mul(p, sin(mul(p, x))))(z)))
    const plain = (p: Tensor): Tensor => sum(abs2(mul(p, sin(mul(p, z)))))
    const p = randomComplex([2], 11)
    expect(maxDifference(grad(f)(p), grad(plain)(p))).toBe(0)
    expect(maxDifference(hvp(f)(p, z), hvp(plain)(p, z))).toBe(0)
  })

  it('nests: a checkpoint inside a checkpoint keeps no numbers either', () => {
    const z = randomComplex([2], 12)
    const nested = long(checkpoint((x: Tensor) => checkpoint(twice)(checkpoint(twice)(x))))
    expect(maxDifference(grad(nested)(z), grad(whole)(z))).toBe(0)
    const [outer] = nodesOf(nested, z)
    const inner = (outer.params as { f: ClosedFunction }).f.graph.nodes
    expect(inner.map(({ primitive }) => primitive.name)).toEqual(['checkpoint', 'checkpoint'])
    expect(inner.flatMap(({ outputs }) => outputs.map(valueOf))).toEqual([undefined, undefined])
  })

  it('may decide by values, and takes and gives trees', () => {
    const f = checkpoint(({ a, b }: { a: Tensor; b: Tensor }, gain: Tensor) =>
      Number(a.item()) > 0 ? { up: mul(gain, mul(a, b)), constant: gain } : { up: b, constant: gain },
    )
    const loss = (p: { a: Tensor; b: Tensor }): Tensor => real(f(p, 3).up)
    expect(grad(loss)({ a: 2, b: 5 }).a.item()).toBe(15)
    expect(grad(loss)({ a: -2, b: 5 }).a.item()).toBe(0)
    expect(f({ a: 2, b: 5 }, 3).constant.item()).toBe(3)
  })

  it('is the same compiled, alone and with its derivatives', () => {
    const [z, dz] = [randomComplex([3], 13), randomComplex([3], 14)]
    // Compiled code may contract and reorder the same two hundred operations.
    const rounding = 1e-13
    expect(maxDifference(jit(kept)(z), whole(z))).toBeLessThan(rounding)
    expect(maxDifference(jit((x: Tensor) => grad(kept)(x))(z), grad(whole)(z))).toBeLessThan(rounding)
    expect(maxDifference(jit((x: Tensor, v: Tensor) => jvp(kept)(x, v))(z, dz), jvp(whole)(z, dz))).toBeLessThan(
      rounding,
    )
    expect(maxDifference(grad(checkpoint(jit(whole)))(z), grad(whole)(z))).toBeLessThan(rounding)
  })

  it('is no node where nothing is traced', () => {
    const y = checkpoint((x: Tensor) => cos(x))(1)
    expect(y).not.toBeInstanceOf(Traced)
    expect(add(y, 0).item()).toBe(Math.cos(1))
  })
})
