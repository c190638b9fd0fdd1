import { kernelMemory, arena } from '@cad/kernels'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../src/compile/wasm/byte-writer.ts'
import { instantiate } from '../../../src/compile/wasm/instantiate.ts'
import { encodeModule, type ImportedFunction } from '../../../src/compile/wasm/wasm-module.ts'
import { f64, FunctionBuilder, i32, v128 } from '../../../src/compile/wasm/wasm-writer.ts'

const written = (write: (out: ByteWriter) => void): number[] => {
  const out = new ByteWriter()
  write(out)
  return [...out.bytes()]
}

describe('ByteWriter', () => {
  it('writes unsigned and signed integers as LEB128', () => {
    expect(written((out) => out.unsigned(0))).toEqual([0])
    expect(written((out) => out.unsigned(127))).toEqual([127])
    expect(written((out) => out.unsigned(624485))).toEqual([0xe5, 0x8e, 0x26]) // the example of the DWARF standard
    expect(written((out) => out.unsigned(2 ** 31))).toEqual([0x80, 0x80, 0x80, 0x80, 0x08])
    expect(written((out) => out.signed(-1))).toEqual([0x7f])
    expect(written((out) => out.signed(63))).toEqual([63])
    expect(written((out) => out.signed(64))).toEqual([0xc0, 0])
    expect(written((out) => out.signed(-123456))).toEqual([0xc0, 0xbb, 0x78]) // the same
  })

  it('grows, and writes doubles little-endian', () => {
    const bytes = written((out) => {
      for (let i = 0; i < 1000; i++) out.float64(i)
    })
    expect(new Float64Array(Uint8Array.from(bytes).buffer)[999]).toBe(999)
  })
})

const logarithm: ImportedFunction = { name: 'log', parameters: [f64], results: [f64] }

/** Runs a function on some numbers in the kernel memory; gives them back. */
function run(numbers: readonly number[], write: (code: FunctionBuilder, address: number) => void): number[] {
  const mark = arena.mark()
  const address = arena.allocate(numbers.length)
  const memory = kernelMemory.float64()
  memory.set(numbers, address / 8)
  const code = new FunctionBuilder([])
  write(code, address)
  instantiate(encodeModule([logarithm], [{ name: 'run', code }])).run()
  const result = Array.from(memory.subarray(address / 8, address / 8 + numbers.length))
  arena.release(mark)
  return result
}

describe('a module', () => {
  it('computes, selects and calls imported functions', () => {
    const result = run([2, 3, 0], (code, at) => {
      code.int(at).int(at).loadFloat(0).int(at).loadFloat(8).op('mul').call(logarithm)
      code.int(at).loadFloat(8).int(at).loadFloat(0).int(at).loadFloat(0).int(at).loadFloat(8).op('less').select()
      code.op('sub').storeFloat(16)
    })
    expect(result[2]).toBe(Math.log(6) - 3)
  })

  it('counts loops: the body runs once for each step below the end', () => {
    const result = run([1, 2, 3, 4, 5], (code, at) => {
      const counter = code.local(i32)
      code.countedLoop(counter, 8, 40, () => {
        code.get(counter).get(counter).loadFloat(at).float(10).op('mul').storeFloat(at)
      })
    })
    expect(result).toEqual([10, 20, 30, 40, 50])
  })

  it('branches, and returns early', () => {
    const code = new FunctionBuilder([f64], [f64])
    code.get(0).float(0).op('less')
    code
      .ifThen(() => code.get(0).op('neg').return())
      .get(0)
      .float(2)
      .op('mul')
    const { f } = instantiate(encodeModule([], [{ name: 'f', code }]))
    expect([f(-3), f(3)]).toEqual([3, 6])
  })

  it('moves lanes: shuffle picks two of the four lanes of two vectors', () => {
    const result = run([1, 2, 3, 4, 0, 0], (code, at) => {
      const [a, b] = [code.local(v128), code.local(v128)]
      code.int(at).loadVector(0).set(a).int(at).loadVector(16).set(b)
      code.int(at).get(a).get(b).shuffle(1, 2).storeVector(32)
      code.int(at).get(a).lane(1).splat().float(7).replaceLane(0).storeVector(0)
    })
    expect(result).toEqual([7, 2, 3, 4, 2, 3])
  })
})
