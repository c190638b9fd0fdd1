/** All generated pages. */
import { operationsPage } from './operations.ts'
import type { Page } from './page.ts'

export const pages: readonly Page[] = [operationsPage]
