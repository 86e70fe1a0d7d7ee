import { elementwise, given } from './elementwise'
import type { Operation } from './operation'
import { bracketed, pythonClass, reservedCall, unary } from './writing'

export const exp: Operation = {
  name: 'exp', symbol: 'exp', syntax: reservedCall(['x']),
  ...elementwise({ of: Math.exp, slopes: [(_a, _b, y) => y] }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\exp(${x})`, local: [({ out }) => out] },
  code: {
    numpy: pythonClass('Exp', 'exp', `
    def forward(self, x):
        self.out = np.exp(x)
        return self.out

    def backward(self, dout):
        return dout * self.out
`),
    pytorch: { call: 'torch.exp' },
  },
}

export const log: Operation = {
  name: 'log', symbol: 'log', syntax: reservedCall(['x'], ['ln']),
  ...elementwise({ of: Math.log, slopes: [a => 1 / a], domain: a => a <= 0 ? given('graph.logDomain', a) : null }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\log ${bracketed(x)}`, local: [({ args: [x] }) => `\\frac{1}{${x}}`] },
  code: {
    numpy: pythonClass('Log', 'log', `
    def forward(self, x):
        self.x = x
        return np.log(x)

    def backward(self, dout):
        return dout / self.x
`),
    pytorch: { call: 'torch.log' },
  },
}
