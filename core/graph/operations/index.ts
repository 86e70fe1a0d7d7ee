export { elementwise } from './elementwise'
export { atomRank, type Downstream, type Fault, type Letters, type Operation, type Product, type PythonClass, type PytorchArgument, type Result, type Upstream } from './operation'
export { type FunctionOperation, functionOf, functions, operationOf, operations, operatorsOf, registerOperation, symbolOf } from './registry'
