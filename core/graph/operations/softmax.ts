import { atomRank, type Operation, overflow } from './operation'
import { cellsOfRow, exponentials, rows, softmaxOf, widthOf } from './rows'
import { fixed, pythonClass, reservedCall } from './writing'

/** @source Deep Learning from Scratch, 3.5 */
export const softmax: Operation = {
  name: 'softmax', symbol: 'Softmax', syntax: reservedCall(['x']),
  shape: ([x]) => x!,
  forward: ([x], round) => ({ value: softmaxOf(x!, round) }),
  fault: overflow,
  backward({ out: y, dout, round }) {
    const douts = rows(dout)
    const data = rows(y).flatMap((row, n) => {
      const mean = row.reduce((sum, yk, k) => round(sum + round(yk * douts[n]![k]!)), 0)
      const size = row.reduce((sum, yk, k) => sum + Math.abs(yk * douts[n]![k]!), 0)
      // the probabilities add up to 1 except for rounding: for the same upstream everywhere, the gradient is 0, not 1e-17
      const rounding = (row.length + 2) * Number.EPSILON / 2 * size
      return row.map((yk, k) => Math.abs(douts[n]![k]! - mean) <= rounding ? 0 : round(yk * round(douts[n]![k]! - mean)))
    })
    return [{ local: null, value: { shape: y.shape, data } }]
  },
  sources: ([x], _, cell) => cellsOfRow(x!, Math.floor(cell / widthOf(x!))),
  formula: {
    args: ['x'], out: 'y', index: '_k', forward: ({ args: [x] }) => `\\frac{\\exp(${x}_k)}{\\sum_i \\exp(${x}_i)}`, local: [],
    whole: [({ out, dout }) => `${out}_k \\left( ${dout}_k - \\sum_i ${out}_i ${dout}_i \\right)`],
    numbers: { forward: ({ args: [x] }) => `\\operatorname{softmax} ${x}`, whole: [fixed('')] },
  },
  parts: [
    ...exponentials,
    { key: 'out', operation: 'div', args: ['exp', 'sum'] },
  ],
  code: {
    numpy: {
      ...pythonClass('Softmax', 'softmax', `
    def forward(self, x):
        exp_x = np.exp(x - np.max(x, axis=-1, keepdims=True))       # no overflow
        self.out = exp_x / np.sum(exp_x, axis=-1, keepdims=True)
        return self.out

    def backward(self, dout):
        return self.out * (dout - np.sum(self.out * dout, axis=-1, keepdims=True))
`),
      alongRows: { gives: 'row' },
    },
    pytorch: { call: ([x]) => ({ text: `torch.softmax(${x!.text}, dim=-1)`, rank: atomRank }) },
  },
}
