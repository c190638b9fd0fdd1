import type { Figure } from '../src/index.ts'

/** Counts what matches, for counting marks in an SVG. */
export const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length

/** The symbols of the group of marks that Vega calls by the kind, without those of the legend. */
export function marks(svg: string, kind: 'symbol' | 'line'): number {
  const groups = [...svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^>]*>(.*?)</g>`, 'gs'))]
  return groups.reduce((sum, [, content]) => sum + count(content, /<path /g), 0)
}

/** Texts in the order of the SVG. */
export const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text)

/** A straight line through five points. */
export const straight: Figure = {
  title: 'Straight line',
  panels: [
    {
      x: { label: 't', unit: 'µs' },
      y: { label: 'U', unit: 'mV' },
      series: [{ name: 'data', kind: 'points', x: [0, 1, 2, 3, 4], y: [0.1, 0.9, 2.2, 2.9, 4.1] }],
    },
  ],
}
