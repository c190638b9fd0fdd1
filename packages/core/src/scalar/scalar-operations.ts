/** What a `ScalarProgram` is made of. */

/** Functions of one real number that a program may call; each is the `Math` function of the same name. */
export const unaryFunctions = [
  'sqrt',
  'exp',
  'log',
  'sin',
  'cos',
  'tan',
  'sinh',
  'cosh',
  'tanh',
  'asin',
  'acos',
  'atan',
  'asinh',
  'acosh',
  'atanh',
  'expm1',
  'log1p',
  'abs',
  'floor',
  'sign',
] as const
export type UnaryFunction = (typeof unaryFunctions)[number]

/** Functions of two real numbers; each is the `Math` function of the same name. */
export const binaryFunctions = ['atan2', 'hypot', 'pow', 'max', 'min'] as const
export type BinaryFunction = (typeof binaryFunctions)[number]

export type Operation =
  | 'constant' // left: index into `constants`
  | 'input' // left: slot, right: offset
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'less' // 1 where left < right, else 0
  | 'equal'
  | 'select' // left: condition, right: a 'pair'
  | 'pair' // the two branches of a select; never a value of its own
  | UnaryFunction
  | BinaryFunction

export const operations: readonly Operation[] = [
  'constant',
  'input',
  'add',
  'sub',
  'mul',
  'div',
  'neg',
  'less',
  'equal',
  'select',
  'pair',
  ...unaryFunctions,
  ...binaryFunctions,
]
