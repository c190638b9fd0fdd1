import { divPairs, mulPairs, type Pair } from '../compile/complex-scalar.ts'
import type { ScalarProgram } from '../compile/scalar-program.ts'
import { bind, definePrimitive } from '../primitive.ts'
import type { Tensor, TensorLike } from '../tensor.ts'
import { mul } from './arithmetic.ts'
import { exp, log } from './holomorphic.ts'
import { joined } from './types.ts'

const integerPowerP = definePrimitive<number>('integerPower', {
  type: (args) => joined('pow')(args),
  formula: (s, [z], _, n) => integerPower(s, z, n as number),
  partials: ([z], _, n) => (n === 0 ? {} : { dz: mul(n, pow(z, n - 1)) }),
  poles: true,
})

/** zⁿ by repeated squaring. */
function integerPower(s: ScalarProgram, z: Pair, n: number): Pair {
  if (n < 0) return divPairs(s, { re: s.one, im: s.zero }, integerPower(s, z, -n))
  let [result, factor]: Pair[] = [{ re: s.one, im: s.zero }, z]
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = mulPairs(s, result, factor)
    if (rest > 1) factor = mulPairs(s, factor, factor)
  }
  return result
}

const largestUnrolledPower = 64

/** zᵖ; a small integer p by repeated squaring, any other as exp(p log z) with the principal logarithm. */
export function pow(z: TensorLike, p: TensorLike): Tensor {
  if (typeof p === 'number' && Number.isInteger(p) && Math.abs(p) <= largestUnrolledPower)
    return bind(integerPowerP, [z], p)
  return exp(mul(p, log(z)))
}
