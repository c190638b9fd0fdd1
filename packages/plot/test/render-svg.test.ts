import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Figure, renderSvg } from '../src/index.ts'
import { count, marks, straight, texts } from './figures.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('renderSvg', () => {
  it('draws one mark for each point, and one path for a line', async () => {
    const [panel] = straight.panels
    const [data] = panel.series
    const svg = await renderSvg({
      ...straight,
      panels: [{ ...panel, series: [data, { ...data, name: 'fit', kind: 'line' }] }],
    })
    expect(marks(svg, 'symbol')).toBe(5)
    expect(marks(svg, 'line')).toBe(1)
    expect(texts(svg)).toEqual(expect.arrayContaining(['data', 'fit']))
  })

  it('writes title and axis titles with units', async () => {
    const found = texts(await renderSvg(straight))
    expect(found).toEqual(expect.arrayContaining(['Straight line', 't (µs)', 'U (mV)']))
    expect(found).not.toContain('data') // the legend of a single series
  })

  it('is one image with title and description', async () => {
    const svg = await renderSvg(straight, { id: 'a' })
    expect(svg).toMatch(/^<svg role="img" aria-labelledby="a-title a-desc" xmlns=/)
    expect(svg).toContain('<title id="a-title">Straight line</title>')
    expect(svg).toContain('<desc id="a-desc">U (mV) against t (µs): data (points, 5).</desc>')
    expect(count(svg, / id="/g)).toBe(2)
  })

  it('gives the same string for the same figure, also side by side', async () => {
    const [first, second] = await Promise.all([renderSvg(straight), renderSvg(straight)])
    expect(second).toBe(first)
    expect(await renderSvg(straight)).toBe(first)
  })

  it('escapes what it is given', async () => {
    const [panel] = straight.panels
    const evil = '<script>alert("1")</script>'
    const svg = await renderSvg({ title: evil, panels: [{ ...panel, x: { label: evil } }] }, { id: '"><script>' })
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;script&gt;')
  })

  it('takes a dollar sign in a title literally', async () => {
    expect(await renderSvg({ ...straight, title: "cost $1 $& $'" })).toContain('>cost $1 $&amp; $&#39;</title>')
  })

  it.each([
    ['one point', [3], [0], 'linear'],
    ['equal values', [1, 2], [5, 5], 'log'],
    ['extreme values', [1e-300, 2e-300], [-1e300, 1e300], 'linear'],
    ['many decades', [1e-30, 1e30], [1e-12, 1], 'log'],
    ['a narrow log axis', [1, 1.1], [1, 1.001], 'log'],
  ] as const)('draws %s without a word on the console', async (_, x, y, scale) => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => undefined),
    )
    const figure: Figure = {
      title: 'T',
      panels: [{ x: { label: 'x', scale }, y: { label: 'y', scale }, series: [{ name: 's', kind: 'points', x, y }] }],
    }
    const svg = await renderSvg(figure)
    expect(marks(svg, 'symbol')).toBe(x.length)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    for (const spy of spies) expect(spy).not.toHaveBeenCalled()
  })
})
