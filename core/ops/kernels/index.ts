// What the host calls. Every function works on a part of the output, so that several threads can share it.
export { half, multiply, pack, panelBytes, panels, peak, rowBytes, tile } from './gemm'
export * from './sparse'
export { addRow, allFinite, copy, relu, reluBackward, sigmoid, sigmoidBackward, sumRows } from './elementwise'
export { softmax, softmaxLoss, softmaxLossBackward, squaredLoss, squaredLossBackward, wrongClass } from './softmax'
export { adagrad, adam, momentum, rmsprop, sgd } from './optim'

/** Where the module's own constants end. */
export const heapBase: usize = __heap_base
