import { elementwise } from './elementwise'
import type { Operation } from './operation'
import { bracketed, pythonClass, reservedCall, unary } from './writing'

/** 1 − y² in full precision, even for y near 1 */
function slopeOf(x: number): number {
  const e = Math.exp(-2 * Math.abs(x))
  return 4 * e / ((1 + e) * (1 + e))
}

export const tanh: Operation = {
  name: 'tanh', symbol: 'tanh', syntax: reservedCall(['x']),
  ...elementwise({ of: Math.tanh, slopes: [slopeOf] }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\tanh ${bracketed(x)}`, local: [({ out }) => `1 - ${out}^2`] },
  code: {
    numpy: pythonClass('Tanh', 'tanh', `
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out ** 2)
`),
    pytorch: { call: 'torch.tanh' },
  },
}
