// The functions that the host calls. Each computes a range of its output, so that several threads can share it.
export { half, multiply, part, tile } from './gemm'
export { panelBytes } from './panels'
export { peak } from './peak'
export * from './sparse'
export { addRow, copy, relu, reluBackward, sigmoid, sigmoidBackward, sumRows } from './elementwise'
export { softmax, softmaxLoss, softmaxLossBackward, squaredLoss, squaredLossBackward, wrongClass } from './softmax'
export { adagrad, adam, momentum, rmsprop, sgd } from './optim'
export { addDecay, scale } from './decay'
export { countBeyond, countPositive, histogram, squaredDistance, summarize } from './statistics'
export { dropout } from './dropout'
export { columnMoments, normalize, normalizeBackward } from './normalize'
export { tanh, tanhBackward } from './tanh'

/** First byte after the module's constants. */
export const heapBase: usize = __heap_base
