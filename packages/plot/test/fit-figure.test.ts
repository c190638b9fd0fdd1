import { describe, expect, it } from 'vitest'
import { PlotError, fitFigure, renderSvg } from '../src/index.ts'
import { marks, texts } from './figures.ts'

const x = { label: 't', unit: 'µs' }
const y = { label: 'U', unit: 'mV' }
const data = { x: [2, 0, 1], y: [2.5, 0, 1] }

describe('fitFigure', () => {
  it('draws data as points, fit as line, and residuals below', async () => {
    const svg = await renderSvg(fitFigure({ title: 'Fit', x, y, data, fit: { y: [2, 0, 1.5] } }))
    expect(marks(svg, 'symbol')).toBe(6)
    expect(marks(svg, 'line')).toBe(1)
    expect(texts(svg).filter((text) => text === 't (µs)')).toHaveLength(1)
    expect(texts(svg)).toEqual(expect.arrayContaining(['U (mV)', 'Residual (mV)', 'data', 'fit']))
  })

  it('has residuals data − fit, on the x axis of the data, with their zero line', () => {
    const { panels, sharedX } = fitFigure({ title: 'Fit', x, y, data, fit: { y: [2, 0, 1.5] } })
    expect(sharedX).toBe(true)
    expect(panels[1]).toMatchObject({ x, zeroLine: true, series: [{ x: [2, 0, 1], y: [0.5, 0, -0.5] }] })
  })

  it('draws the fit from left to right, in whatever order the data were taken', () => {
    const { panels } = fitFigure({ title: 'Fit', x, y, data, fit: { y: [2, 0, 1.5] } })
    expect(panels[0].series[1]).toMatchObject({ x: [0, 1, 2], y: [0, 1.5, 2] })
  })

  it('takes a finer fit together with residuals, and an axis for these', () => {
    const fit = { x: [0, 0.5, 1, 1.5, 2], y: [0, 0.5, 1, 1.5, 2] }
    const residualAxis = { label: 'Residual / σ' }
    const { panels } = fitFigure({ title: 'Fit', x, y, data, fit, residual: [1, 0, -1], residualAxis })
    expect(panels[0].series[1].x).toHaveLength(5)
    expect(panels[1]).toMatchObject({ y: residualAxis, series: [{ y: [1, 0, -1] }] })
  })

  it('refuses a fit on another grid without residuals, and says what to do', () => {
    const fit = { x: [0, 1], y: [0, 1] }
    expect(() => fitFigure({ title: 'Fit', x, y, data, fit })).toThrow(PlotError)
    expect(() => fitFigure({ title: 'Fit', x, y, data, fit })).toThrow(`Give 'residual' at the x of the data.`)
  })

  it('refuses data and fit that do not pair up, and values that are not finite', () => {
    const base = { title: 'Fit', x, y }
    expect(() => fitFigure({ ...base, data: { x: [1, 2], y: [1] }, fit: { y: [1] } })).toThrow(
      `fitFigure: series 'data'`,
    )
    expect(() => fitFigure({ ...base, data, fit: { y: [1] } })).toThrow(`fitFigure: series 'fit'`)
    expect(() => fitFigure({ ...base, data, fit: { y: [1, NaN, 2] } })).toThrow(`y of series 'fit' must be finite`)
  })
})
