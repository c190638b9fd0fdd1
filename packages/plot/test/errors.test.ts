import { describe, expect, it } from 'vitest'
import { type Figure, PlotError, type Series, renderSvg, vegaLiteSpec } from '../src/index.ts'
import { requireFinite, requirePositive, requireSameLength } from '../src/errors.ts'

describe('PlotError', () => {
  it('is an Error with a name of its own', () => {
    expect(new PlotError('text')).toBeInstanceOf(Error)
    expect(new PlotError('text').name).toBe('PlotError')
  })
})

describe('the requirements', () => {
  it('accept what can be drawn', () => {
    expect(() => requireSameLength('f', 'x', [1], Float64Array.of(1))).not.toThrow()
    expect(() => requireFinite('f', 'x', [0, -1, 1e300])).not.toThrow()
    expect(() => requirePositive('f', 'x', [1e-300, 1])).not.toThrow()
  })

  it('say function, expectation, finding and remedy', () => {
    expect(() => requireSameLength('fitFigure', `series 'data'`, [1, 2], [1])).toThrow(
      `fitFigure: series 'data' must have as many x as y values, got 2 and 1. Cut both to the same points.`,
    )
    expect(() => requireSameLength('f', `series 'data'`, [], [])).toThrow('at least one point, got none')
    expect(() => requireFinite('f', `y of series 'fit'`, [0, NaN])).toThrow(
      `f: y of series 'fit' must be finite, got NaN at index 1.`,
    )
    expect(() => requirePositive('f', `x of series 'fit'`, [1, 2, 0])).toThrow(
      `f: x of series 'fit' must be positive on a log axis, got 0 at index 2. Use scale 'linear'`,
    )
  })
})

describe('a figure that cannot be drawn', () => {
  const good: Series = { name: 'data', kind: 'points', x: [1, 2], y: [1, 2] }
  const figure = (series: readonly Series[], scale: 'linear' | 'log' = 'linear'): Figure => ({
    title: 'T',
    panels: [{ x: { label: 'x', scale }, y: { label: 'y', scale }, series }],
  })

  it.each([
    ['unequal lengths', figure([{ ...good, y: [1] }]), `series 'data' must have as many x as y values, got 2 and 1`],
    ['an empty series', figure([{ ...good, x: [], y: [] }]), `series 'data' must have at least one point`],
    ['NaN', figure([{ ...good, y: [1, NaN] }]), `y of series 'data' must be finite, got NaN at index 1`],
    [
      'infinity',
      figure([{ ...good, x: [-Infinity, 1] }]),
      `x of series 'data' must be finite, got -Infinity at index 0`,
    ],
    [
      'zero on a log axis',
      figure([{ ...good, y: [1, 0] }], 'log'),
      `y of series 'data' must be positive on a log axis`,
    ],
    ['no series', figure([]), `the panel 'y' must have one or more series`],
    ['two series of one name', figure([good, good]), `different names, got ['data', 'data']`],
    ['no panels', { title: 'T', panels: [] }, 'at least one panel'],
  ])('is refused: %s', (_, bad, message) => {
    expect(() => vegaLiteSpec(bad)).toThrow(PlotError)
    expect(() => vegaLiteSpec(bad)).toThrow(message)
  })

  it('is refused: equal aspect on log axes', () => {
    const [panel] = figure([good], 'log').panels
    expect(() => vegaLiteSpec({ title: 'T', panels: [{ ...panel, aspect: 'equal' }] })).toThrow('must have linear axes')
  })

  it('rejects the promise of renderSvg, in its name', async () => {
    await expect(renderSvg(figure([{ ...good, y: [1] }]))).rejects.toThrow(/^renderSvg: series 'data'/)
  })
})
