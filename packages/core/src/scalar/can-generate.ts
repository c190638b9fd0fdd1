let allowed: boolean | undefined

/** Whether this environment lets code be generated (a content security policy may forbid it). Asked once. */
export function canGenerateCode(): boolean {
  if (allowed === undefined) {
    try {
      allowed = new Function('return true')() === true
    } catch {
      allowed = false
    }
  }
  return allowed
}
