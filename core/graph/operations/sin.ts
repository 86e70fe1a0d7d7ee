import { elementwise } from './elementwise'
import type { Operation } from './operation'
import { bracketed, call, pythonClass, unary } from './writing'

export const sin: Operation = {
  name: 'sin', symbol: 'sin', syntax: call(['x']),
  ...elementwise({ of: Math.sin, slopes: [a => Math.cos(a)] }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\sin ${bracketed(x)}`, local: [({ args: [x] }) => `\\cos ${bracketed(x)}`] },
  code: {
    numpy: pythonClass('Sin', 'sin', `
    def forward(self, x):
        self.x = x
        return np.sin(x)

    def backward(self, dout):
        return dout * np.cos(self.x)
`),
    pytorch: { call: 'torch.sin' },
  },
}
