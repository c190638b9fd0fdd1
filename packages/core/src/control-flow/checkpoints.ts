/** Which carries a reverse sweep stores: those in front of every step, or those in front of every segment. */
export interface Checkpoints {
  readonly name: string
  /** Steps in a segment, for a loop of `length` steps; a segment is run again, with all its carries, when the sweep reaches it. */
  readonly segmentLength: (length: number) => number
}

/** Every carry is stored: N carries, no step is repeated. */
export const storeAll: Checkpoints = { name: 'storeAll', segmentLength: (length) => length }

/** Segments of √N steps: about 2√N carries are stored at a time, and every step is run once more. */
export const sqrtCheckpoints: Checkpoints = {
  name: 'sqrtCheckpoints',
  segmentLength: (length) => Math.max(1, Math.floor(Math.sqrt(length))),
}
