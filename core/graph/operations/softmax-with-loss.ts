import type { Value } from '../types'
import { mapValue, type Round, rowsOf } from '../values'
import { elementwise } from './elementwise'
import { type Operation, overflow } from './operation'
import { everyCell, exponentials, lossShape, rows, softmaxOf, widthOf } from './rows'
import { bracketed, oneOver, part, pythonClass, reservedCall, unary } from './writing'

/** log Σ exp(x) − x of each cell: equals −log y, and is finite even if y underflows to 0. */
function negativeLogs(x: Value, round: Round): Value {
  const data = rows(x).flatMap((row) => {
    const max = Math.max(...row)
    const total = row.reduce((sum, a) => round(sum + round(Math.exp(round(a - max)))), 0)
    const log = round(Math.log(total))
    return row.map(a => round(log - round(a - max)))
  })
  return { shape: x.shape, data }
}

/** @source Deep Learning from Scratch, 5.6.3 */
export const softmaxWithLoss: Operation = {
  name: 'softmaxWithLoss', symbol: 'Softmax-with-Loss', syntax: reservedCall(['x', 't'], ['crossentropy']), target: 1,
  shape: lossShape,
  forward([x, t], round) {
    const y = softmaxOf(x!, round)
    const costs = negativeLogs(x!, round)
    const total = costs.data.reduce((sum, cost, i) => round(sum + (t!.data[i] === 0 ? 0 : round(t!.data[i]! * cost))), 0)
    return { value: { shape: [], data: [round(total / rowsOf(x!.shape))] }, intermediates: { y } }
  },
  fault: overflow,
  backward({ args: [x, t], intermediates: { y }, dout, round }) {
    const scale = round(dout.data[0]! / rowsOf(x!.shape))
    const sums = rows(t!).map(row => row.reduce((sum, tk) => round(sum + tk), 0)) // 1 for a one-hot target
    const width = widthOf(x!.shape)
    const dx = y!.data.map((yk, i) => round(scale * round(round(yk * sums[Math.floor(i / width)]!) - t!.data[i]!)))
    return [{ local: null, value: { shape: x!.shape, data: dx } }, { local: null, value: mapValue(negativeLogs(x!, round), cost => round(scale * cost)) }]
  },
  sources: everyCell,
  formula: {
    args: ['x', 't'], out: 'L', forward: ({ args: [, t], N }) => N === '1' ? `-\\sum_k ${t}_k \\log y_k` : `-${oneOver(N)}\\sum_n \\sum_k ${t}_{nk} \\log y_{nk}`,
    local: [({ args: [, t], y, N }) => `${oneOver(N)}\\left( ${y} - ${t} \\right)`, ({ y, N }) => `-${oneOver(N)}\\log ${y}`],
    numbers: { forward: ({ args: [, t], y, N }) => `-${oneOver(N)}\\sum ${t} \\odot \\log ${y}` },
  },
  parts: [
    ...exponentials,
    { key: 'y', letter: 'y', operation: 'div', args: ['exp', 'sum'] },
    { key: 'log', letter: '\\ell', operation: 'logProbability', args: ['y'] },
    { key: 'times', letter: 'p', operation: 'timesTarget', args: [1, 'log'] },
    { key: 'total', letter: 'q', operation: 'sum', args: ['times'] },
    { key: 'neg', letter: 'r', operation: 'neg', args: ['total'] },
    { key: 'out', operation: 'perRow', args: ['neg', 0] },
  ],
  code: {
    numpy: {
      ...pythonClass('SoftmaxWithLoss', 'softmax_loss', `
    def forward(self, x, t):
        x = x - np.max(x, axis=-1, keepdims=True)                   # no overflow
        self.log_y = x - np.log(np.sum(np.exp(x), axis=-1, keepdims=True))
        self.t = t
        self.batch_size = len(x) if x.ndim > 1 else 1
        return -np.sum(t * self.log_y) / self.batch_size

    def backward(self, dout):
        y = np.exp(self.log_y)
        dx = dout * (y * np.sum(self.t, axis=-1, keepdims=True) - self.t) / self.batch_size    # y - t
        dt = -dout * self.log_y / self.batch_size
        return dx, dt
`),
      alongRows: { gives: 'number' },
    },
    pytorch: {
      call: 'softmax_with_loss',
      helper: `def softmax_with_loss(x, t):
    batch_size = len(x) if x.dim() > 1 else 1
    return -torch.sum(t * torch.log_softmax(x, dim=-1)) / batch_size`,
    },
  },
}

/** Log of a probability: log 0 is −∞ and not a fault, since a target of 0 ignores it. */
export const logProbability: Operation = {
  name: 'logProbability', symbol: 'log', syntax: part, inAutograd: 'log(x)',
  ...elementwise({ of: Math.log, slopes: [a => 1 / a], ignoresZeroUpstream: true }),
  formula: { ...unary, forward: ({ args: [x] }) => `\\log ${bracketed(x)}`, local: [({ args: [x] }) => `\\frac{1}{${x}}`] },
}

/** t · log y, where 0 · −∞ is 0: a target of 0 ignores the probability. */
export const timesTarget: Operation = {
  name: 'timesTarget', symbol: '×', syntax: part, inAutograd: 'mul(t, x)',
  ...elementwise({ of: (t, l) => t === 0 ? 0 : t * l, slopes: [(_, l) => l, t => t] }),
  formula: { args: ['t', 'x'], out: 'z', forward: ({ args: [t, x] }) => `${t} \\times ${bracketed(x)}`, local: [({ args: [, x] }) => x!, ({ args: [t] }) => t!] },
}
