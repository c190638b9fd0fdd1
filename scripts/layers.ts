/**
 * The layers of a package, lowest first: a source imports from its own layer and from those below, types included. Each layer is
 * a list of folders (with a slash) and files; the first that fits a path counts.
 */
const coreLayers: readonly (readonly string[])[] = [
  ['errors.ts', 'complex.ts', 'show-numbers.ts', 'tensor.ts', 'tree.ts', 'progress.ts', 'identity.ts'],
  ['scalar/'],
  [
    'finiteness.ts',
    'primitive.ts',
    'define-primitive.ts',
    'graph.ts',
    'finiteness-of.ts',
    'bind.ts',
    'trace.ts',
    'lower.ts',
  ],
  ['ops/'],
  ['transformations/'],
  ['compile/graph/'],
  ['compile/loops/'],
  ['compile/js/', 'compile/wasm/'],
  ['compile/'],
  ['closed/'],
  ['control-flow/'],
  ['check/'],
  ['index.ts', 'compiler.ts'],
]

const layersOf: Readonly<Record<string, readonly (readonly string[])[]>> = { core: coreLayers }

/** What is wrong with an import between two sources of one package, given from its src folder; undefined if nothing is. */
export function layerProblem(packageName: string, from: string, to: string): string | undefined {
  const layers = layersOf[packageName]
  if (layers === undefined) return undefined
  const [own, other] = [from, to].map((path) => layers.findIndex((layer) => layer.some((part) => isIn(path, part))))
  if (own < 0) return `${from} stands in no layer of ${packageName}. Give it a place in scripts/layers.ts.`
  if (other <= own) return undefined
  return `${from} imports upwards, from ${to}. Move what both need below them, or hand it in as an argument.`
}

const isIn = (path: string, part: string): boolean => (part.endsWith('/') ? path.startsWith(part) : path === part)
