/** All generated pages. */
import { fitPage } from './fit.ts'
import { linalgPage } from './linalg.ts'
import { odePage } from './ode.ts'
import { operationsPage } from './operations.ts'
import { optimPage } from './optim.ts'
import type { Page } from './page.ts'

export const pages: readonly Page[] = [operationsPage, linalgPage, odePage, optimPage, fitPage]
