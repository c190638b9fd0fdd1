import { describe, expect, it } from 'vitest'
import { type Figure, complexPlaneFigure, renderSvg, vegaLiteSpec } from '../src/index.ts'
import { marks, texts } from './figures.ts'

const angles = Array.from({ length: 24 }, (_, i) => (2 * Math.PI * i) / 24)
const circle = { re: angles.map((a) => 50 + 20 * Math.cos(a)), im: angles.map((a) => -5 + 20 * Math.sin(a)) }
const quantity = { label: 'Z', unit: 'Ω' }

type Frame = Readonly<{ width: number; height: number; layer: readonly Layer[] }>
type Layer = {
  readonly encoding: Record<'x' | 'y', { readonly scale: { readonly domain: readonly [number, number] } }>
}

const pixelsPerUnit = (figure: Figure) => {
  const [{ width, height, layer }] = vegaLiteSpec(figure).vconcat as readonly Frame[]
  const span = (axis: 'x' | 'y') => layer[0].encoding[axis].scale.domain[1] - layer[0].encoding[axis].scale.domain[0]
  return [width / span('x'), height / span('y')]
}

describe('complexPlaneFigure', () => {
  it('draws a circle as a circle', () => {
    const [x, y] = pixelsPerUnit(complexPlaneFigure({ title: 'Circle', quantity, data: circle }))
    expect(y).toBeCloseTo(x, 9)
  })

  it('names real and imaginary part with their unit', async () => {
    const svg = await renderSvg(complexPlaneFigure({ title: 'Circle', quantity, data: circle, fit: circle }))
    expect(texts(svg)).toEqual(expect.arrayContaining(['Re Z (Ω)', 'Im Z (Ω)', 'data', 'fit']))
    expect(marks(svg, 'symbol')).toBe(24)
    expect(marks(svg, 'line')).toBe(1)
  })

  it('turns −Im upwards on request, and says so on the axis', () => {
    const { panels } = complexPlaneFigure({ title: 'Nyquist', quantity, data: { re: [1], im: [-2] }, upwards: '−Im' })
    expect(panels[0]).toMatchObject({ y: { label: '−Im Z' }, series: [{ y: [2] }] })
  })

  it('shows both residuals against frequency', async () => {
    const residual = { frequency: angles, axis: { label: 'f', unit: 'kHz' }, re: angles, im: angles.map((a) => -a) }
    const svg = await renderSvg(complexPlaneFigure({ title: 'Circle', quantity, data: circle, residual }))
    expect(marks(svg, 'symbol')).toBe(72)
    expect(texts(svg)).toEqual(expect.arrayContaining(['f (kHz)', 'Residual (Ω)', 'residual, Re', 'residual, Im']))
  })

  it('refuses parts of different lengths', () => {
    expect(() => complexPlaneFigure({ title: 'T', quantity, data: { re: [1, 2], im: [1] } })).toThrow(
      `complexPlaneFigure: series 'data' (x = Re, y = Im) must have as many x as y values, got 2 and 1`,
    )
  })
})
