import { elementwise } from './elementwise'
import type { Operation } from './operation'
import { bracketed, pythonClass, reservedCall, unary } from './writing'

/** 1 / (1 + exp(−x)), without overflow for any x */
function valueOf(x: number): number {
  const e = Math.exp(-Math.abs(x))
  return (x < 0 ? e : 1) / (1 + e)
}

/** y(1 − y) in full precision: computing 1 − y loses digits for y near 1. */
function slopeOf(x: number): number {
  const e = Math.exp(-Math.abs(x))
  return e / ((1 + e) * (1 + e))
}

/** @source Deep Learning from Scratch, 5.5.2 */
export const sigmoid: Operation = {
  name: 'sigmoid', symbol: 'sigmoid', syntax: reservedCall(['x'], ['logistic', 'expit']),
  ...elementwise({ of: valueOf, slopes: [slopeOf] }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\frac{1}{1 + \\exp(-${bracketed(x)})}`, local: [({ out }) => `${out} (1 - ${out})`] },
  parts: [
    { key: 'neg', letter: 'v', operation: 'mul', args: [0, { constant: -1 }] },
    { key: 'exp', letter: 'w', operation: 'exp', args: ['neg'] },
    { key: 'plus', letter: 'u', operation: 'add', args: ['exp', { constant: 1 }] },
    { key: 'out', operation: 'reciprocal', args: ['plus'] },
  ],
  code: {
    numpy: pythonClass('Sigmoid', 'sigmoid', `
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1.0 - self.out)
`),
    pytorch: { call: 'torch.sigmoid' },
  },
}
