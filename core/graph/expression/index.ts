export { functionNames, isFunction, signatures, usageOf, type FunctionName } from './functions'
export { expressionLimits } from './limits'
export { parseProgram } from './parse'
export { printExpression, printProgram } from './print'
