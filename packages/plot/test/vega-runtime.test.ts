import { describe, expect, it, vi } from 'vitest'
import { drawSvg } from '../src/vega-runtime.ts'

describe('drawSvg', () => {
  it('turns a warning of vega-lite into an error, and keeps it from the console', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const scale = { type: 'log', zero: true }
    const spec = {
      mark: 'point',
      data: { values: [{ x: 1 }] },
      encoding: { x: { field: 'x', type: 'quantitative', scale } },
    }
    await expect(drawSvg(spec)).rejects.toThrow(/without complaint, got: .*zero/)
    expect(warn).not.toHaveBeenCalled()
  })
})
