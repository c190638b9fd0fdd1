import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyPoleProgram, comparedInHalves, comparedLooped, comparedWhole } from './random-poles.ts'
for (const compare of [comparedWhole, comparedInHalves, comparedLooped]) it(compare.name, () => {
  let n = 0, fin = 0, bad = 0
  for (const p of fc.sample(anyPoleProgram, { seed: 1, numRuns: 3000 })) {
    n++
    const { isFinite, wrong } = compare(p)
    if (isFinite) fin++
    if (wrong.length > 0 && bad++ < 12) console.log(JSON.stringify(p.steps), JSON.stringify(p.inputs), '\n', wrong.slice(0, 3).join('\n '))
  }
  console.log(compare.name, n, fin, bad)
}, 100000)
