type Numbers = readonly number[] | Float64Array

/** Generated statements as a function of these arrays. */
export const compiled = (parameters: readonly string[], text: string): ((...arrays: Numbers[]) => void) =>
  // oxlint-disable-next-line typescript/no-implied-eval -- running generated code is what is tested
  new Function(...parameters, `'use strict';${text}`) as (...arrays: Numbers[]) => void
