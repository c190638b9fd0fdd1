import { jit, jvp, vjp, type Target } from '@cad/core'
import { like, requireClose, type Check } from './check.ts'

type Numbers = Parameters<typeof requireClose>[1]

const compiledFor = (target: Target | undefined): Check => ({
  name: 'compiled',
  title: `is the same compiled, with its derivatives, for ${target === undefined ? 'the target chosen by size' : `the target ${target}`}`,
  run: ({ f, args, bounds }) => {
    const options = target === undefined ? {} : { target }
    const compiled = jit(f, options)
    const tangents = like(args, 0)
    const eager = jvp(f)(args, tangents)
    const seeds = like(eager.value, 9)
    const cotangents = vjp(f)(args).pullback(seeds)
    const close = (what: string, found: Numbers, expected: Numbers): void =>
      requireClose(what, found, expected, bounds.compiled)
    close('value', compiled(args), eager.value)
    close('jvp', jvp(compiled)(args, tangents).tangent, eager.tangent)
    close('vjp', vjp(compiled)(args).pullback(seeds), cotangents)
    const inside = jit((xs: Numbers, bars: Numbers) => vjp(f)(xs).pullback(bars), options)
    close('vjp inside jit', inside(args, seeds), cotangents)
  },
})

/** Every target compiles every function. */
export const compiledChecks: readonly Check[] = [undefined, 'js' as const, 'wasm' as const, 'interpreter' as const].map(
  compiledFor,
)
