let compilations = 0

/** Programs built in this process so far, those in modules of others among them. */
export const compilationCount = (): number => compilations

export function noteCompilation(): void {
  compilations++
}
