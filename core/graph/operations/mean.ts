import { filled, sizeOf } from '../values'
import { type Operation, overflow } from './operation'
import { call, oneOver, pythonClass, unary } from './writing'

/** Mean over all cells; N is their number. */
export const mean: Operation = {
  name: 'mean', symbol: 'mean', syntax: call(['x'], ['avg', 'average']),
  shape: () => [],
  forward: ([x], round) => ({ value: { shape: [], data: [round(x!.data.reduce((total, n) => round(total + n), 0) / x!.data.length)] } }),
  fault: overflow,
  backward({ args: [x], dout, round }) {
    const N = x!.data.length
    return [{ local: filled(x!.shape, round(1 / N)), value: filled(x!.shape, round(dout.data[0]! / N)) }]
  },
  sources: ([x]) => Array.from({ length: sizeOf(x!) }, (_, i) => i),
  formula: {
    ...unary, forward: ({ args: [x], N }) => `${oneOver(N)}\\sum_i ${x}_i`, local: [({ N }) => oneOver(N).trim() || '1'],
    numbers: { forward: ({ args: [x], N }) => `${oneOver(N)}\\sum ${x}` },
    count: ([x]) => sizeOf(x!),
  },
  code: {
    numpy: pythonClass('Mean', 'mean', `
    def forward(self, x):
        self.shape, self.size = np.shape(x), np.size(x)
        return np.mean(x)

    def backward(self, dout):
        return np.full(self.shape, dout / self.size)
`),
    pytorch: { call: 'torch.mean' },
  },
}
