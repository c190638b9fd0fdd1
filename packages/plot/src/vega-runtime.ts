import type { Logger } from '#vega'
import { PlotError } from './errors.ts'

// The declarations of vega and vega-lite name browser types (Element, HTMLCanvasElement, MouseEvent) and contradict
// themselves under exactOptionalPropertyTypes, so no program without the DOM can check them. `#vega` and `#vega-lite`
// are names in this package's "imports": at run time they are the two packages, for the compiler they are `vega.d.ts`.
// They are loaded when the first picture is drawn: both are large, and building a figure needs neither.

/**
 * Draws a Vega-Lite specification without a DOM or a canvas.
 *
 * @throws PlotError if vega reports an error or a warning. Nothing is written to the console.
 */
export async function drawSvg(spec: object): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('#vega'), import('#vega-lite')])
  const { logger, complaints } = collectingLogger()
  const view = new View(parse(compile(spec, { logger }).spec), { renderer: 'none', logger })
  try {
    const svg = await view.toSVG()
    if (complaints.length === 0) return svg
  } finally {
    view.finalize()
  }
  throw new PlotError(
    `renderSvg: vega must draw the figure without complaint, got: ${complaints.join('; ')}. ` +
      `Check for axes whose values are equal or extremely large.`,
  )
}

function collectingLogger(): { readonly logger: Logger; readonly complaints: readonly string[] } {
  const complaints: string[] = []
  const collect = (...messages: readonly unknown[]): Logger => {
    complaints.push(messages.map(String).join(' '))
    return logger
  }
  const ignore = (): Logger => logger
  const logger: Logger = { level: ignore, error: collect, warn: collect, info: ignore, debug: ignore }
  return { logger, complaints }
}
