/** What a wrong call throws, so that type and text can be looked at. */
export function errorOf(f: () => unknown): Error {
  try {
    f()
  } catch (error) {
    return error as Error
  }
  throw new Error('expected an error')
}
