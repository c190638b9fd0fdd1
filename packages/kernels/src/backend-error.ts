/** A backend that cannot be used as it is. */
export class BackendError extends Error {
  override readonly name = 'BackendError'
}
