import { describe, expect, it } from 'vitest'
import { escapeHtml } from '../src/escape-html.ts'

describe('escapeHtml', () => {
  it('leaves nothing that opens a tag, an entity or an attribute', () => {
    expect(escapeHtml(`<a b="c" d='e'>&</a>`)).toBe('&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;&lt;/a&gt;')
  })

  it('leaves units as they are', () => {
    expect(escapeHtml('|Z| (Ω), −Im, µs, ±')).toBe('|Z| (Ω), −Im, µs, ±')
  })
})
