export { functionNames, usageOf } from './functions'
export { expressionLimits } from './limits'
export { parseProgram } from './parse'
export { printExpression, printProgram } from './print'
