import { describe, expect, it } from 'vitest'
import { emitJs, schedule } from '../../src/scalar/emit-js.ts'
import { runScalarProgram } from '../../src/scalar/run-scalar.ts'
import { compiled } from '../compile/compiled.ts'
import { ScalarProgram, type Scalar } from '../../src/scalar/scalar-program.ts'

const read = (slot: number, offset: number): string => `x${slot}[${offset}]`

describe('emitJs', () => {
  it('writes a value used once where it is used, and names one used twice', () => {
    const s = new ScalarProgram()
    const [a, b] = [s.input(0, 0), s.input(1, 2)]
    const sum = s.add(a, b)
    const { text, flops } = emitJs(s, read, [{ target: 'y[0]', value: s.mul(sum, s.call('sin', sum)) }])
    expect(text).toBe(`const v${sum}=(x0[0]+x1[2]);\ny[0]=(v${sum}*Math.sin(v${sum}));`)
    expect(flops).toBe(3)
  })

  it('leaves out what no store needs', () => {
    const s = new ScalarProgram()
    s.call('exp', s.input(0, 0))
    const { text, flops } = emitJs(s, read, [{ target: 'y[0]', value: s.neg(s.input(0, 1)) }])
    expect(text).toBe('y[0]=(-x0[1]);')
    expect(flops).toBe(1)
  })

  it('writes negative, infinite and missing numbers as JavaScript does', () => {
    const s = new ScalarProgram()
    const stores = [-2.5, -Infinity, NaN, 1e-300].map((x, i) => ({ target: `y[${i}]`, value: s.constant(x) }))
    expect(emitJs(s, read, stores).text.split('\n')).toEqual([
      'y[0]=(-2.5);',
      'y[1]=(-Infinity);',
      'y[2]=NaN;',
      'y[3]=1e-300;',
    ])
  })

  it('accumulates where asked to, and stores one value in several places', () => {
    const s = new ScalarProgram()
    const value = s.input(0, 0)
    const { text } = emitJs(s, read, [
      { target: 'y[0]', value },
      { target: 'y[1]', value, accumulate: true },
    ])
    expect(text).toMatch(/y\[0\]=v\d+;\ny\[1\]\+=v\d+;/)
  })

  it('takes what is known already by its name, and computes nothing for it', () => {
    const s = new ScalarProgram()
    const known = s.call('sin', s.input(0, 0))
    const { text, flops } = emitJs(
      s,
      read,
      [{ target: 'y[0]', value: s.add(known, s.one) }],
      new Map([[known, 'before']]),
    )
    expect([text, flops]).toEqual(['y[0]=(1+before);', 1])
  })
})

/** xₖ₊₁ = sin(xₖ + xₖ₋₁): every value used twice, n deep. */
function chain(s: ScalarProgram, n: number): Scalar {
  let [before, now] = [s.input(0, 0), s.input(0, 1)]
  for (let k = 0; k < n; k++) [before, now] = [now, s.call('sin', s.add(now, before))]
  return now
}

describe('long programs', () => {
  it('of 50 000 values in a chain are scheduled without deep recursion and run right', () => {
    const s = new ScalarProgram()
    const last = chain(s, 50_000)
    let [before, now] = [0.3, 0.4]
    for (let k = 0; k < 50_000; k++) [before, now] = [now, Math.sin(now + before)]
    const out = new Float64Array(1)
    runScalarProgram(s, [last])((_, i) => [0.3, 0.4][i], out)
    expect(out[0]).toBe(now)
    expect(schedule(s, [{ value: last }]).order).toHaveLength(100_002)
  })

  it('keep inlined expressions short: a product of 500 different factors', () => {
    const s = new ScalarProgram()
    let value = s.input(0, 0)
    for (let i = 1; i < 500; i++) value = s.mul(value, s.call('cos', s.input(0, i)))
    const { text } = emitJs(s, (_, i) => `x[${i}]`, [{ target: 'y[0]', value }])
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(700)
    const x = Array.from({ length: 500 }, (_, i) => (i % 7) / 10)
    const y = [0]
    compiled(['x', 'y'], text)(x, y)
    expect(y[0]).toBe(x.slice(1).reduce((total, t) => total * Math.cos(t), x[0]))
  })

  it('put operands before their users', () => {
    const s = new ScalarProgram()
    const { order, uses } = schedule(s, [{ value: chain(s, 20) }])
    const place = new Map(order.map((x, i) => [x, i]))
    for (const x of order) {
      if (s.operation(x) === 'input') continue
      expect(place.get(s.left[x])).toBeLessThan(place.get(x)!)
    }
    expect(uses[s.input(0, 1)]).toBe(2)
  })
})
