import { describe, expect, it } from 'vitest'
import { instantiate } from '../../../src/compile/wasm/instantiate.ts'
import { ModuleBuilder } from '../../../src/compile/wasm/module-builder.ts'
import { f64, FunctionBuilder } from '../../../src/compile/wasm/wasm-writer.ts'

describe('a module of several functions', () => {
  it('exports each by its name; they call each other and what they import, in any order', () => {
    const module = new ModuleBuilder()
    const twice = module.function('twice', [f64], [f64])
    const both = module.function('both', [f64, f64], [f64])
    const root = module.function('root', [f64], [f64])
    // Written before `root` has a body, and before the module knows of its imports.
    twice.get(0).call(root).get(0).call(root).op('add')
    both
      .get(0)
      .call(twice)
      .get(1)
      .call(twice)
      .call(module.imports.function('pow', [f64, f64], [f64]))
    root
      .get(0)
      .op('sqrt')
      .call(module.imports.function('log', [f64], [f64]))
    const exports = instantiate(module.encode())
    expect(Object.keys(exports)).toEqual(['twice', 'both', 'root'])
    const expected = (x: number): number => 2 * Math.log(Math.sqrt(x))
    expect(exports.root(5)).toBe(Math.log(Math.sqrt(5)))
    expect(exports.twice(5)).toBe(expected(5))
    expect(exports.both(5, 3)).toBe(Math.pow(expected(5), expected(3)))
  })

  it('calls itself', () => {
    const module = new ModuleBuilder()
    const factorial = module.function('factorial', [f64], [f64])
    factorial.get(0).float(2).op('less')
    factorial.ifThen(() => factorial.float(1).return())
    factorial.get(0).float(1).op('sub').call(factorial).get(0).op('mul')
    expect(instantiate(module.encode()).factorial(5)).toBe(120)
  })

  it('imports a function once, and takes functions of the host before those of Math', () => {
    const module = new ModuleBuilder()
    const { imports } = module
    const host = imports.function('note', [])
    expect(imports.function('note', [])).toBe(host)
    module.function('run', []).call(host).call(host)
    let calls = 0
    instantiate(module.encode(), { note: () => calls++ }).run()
    expect(calls).toBe(2)
  })

  it('is refused where it calls what it does not have', () => {
    const module = new ModuleBuilder()
    module.function('run', []).call(new FunctionBuilder([]))
    expect(() => module.encode()).toThrow('a function calls one that its module neither has nor imports')
  })
})
