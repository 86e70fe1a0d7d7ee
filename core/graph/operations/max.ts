import { elementwise } from './elementwise'
import type { Latex, Operation } from './operation'
import { binary, cases, pythonClass, reservedCall } from './writing'

/** In a tie each argument gets half, so that max(x, x) has slope 1. */
const share = (mine: number, other: number): number => mine > other ? 1 : mine === other ? 0.5 : 0
const shareText = (mine: number, other: number): Latex => ({ args }) =>
  cases(['1', `${args[mine]} > ${args[other]}`], ['\\tfrac{1}{2}', `${args[mine]} = ${args[other]}`], ['0', `${args[mine]} < ${args[other]}`])

export const max: Operation = {
  name: 'max', symbol: 'max', syntax: reservedCall(['a', 'b'], ['maximum']),
  ...elementwise({ of: Math.max, slopes: [(a, b) => share(a, b), (a, b) => share(b, a)] }),
  formula: { ...binary, forward: ({ args: [x, y] }) => `\\max(${x}, ${y})`, local: [shareText(0, 1), shareText(1, 0)] },
  code: {
    numpy: pythonClass('Max', 'max', `
    def forward(self, x, y):
        self.share = np.where(np.greater(x, y), 1.0, np.where(np.equal(x, y), 0.5, 0.0))
        return np.maximum(x, y)

    def backward(self, dout):
        return dout * self.share, dout * (1.0 - self.share)
`),
    pytorch: { call: 'torch.maximum' },
  },
}
