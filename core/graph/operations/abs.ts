import { elementwise } from './elementwise'
import type { Operation } from './operation'
import { call, cases, pythonClass, unary } from './writing'

export const abs: Operation = {
  name: 'abs', symbol: '|·|', syntax: call(['x'], ['fabs']),
  ...elementwise({ of: Math.abs, slopes: [a => a > 0 ? 1 : a < 0 ? -1 : 0] }), // 0 at the kink, as in PyTorch
  formula: {
    ...unary, forward: ({ args: [x] }) => `\\left| ${x} \\right|`,
    local: [({ args: [x] }) => cases(['1', `${x} > 0`], ['0', `${x} = 0`], ['-1', `${x} < 0`])],
  },
  code: {
    numpy: pythonClass('Abs', 'abs', `
    def forward(self, x):
        self.sign = np.sign(x)                    # 0 at exactly 0
        return np.abs(x)

    def backward(self, dout):
        return dout * self.sign
`),
    pytorch: { call: 'torch.abs' },
  },
}
