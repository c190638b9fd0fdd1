import { describe, expect, it } from 'vitest'
import { complex, DtypeError, grad, jit, less, mul, tensor, where, type Tensor } from '../src/index.ts'

/** What JavaScript makes of operators on tensors, which TypeScript refuses for the most part. */
const loose = (x: unknown): any => x // oxlint-disable-line typescript/no-explicit-any -- the operators of callers without types

const operators: Readonly<Record<string, (x: unknown) => unknown>> = {
  '<': (x) => loose(x) < 1,
  '-1 / x': (x) => -1 / loose(x),
  '+x': (x) => +loose(x),
  'x + 1': (x) => loose(x) + 1,
  'x == 1': (x) => loose(x) == 1, // oxlint-disable-line eqeqeq -- the loose comparison is what is tested
  'Math.sqrt': (x) => Math.sqrt(loose(x)),
}

describe.each(Object.entries(operators))('%s on a tensor', (_name, run) => {
  it('is a typed error that says what to use, also where there is no value yet', () => {
    for (const x of [tensor(2), complex(1, 2)].map((y) => mul(1, y))) {
      expect(() => run(x)).toThrow(DtypeError)
      expect(() => run(x)).toThrow('operators such as < + * do not know tensors. Use less, add, mul')
    }
    expect(() => grad((x: Tensor) => (run(x), x))(tensor(2))).toThrow(DtypeError)
    expect(() => jit((x: Tensor) => (run(x), x))(tensor(2))).toThrow(DtypeError)
  })
})

describe('a tensor', () => {
  it('is text in a template, and comparable with null and undefined', () => {
    const x = tensor([1, 2])
    expect(`${x}`).toBe(x.toString()) // oxlint-disable-line typescript/restrict-template-expressions -- it is what is tested
    expect(String(x)).toBe(x.toString())
    expect(loose(x) == null).toBe(false) // oxlint-disable-line eqeqeq -- as above
    expect(loose(x) === x).toBe(true)
  })

  it('is compared by functions', () => {
    expect(where(less(tensor(0.5), 1), 2, 3).item()).toBe(2)
  })
})
