import { elementwise } from './elementwise'
import type { Operation } from './operation'
import { bracketed, call, pythonClass, unary } from './writing'

export const cos: Operation = {
  name: 'cos', symbol: 'cos', syntax: call(['x']),
  ...elementwise({ of: Math.cos, slopes: [a => -Math.sin(a)] }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\cos ${bracketed(x)}`, local: [({ args: [x] }) => `-\\sin ${bracketed(x)}`] },
  code: {
    numpy: pythonClass('Cos', 'cos', `
    def forward(self, x):
        self.x = x
        return np.cos(x)

    def backward(self, dout):
        return -dout * np.sin(self.x)
`),
    pytorch: { call: 'torch.cos' },
  },
}
