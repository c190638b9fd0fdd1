import { add, complex, exp, linspace, mul, tensor, type Tensor } from '@cad/core'
import { complexParam, param } from '@cad/fit'
import type { Model, Setup } from './fit-case.ts'

const t = linspace(0, 3, 25)
const lineModel: Model = ({ c, m }) => add(c, mul(m, t))
const decayModel: Model = ({ rate, gain, offset }) => add(offset, mul(gain, exp(mul(rate, t))))

const wave = (i: number): number => Math.sin(9 * i + i * i)
const realNoise = tensor(Array.from({ length: 25 }, (_, i) => 0.01 * wave(i)))
const complexNoise = tensor(Array.from({ length: 25 }, (_, i) => ({ re: 0.01 * wave(i), im: 0.01 * wave(i + 40) })))

const line = { c: 1.5, m: -0.7 }
const decay = { rate: { re: -0.3, im: 2 }, gain: 1.5, offset: 0.25 }

const lineData = lineModel({ c: tensor(line.c), m: tensor(line.m) })
const decayData = decayModel({ rate: complex(-0.3, 2), gain: tensor(1.5), offset: tensor(0.25) })

const lineStart = { c: param(0, { unit: 'V' }), m: param(1, { reference: line.m }) }
const decayStart = {
  rate: complexParam(complex(-0.2, 2.1), { unit: '1/s', reference: decay.rate }),
  gain: param(1, { unit: 'V', bounds: [0, Infinity], reference: 1.5 }),
  offset: param(0.25, { fixed: true }),
}

const weights: Tensor = tensor(Array.from({ length: 25 }, (_, i) => 1 + (i % 3)))

/** Fits of a real and a complex model: without noise, with it, with weights, ended early. */
export const setups: readonly Setup[] = [
  { name: 'a line, exact', options: { parameters: lineStart, model: lineModel, data: lineData }, truth: line },
  {
    name: 'a line with noise and weights',
    options: { parameters: lineStart, model: lineModel, data: add(lineData, realNoise), weights },
    truth: line,
  },
  {
    name: 'a line with noise of known size',
    options: { parameters: lineStart, model: lineModel, data: add(lineData, realNoise), sigma: 0.01 * Math.SQRT1_2 },
    truth: line,
  },
  {
    name: 'a complex decay with noise, a bound and a fixed parameter',
    options: {
      parameters: decayStart,
      model: decayModel,
      data: add(decayData, complexNoise),
      title: 'Decay',
      timestamp: '2026-01-01T00:00:00Z',
      versions: { '@cad/ode': '0.1.0' },
    },
    truth: decay,
  },
  {
    name: 'a complex decay in few iterations',
    options: { parameters: decayStart, model: decayModel, data: decayData, maxIterations: 1 },
    truth: decay,
  },
]
