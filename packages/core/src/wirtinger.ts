import { linearize } from './linearize.ts'
import { add, mul } from './ops/arithmetic.ts'
import { complex } from './ops/conjugation.ts'
import { zeros } from './ops/creation.ts'
import { reshape } from './ops/shape.ts'
import { stack } from './ops/joining.ts'
import { Tensor, toTensor, type TensorLike } from './tensor.ts'

/** ∂f/∂z and ∂f/∂z̄, each of shape [...out, ...in]. */
export interface WirtingerPair {
  readonly dz: Tensor
  readonly dzbar: Tensor
}

/**
 * The two Wirtinger derivatives of f, holomorphic or not: df = f_z dz + f_z̄ conj(dz). For f: C → C from two directional
 * derivatives, f_z = ½(jvp(1) − i jvp(i)), f_z̄ = ½(jvp(1) + i jvp(i)); for n inputs from 2n.
 */
export function wirtinger(f: (z: Tensor) => TensorLike): (z: TensorLike) => WirtingerPair {
  return (z) => {
    const at = toTensor(z, 'wirtinger')
    const point = at.dtype === 'complex128' ? at : complex(at)
    const { value, pushforward } = linearize((x: Tensor) => toTensor(f(x), 'wirtinger'))(point)
    const columns = Array.from({ length: point.size }, (_, j) => {
      const along1 = pushforward(unitTensor(point, j, 0))
      const alongI = mul(complex(0, 1), pushforward(unitTensor(point, j, 1)))
      return { dz: mul(0.5, add(along1, mul(-1, alongI))), dzbar: mul(0.5, add(along1, alongI)) }
    })
    const assemble = (parts: readonly Tensor[]): Tensor => {
      const shape = [...value.shape, ...point.shape]
      if (parts.length === 0) return zeros(shape, { dtype: 'complex128' })
      return reshape(stack(parts, { axis: value.shape.length }), shape)
    }
    return { dz: assemble(columns.map(({ dz }) => dz)), dzbar: assemble(columns.map(({ dzbar }) => dzbar)) }
  }
}

/** 1 (part 0) or i (part 1) at element j, 0 elsewhere. */
function unitTensor({ shape, size }: Tensor, j: number, part: 0 | 1): Tensor {
  const data = new Float64Array(2 * size)
  data[2 * j + part] = 1
  return new Tensor(shape, 'complex128', data)
}
