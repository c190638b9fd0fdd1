import { describe, expect, it } from 'vitest'
import { PlotError, convergenceFigure, renderSvg } from '../src/index.ts'
import { marks, texts } from './figures.ts'

const one = (loss: readonly number[]) => convergenceFigure({ title: 'C', histories: [{ name: 'run', loss }] })

describe('convergenceFigure', () => {
  it('draws loss against iteration on a log axis', async () => {
    const lossAxis = { label: 'sum of squares', unit: 'Ω²' }
    const histories = [
      { name: 'a', loss: [100, 1, 0.01] },
      { name: 'b', loss: Float64Array.of(50, 5) },
    ]
    const figure = convergenceFigure({ title: 'C', histories, lossAxis })
    expect(figure.panels[0].y.scale).toBe('log')
    expect(figure.panels[0].series[0]).toMatchObject({ x: [0, 1, 2], y: [100, 1, 0.01] })
    const svg = await renderSvg(figure)
    expect(marks(svg, 'line')).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['iteration', 'sum of squares (Ω²)', 'a', 'b', '0.1', '100']))
  })

  it('marks a loss of zero at the lower edge and says so', () => {
    const [{ y, series }] = one([10, 1, 0]).panels
    expect(y.scale).toBe('log')
    expect(series).toEqual([
      { name: 'run', kind: 'line', x: [0, 1], y: [10, 1] },
      { name: 'loss = 0 (at the lower edge)', kind: 'points', x: [2], y: [0.1] },
    ])
  })

  it('has a linear axis if a loss is negative, or none is positive', () => {
    for (const loss of [
      [3, 1, -2],
      [-1, -2],
      [0, 0],
    ]) {
      const [{ y, series }] = one(loss).panels
      expect(y.scale).toBe('linear')
      expect(series).toHaveLength(1)
      expect(series[0].y).toEqual(loss)
    }
  })

  it('shows a run of one iteration as a point', () => {
    expect(one([3]).panels[0].series[0].kind).toBe('points')
  })

  it('has whole numbers of iterations on its axis', async () => {
    const numbers = texts(await renderSvg(one([4, 3, 2]))).filter((text) => /^[\d.]+$/.test(text))
    expect(numbers.slice(0, 3)).toEqual(['0', '1', '2'])
  })

  it('refuses no histories, an empty one, and values that are not finite', () => {
    expect(() => convergenceFigure({ title: 'C', histories: [] })).toThrow(PlotError)
    expect(() => one([])).toThrow(`the history 'run' must have at least one loss`)
    expect(() => one([1, Infinity])).toThrow(`the history 'run' must be finite, got Infinity at index 1`)
  })
})
