import { elementwise } from './elementwise'
import type { Operation } from './operation'
import { cases, pythonClass, reservedCall, unary } from './writing'

/** @source Deep Learning from Scratch, 5.5.1 */
export const relu: Operation = {
  name: 'relu', symbol: 'ReLU', syntax: reservedCall(['x']),
  ...elementwise({ of: a => a > 0 ? a : 0, slopes: [a => a > 0 ? 1 : 0] }), // the derivative at 0 is 0
  formula: {
    ...unary, forward: ({ args: [x] }) => `\\max(0, ${x})`,
    local: [({ args: [x] }) => cases(['1', `${x} > 0`], ['0', `${x} \\le 0`])],
  },
  code: {
    numpy: pythonClass('Relu', 'relu', `
    def forward(self, x):
        self.mask = np.less_equal(x, 0)           # where it is off
        return np.where(self.mask, 0.0, x)

    def backward(self, dout):
        return np.where(self.mask, 0.0, dout)
`),
    pytorch: { call: 'torch.relu' },
  },
}
