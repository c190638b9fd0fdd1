/** The version that a report names; that of package.json. */
export const version = '0.1.0'
