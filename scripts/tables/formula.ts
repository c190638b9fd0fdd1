/** A traced tensor as a formula for reading. */
import { valueOf, Traced } from '@cad/core/compiler'
import { formatComplex, type Tensor } from '@cad/core'

/** How tightly a piece of a formula holds together: comparisons, sums, products, signs and powers, names. */
type Piece = { readonly text: string; readonly rank: 0 | 1 | 2 | 3 | 4 }

type Form = (args: readonly Piece[], params: unknown) => Piece

const call = (name: string, args: readonly Piece[]): Piece => ({
  text: `${name}(${args.map(({ text }) => text).join(', ')})`,
  rank: 4,
})

const inside = ({ text, rank }: Piece, least: number): string => (rank < least ? `(${text})` : text)

const infix =
  (sign: string, rank: 0 | 1 | 2): Form =>
  ([a, b]) => ({ text: `${inside(a, rank)} ${sign} ${inside(b, rank + 1)}`, rank })

const product: Form = ([a, b]) => ({ text: `${inside(a, 2)} · ${inside(b, b.text.includes(' / ') ? 3 : 2)}`, rank: 2 })

/** x + iy, where one part may be missing. */
const cartesian: Form = ([x, y]) => {
  if (y.text === '0') return x
  return x.text === '0' ? product([{ text: 'i', rank: 4 }, y], undefined) : call('complex', [x, y])
}

const negative: Form = ([a]) => ({ text: `−${inside(a, 2)}`, rank: 1 })

const power = (base: Piece, exponent: string): Piece => ({ text: `${inside(base, 4)}${exponent}`, rank: 3 })

const superscript = (n: number): string =>
  String(n).replaceAll(/./g, (digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]))

const forms: Readonly<Record<string, Form>> = {
  add: infix('+', 1),
  sub: infix('−', 1),
  complex: cartesian,
  mul: product,
  seeded: product,
  div: infix('/', 2),
  neg: negative,
  reciprocal: ([a]) => ({ text: `1 / ${inside(a, 3)}`, rank: 2 }),
  square: ([a]) => power(a, '²'),
  integerPower: ([a], n) => power(a, superscript(n as number)),
  power: ([a, p]) => power(a, `^${inside(p, 4)}`),
  abs: ([a]) => ({ text: `|${a.text}|`, rank: 4 }),
  equal: infix('=', 0),
  less: infix('<', 0),
  lessEqual: infix('≤', 0),
  onePlusSquare: ([a], sign) => ({ text: `1 ${sign === 1 ? '+' : '−'} ${power(a, '²').text}`, rank: 1 }),
  sinc: ([a], order) => ({ text: `sinc${order === 0 ? '' : `⁽${superscript(order as number)}⁾`}(${a.text})`, rank: 4 }),
}

/** The formula of a tensor in terms of the named ones. `used` collects the primitives that are written as calls. */
export function formulaOf(x: Tensor, names: ReadonlyMap<Tensor, string>, used: Set<string> = new Set()): string {
  const piece = (y: Tensor): Piece => {
    const name = names.get(y)
    if (name !== undefined) return { text: name, rank: 4 }
    if (!(y instanceof Traced) || valueOf(y) !== undefined) return constantPiece(y)
    const { primitive, inputs, params } = y.node
    if (primitive.name === 'copy') return piece(inputs[0])
    const args = inputs.map(piece)
    const form = forms[primitive.name]
    if (form !== undefined) return form(args, params)
    used.add(primitive.name)
    return call(primitive.name, args)
  }
  return piece(x).text
}

function constantPiece(x: Tensor): Piece {
  if (x.isStructuralZero || x.data.every((part) => part === 0)) return { text: '0', rank: 4 }
  if (x.size !== 1) return { text: 'constant', rank: 4 }
  return numberPiece(x.item())
}

function numberPiece(value: ReturnType<Tensor['item']>): Piece {
  const text = numberText(value)
  return { text, rank: text.includes(' ') ? 1 : text.startsWith('−') ? 2 : 4 }
}

/** A number for reading: −0.5i, ∞, 1 + 2i; six digits. */
export function numberText(value: ReturnType<Tensor['item']>): string {
  if (typeof value === 'number') return realText(value)
  const { re, im } = value
  if (Number.isNaN(re) || Number.isNaN(im)) return 'NaN'
  if (im === 0) return realText(re)
  if (re !== 0) return formatComplex(value, 3)
  return im === 1 ? 'i' : im === -1 ? '−i' : `${realText(im)}i`
}

const realText = (x: number): string =>
  String(Number(x.toPrecision(3)))
    .replace('-', '−')
    .replace('Infinity', '∞')
    .replace(/^−0$/, '0')
