import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { Tensor } from '@cad/core'
import { linearize, sub, tensor, type Progress } from '@cad/core'
import { fromJson } from '@cad/fit'
import { eisRandles } from './eis-randles/main.ts'
import { runExample, type FitExample } from './fit-example.ts'
import { rabiFit } from './rabi-fit/main.ts'
import { guessOscillation, readRabi } from './rabi-fit/measurement.ts'
import { rabiClosedForm, rabiModel, type RabiParameters } from './rabi-fit/model.ts'
import { readTextFile } from './readers/text-file.ts'
import { resonatorQ } from './resonator-q/main.ts'

const examples: readonly FitExample[] = [resonatorQ, rabiFit, eisRandles]
const out = join(import.meta.dirname, '..', 'out')

describe.each(examples.map((example) => [example.name, example] as const))('%s', (name, example) => {
  const printed: string[] = []
  let reproduced = false
  beforeAll(async () => {
    const log = vi.spyOn(console, 'log').mockImplementation((text: unknown) => void printed.push(String(text)))
    reproduced = await runExample(example)
    log.mockRestore()
  })

  it('reproduces every reference value', () => {
    expect(printed.filter((line) => line.startsWith('FAIL'))).toEqual([])
    expect(printed.filter((line) => line.startsWith('ok')).length).toBeGreaterThanOrEqual(4)
    expect(reproduced).toBe(true)
  })

  it('shows progress, the start with its loss, and a table with references', () => {
    const text = printed.join('\n')
    expect(text).toMatch(/iteration +0 {2}loss .* \|gradient\| .* step .* evaluations/)
    expect(text).toMatch(/start from the data: .*\n.* = .*; loss \d/)
    expect(text).toMatch(/parameter +value +.*reference +deviation/)
    expect(text).toMatch(/iterations +\d+\nevaluations +\d+\nseconds +[\d.]+/)
  })

  it('writes a page, a picture and JSON from which the report can be read again', () => {
    for (const ending of ['html', 'svg', 'json']) expect(existsSync(join(out, `${name}.${ending}`))).toBe(true)
    const json = JSON.parse(readFileSync(join(out, `${name}.json`), 'utf8')) as { report: unknown; start: string }
    const report = fromJson(JSON.stringify(json.report))
    expect(report.startLoss).toBeGreaterThan(2 * report.loss)
    expect(json.start).toMatch(/from the data/)
    expect(report.parameters.every(({ initial }) => initial !== undefined)).toBe(true)
  })

  it('stops at its best point when it is told to', () => {
    const losses: number[] = []
    const stopAtTwo = ({ iteration, loss }: Progress): boolean => {
      losses.push(loss)
      return iteration < 2
    }
    const { report } = example.run(stopAtTwo)
    expect(report.status).toBe('stopped')
    expect(report.loss).toBeLessThanOrEqual(losses[0])
  })
})

describe('the Jacobian of the Rabi model', () => {
  const { t, signal } = readRabi()
  const guess = guessOscillation({ t, signal })
  const start = { f: guess.f, T1: 1.9, phi: guess.phi, a0: 0.01, a1: guess.a1, s: -0.02 }
  const names = Object.keys(start) as (keyof typeof start)[]
  const unit = (name: string) =>
    Object.fromEntries(names.map((other) => [other, other === name ? 1 : 0])) as typeof start
  const { value, pushforward, pullback } = linearize((p: RabiParameters) => rabiModel(t, p))(start)
  const columns = names.map((name) => pushforward(unit(name)))

  it('is the same from the jvp of the solve as from its adjoint: Jᵀr', () => {
    const residual = sub(value, signal)
    const gradient = pullback(residual)
    names.forEach((name, i) => {
      const byColumns = columns[i].data.reduce((sum, x, k) => sum + x * residual.data[k], 0)
      // 488 terms of size 1, summed in different orders: rounding, far below 1e-10.
      expect(Math.abs(gradient[name].data[0] - byColumns)).toBeLessThan(1e-10 * Math.max(1, Math.abs(byColumns)))
    })
  })

  it('is that of the closed form to the tolerance of the solve', () => {
    const exact = linearize((p: RabiParameters) => rabiClosedForm(t, p))(start)
    names.forEach((name, i) => {
      const column = exact.pushforward(unit(name))
      const scale = Math.max(...column.data.map(Math.abs))
      // rtol 1e-9 over some hundred steps, and derivatives lose one digit more.
      expect(maxDistance(columns[i], column)).toBeLessThan(1e-6 * scale)
    })
  })
})

const maxDistance = (a: Tensor, b: Tensor): number => Math.max(...sub(a, tensor(b.data)).data.map(Math.abs))

describe('the estimate of the oscillation', () => {
  it('finds frequency and phase of a synthetic record', () => {
    const t = tensor(Float64Array.from({ length: 400 }, (_, i) => i / 100))
    const signal = tensor(t.data.map((x) => 0.5 * (1 - Math.cos(2 * Math.PI * 2.5 * x + 0.4))))
    const { f, phi, a1 } = guessOscillation({ t, signal })
    expect(Math.abs(f - 2.5)).toBeLessThan(1 / 8) // the grid: 1/(2T)
    expect(Math.abs(phi - 0.4)).toBeLessThan(0.5)
    expect(Math.abs(a1 - 0.5)).toBeLessThan(0.1)
  })
})

describe('an example that cannot run', () => {
  it('says why in one line, and counts as failed', async () => {
    const silent = vi.spyOn(console, 'log').mockImplementation(() => {})
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    const broken: FitExample = {
      ...rabiFit,
      name: 'broken',
      run: () => void readTextFile('examples/data/none.dat') as never,
    }
    expect(await runExample(broken)).toBe(false)
    expect(said.mock.calls.flat().join()).toMatch(
      /^broken: DataFileError: readTextFile: cannot read .*none\.dat: there is no such file/,
    )
    silent.mockRestore()
    said.mockRestore()
  })
})
