import { join } from 'node:path'

/** Path of a measured data file in examples/data. */
export const dataFile = (name: string): string => join(import.meta.dirname, 'data', name)
