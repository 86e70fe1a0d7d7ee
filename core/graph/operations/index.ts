import type { OperationName } from '../types'
import { elementwiseOperations } from './elementwise'
import { matrixOperations } from './matrix'
import type { Operation } from './operation'
import { rowOperations } from './rows'

export type { Fault, Operation } from './operation'

/** Every kind of node by its name. */
export const operations: Readonly<Record<OperationName, Operation>> = { ...elementwiseOperations, ...matrixOperations, ...rowOperations }
