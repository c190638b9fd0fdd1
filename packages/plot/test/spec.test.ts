import { describe, expect, it } from 'vitest'
import { type Panel, type Series, vegaLiteSpec } from '../src/index.ts'
import { straight } from './figures.ts'

type Layer = { readonly mark: { readonly type: string }; readonly encoding: Record<string, Record<string, unknown>> }
type PanelSpec = { readonly layer: readonly Layer[] }

const [panel] = straight.panels
const [data] = panel.series
const fit: Series = { ...data, name: 'fit', kind: 'line' }
const panelsOf = (panels: readonly Panel[], sharedX = false) =>
  vegaLiteSpec({ title: 'T', panels, sharedX }).vconcat as readonly PanelSpec[]
const firstLayer = (panels: readonly Panel[], i = 0) => panelsOf(panels)[i].layer[0].encoding

describe('vegaLiteSpec', () => {
  it('is plain JSON', () => {
    const spec = vegaLiteSpec(straight)
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
  })

  it('has one layer for each series, with its data in the order given', () => {
    const [{ layer }] = panelsOf([{ ...panel, series: [data, fit] }])
    expect(layer.map(({ mark }) => mark.type)).toEqual(['point', 'line'])
    expect(layer[1]).toHaveProperty('data.values.4', { x: 4, y: 4.1, series: 'fit', i: 4 })
    expect(layer[1].encoding.order).toEqual({ field: 'i', type: 'ordinal' })
  })

  it('has a legend only for more than one series', () => {
    expect(firstLayer([panel]).color.legend).toBeNull()
    expect(firstLayer([{ ...panel, series: [data, fit] }]).color.legend).not.toBeNull()
  })

  it('does not repeat the legend of a panel above', () => {
    const both = { ...panel, series: [data, fit] }
    expect(firstLayer([both, both], 1).color.legend).toBeNull()
  })

  it('gives a name the same colour in all panels, and different names different ones', () => {
    const range = (i: number) =>
      firstLayer(
        [
          { ...panel, series: [data, fit] },
          { ...panel, series: [fit] },
        ],
        i,
      )
    expect(range(0).color.scale).toMatchObject({ range: ['#0072B2', '#D55E00'] })
    expect(range(1).color.scale).toMatchObject({ range: ['#D55E00'] })
  })

  it('shares one x domain between panels, and labels the lowest only', () => {
    const wider = { ...panel, series: [{ ...data, x: [0, 10, 20, 30, 40] }] }
    const [upper, lower] = panelsOf([panel, wider], true).map(({ layer }) => layer[0].encoding.x)
    expect(upper.scale).toEqual(lower.scale)
    expect(upper.axis).toMatchObject({ labels: false, title: null })
    expect(lower.axis).toMatchObject({ title: 't (µs)' })
  })

  it('does not reach down to zero unless asked to', () => {
    const high = { ...panel, series: [{ ...data, y: [100, 101, 102, 103, 104] }] }
    const low = (one: Panel) => (firstLayer([one]).y.scale as { domain: [number, number] }).domain[0]
    expect(low(high)).toBeGreaterThan(99)
    expect(low({ ...high, zeroLine: true })).toBeLessThanOrEqual(0)
  })

  it('breaks a long title between words', () => {
    const { title } = vegaLiteSpec({ ...straight, title: 'long '.repeat(30).trim() })
    const { text } = title as { text: string[] }
    expect(text.length).toBe(3)
    expect(text.join(' ')).toBe('long '.repeat(30).trim())
  })
})
