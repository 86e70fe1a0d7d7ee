import { type OperationName, symbolOf } from '@core'

/** Signs are drawn larger than words. */
export const isSign = (operation: OperationName): boolean => symbolOf(operation).length === 1
