import { filled, sizeOf } from '../values'
import { type Operation, overflow } from './operation'
import { fixed, pythonClass, reservedCall, unary } from './writing'

/** Sum over all cells. */
export const sum: Operation = {
  name: 'sum', symbol: 'Σ', syntax: reservedCall(['x']),
  shape: () => [],
  forward: ([x], round) => ({ value: { shape: [], data: [x!.data.reduce((total, n) => round(total + n), 0)] } }),
  fault: overflow,
  backward: ({ args: [x], dout }) => [{ local: filled(x!.shape, 1), value: filled(x!.shape, dout.data[0]!) }],
  sources: ([x]) => Array.from({ length: sizeOf(x!) }, (_, i) => i),
  formula: { ...unary, forward: ({ args: [x] }) => `\\sum_i ${x}_i`, local: [fixed('1')], numbers: { forward: ({ args: [x] }) => `\\sum ${x}` } },
  terms: ([x]) => Array.from({ length: sizeOf(x!) }, (_, cell) => ({ factors: [{ of: 0, cell }] })),
  code: {
    numpy: pythonClass('Sum', 'sum', `
    def forward(self, x):
        self.shape = np.shape(x)
        return np.sum(x)

    def backward(self, dout):
        return np.full(self.shape, dout)
`),
    pytorch: { call: 'torch.sum' },
  },
}
