// Figures, from general to particular.
export type { Axis, AxisScale, ComplexArray, ComplexNumber, Figure, Panel, Series } from './figure.ts'
export { type FitFigureOptions, fitFigure } from './fit-figure.ts'
export { type ComplexPlaneOptions, complexPlaneFigure } from './complex-plane.ts'
export { type BodeOptions, type FrequencyResponse, bodeFigure } from './bode-figure.ts'
export { type ConvergenceOptions, type LossHistory, convergenceFigure } from './convergence-figure.ts'

// What becomes of them.
export { type VegaLiteSpec, vegaLiteSpec } from './spec.ts'
export { type SvgOptions, renderSvg } from './render-svg.ts'
export type { FactView, ParameterView, ReportView } from './report-view.ts'
export { renderHtml } from './render-html.ts'

// Numbers and errors.
export { type UncertaintyStyle, formatComplex, formatNumber, formatUncertain } from './format-number.ts'
export { PlotError } from './errors.ts'
