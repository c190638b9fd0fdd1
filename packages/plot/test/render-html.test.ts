import { describe, expect, it } from 'vitest'
import { type ReportView, renderHtml } from '../src/index.ts'
import { count, straight } from './figures.ts'

const report: ReportView = {
  title: 'Resonator',
  summary: 'Three parameters fitted to 48 points.',
  parameters: [
    { name: 'R0', unit: 'Ω', value: 29.14112, standardError: 0.03627, reference: 29.1, deviation: '+1.1 σ' },
    { name: 'a', value: { re: 1, im: -2 }, standardError: { re: 0.012, im: 0.034 }, note: 'at lower bound' },
    { name: 'C', unit: 'F', value: 1e-5, note: 'fixed' },
  ],
  facts: [
    { label: 'Sum of squares', value: 2.4431894 },
    { label: 'Stop reason', value: 'gradient below tolerance' },
  ],
  warnings: ['C is not determined by the data.'],
  figures: [straight, straight],
  source: { data: 'impedance.py, EIS_Circuit1_1.z', licence: 'MIT' },
}

describe('renderHtml', () => {
  it('is one page that needs nothing else', async () => {
    const html = await renderHtml(report)
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toMatch(/<\/html>\n$/)
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|\ssrc=|\shref=/)
    expect(html).not.toMatch(/undefined|\[object/)
  })

  it('has title, summary, warnings, facts, source and licence', async () => {
    const html = await renderHtml(report)
    expect(html).toContain('<title>Resonator</title>')
    expect(html).toContain('<h1>Resonator</h1>')
    expect(html).toContain('Three parameters fitted to 48 points.')
    expect(html).toContain('<li>C is not determined by the data.</li>')
    expect(html).toContain('<th scope="row">Sum of squares</th><td>2.4431894</td>')
    expect(html).toContain('<footer><p>Data: impedance.py, EIS_Circuit1_1.z. Licence: MIT.</p></footer>')
  })

  it('has a row for each parameter, with error, unit, reference, deviation and note', async () => {
    const html = await renderHtml(report)
    expect(html).toContain(
      '<tr><th scope="row">R0</th><td class="number">29.141 ± 0.036</td><td class="text">Ω</td>' +
        '<td class="number">29.1</td><td class="number">+1.1 σ</td><td class="note"></td></tr>',
    )
    expect(html).toContain('<td class="number">(1.000 ± 0.012) - (2.000 ± 0.034) i</td>')
    expect(html).toContain('<td class="note">at lower bound</td>')
    expect(html).toContain('<td class="number">1e-5</td>')
    expect(count(html, /<th scope="col">/g)).toBe(6)
  })

  it('has the figures inline, with identifiers of their own', async () => {
    const html = await renderHtml(report)
    expect(count(html, /<svg role="img"/g)).toBe(2)
    const identifiers = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(identifiers).toEqual(['figure-1-title', 'figure-1-desc', 'figure-2-title', 'figure-2-desc'])
  })

  it('leaves out what there is nothing to say about', async () => {
    const html = await renderHtml({
      title: 'T',
      summary: 'S',
      parameters: [{ name: 'a', value: 1 }],
      facts: [],
      warnings: [],
      figures: [],
    })
    expect(html).not.toMatch(/<section class="warnings"|<footer>|<figure>|Reference|Deviation|<h2>F/)
    expect(count(html, /<th scope="col">/g)).toBe(2)
  })

  it('escapes all text', async () => {
    const evil = `<script>alert('&')</script>`
    const html = await renderHtml({
      title: evil,
      summary: evil,
      parameters: [{ name: evil, unit: evil, value: 1, deviation: evil, note: evil }],
      facts: [{ label: evil, value: evil }],
      warnings: [evil],
      figures: [{ ...straight, title: evil }],
      source: { data: evil, licence: evil },
    })
    expect(html).not.toContain('<script')
    expect(count(html, /&lt;script&gt;alert\(&#39;&amp;&#39;\)&lt;\/script&gt;/g)).toBeGreaterThanOrEqual(11)
  })

  it('gives the same string for the same report', async () => {
    expect(await renderHtml(report)).toBe(await renderHtml(report))
  })

  it('refuses a real error of a complex value', async () => {
    const parameters = [{ name: 'a', value: { re: 1, im: 2 }, standardError: 1 }]
    await expect(renderHtml({ ...report, parameters })).rejects.toThrow('got a complex value and a real error')
  })
})
