import { mapValue, rowsOf } from '../values'
import { type Operation, overflow } from './operation'
import { everyCell, lossShape } from './rows'
import { oneOver, pythonClass, reservedCall } from './writing'

/** Half the squared error, divided by the number of rows. */
export const identityWithLoss: Operation = {
  name: 'identityWithLoss', symbol: 'Identity-with-Loss', syntax: reservedCall(['y', 't'], ['mse']), target: 1,
  shape: lossShape,
  forward([y, t], round) {
    const total = y!.data.reduce((sum, yk, i) => round(sum + round(round(yk - t!.data[i]!) ** 2)), 0)
    return { value: { shape: [], data: [round(round(total / 2) / rowsOf(y!.shape))] } }
  },
  fault: overflow,
  backward({ args: [y, t], dout, round }) {
    const scale = round(dout.data[0]! / rowsOf(y!.shape))
    const dy = { shape: y!.shape, data: y!.data.map((yk, i) => round(scale * round(yk - t!.data[i]!))) }
    return [{ local: null, value: dy }, { local: null, value: mapValue(dy, d => -d) }]
  },
  sources: everyCell,
  formula: {
    args: ['y', 't'], out: 'L', forward: ({ args: [y, t], N }) => N === '1' ? `\\frac{1}{2} \\sum_k (${y}_k - ${t}_k)^2` : `\\frac{1}{2${N}} \\sum_n \\sum_k (${y}_{nk} - ${t}_{nk})^2`,
    local: [({ args: [y, t], N }) => `${oneOver(N)}\\left( ${y} - ${t} \\right)`, ({ args: [y, t], N }) => `${oneOver(N)}\\left( ${t} - ${y} \\right)`],
    numbers: { forward: ({ args: [y, t], N }) => `\\frac{1}{${N === '1' ? '2' : `2 \\times ${N}`}} \\sum \\left( ${y} - ${t} \\right)^2` },
  },
  parts: [
    { key: 'diff', letter: 'd', operation: 'sub', args: [0, 1] },
    { key: 'square', letter: 's', operation: 'square', args: ['diff'] },
    { key: 'total', letter: 'S', operation: 'sum', args: ['square'] },
    { key: 'half', letter: 'h', operation: 'mul', args: ['total', { constant: 0.5 }] },
    { key: 'out', operation: 'perRow', args: ['half', 0] },
  ],
  code: {
    numpy: pythonClass('IdentityWithLoss', 'identity_loss', `
    def forward(self, y, t):
        self.difference = y - t
        self.batch_size = len(y) if np.ndim(y) > 1 else 1
        return 0.5 * np.sum(self.difference ** 2) / self.batch_size

    def backward(self, dout):
        dy = dout * self.difference / self.batch_size
        return dy, -dy
`),
    pytorch: {
      call: 'identity_with_loss',
      helper: `def identity_with_loss(y, t):
    batch_size = len(y) if y.dim() > 1 else 1
    return torch.sum((y - t) ** 2) / 2 / batch_size`,
    },
  },
}
