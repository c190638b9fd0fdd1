import { describe, expect, it } from 'vitest'
import { bodeFigure, renderSvg } from '../src/index.ts'
import { marks, texts } from './figures.ts'

const quantity = { label: 'Z', unit: 'Ω' }
const axis = { label: 'f', unit: 'Hz' }
const data = { frequency: [100, 1, 10], re: [0, 3, 1], im: [-2, 4, 1] }

describe('bodeFigure', () => {
  it('draws magnitude and phase of data and fit against log frequency', async () => {
    const figure = bodeFigure({ title: 'Bode', quantity, frequency: axis, data, fit: data })
    expect(figure.panels.map(({ x }) => x.scale)).toEqual(['log', 'log'])
    const svg = await renderSvg(figure)
    expect(marks(svg, 'symbol')).toBe(6)
    expect(marks(svg, 'line')).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['|Z| (Ω)', 'arg Z (°)', 'f (Hz)', '1', '10', '100']))
    expect(texts(svg).filter((text) => text === 'data')).toHaveLength(1)
  })

  it('computes |q| and arg q in degrees, from low to high frequency', () => {
    const [size, phase] = bodeFigure({ title: 'Bode', quantity, frequency: axis, data }).panels
    expect(size.y.scale).toBe('log')
    expect(size.series[0]).toMatchObject({ x: [1, 10, 100], y: [5, Math.SQRT2, 2] })
    expect(Array.from(phase.series[0].y)).toEqual([expect.closeTo(53.130102354, 8), 45, -90])
  })

  it('has decibels on request, on a linear axis', () => {
    const [size] = bodeFigure({ title: 'Bode', quantity, frequency: axis, data, magnitude: 'dB' }).panels
    expect(size.y).toEqual({ label: '|Z|', unit: 'dB' })
    expect(size.series[0].y[2]).toBeCloseTo(6.0206, 4)
  })

  it('unwraps the phase on request, the fit beside the data', () => {
    const rotating = (start: number) => {
      const angles = [0, 1, 2, 3, 4, 5, 6].map((i) => start - (100 * i * Math.PI) / 180)
      return { frequency: [1, 2, 3, 4, 5, 6, 7], re: angles.map(Math.cos), im: angles.map(Math.sin) }
    }
    const [, phase] = bodeFigure({
      title: 'Bode',
      quantity,
      frequency: axis,
      data: rotating(Math.PI - 0.01),
      fit: rotating(Math.PI + 0.01),
      phase: 'unwrapped',
    }).panels
    const [measured, fitted] = phase.series.map(({ y }) => Array.from(y))
    expect(measured[6] - measured[0]).toBeCloseTo(-600, 9)
    for (const i of measured.keys()) expect(Math.abs(measured[i] - fitted[i])).toBeLessThan(2)
  })

  it('refuses what a log or dB axis cannot show', () => {
    const zero = { frequency: [1, 2], re: [1, 0], im: [0, 0] }
    const base = { title: 'Bode', quantity, frequency: axis, data: zero }
    expect(() => bodeFigure(base)).toThrow(`bodeFigure: y of series 'data' must be positive on a log axis, got 0`)
    expect(() => bodeFigure({ ...base, magnitude: 'dB' })).toThrow('got -Infinity at index 1')
    expect(() => bodeFigure({ ...base, data: { ...zero, frequency: [0, 1], re: [1, 1] } })).toThrow(
      `x of series 'data'`,
    )
  })
})
