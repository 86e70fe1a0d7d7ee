import type { Value } from '../types'
import { type Round, rowsOf, shapeText } from '../values'
import { type Operation, overflow, type Shape } from './operation'
import { call, pythonClass } from './writing'

/** Added to the variance, as in PyTorch: no division by 0 */
const epsilon = 1e-5

/** Sum over the rows of each column: (N,D) → (D) */
function columnSums({ shape, data }: Value, round: Round): readonly number[] {
  const sums = new Array<number>(shape[1]!).fill(0)
  data.forEach((x, i) => { sums[i % sums.length] = round(sums[i % sums.length]! + x) })
  return sums
}

/** The cells of a column of x (N,D). */
const cellsOfColumn = ([N, D]: Shape, column: number): readonly number[] => Array.from({ length: N! }, (_, n) => n * D! + column)
/** Whether x is a batch. A single row has variance 0, so that nothing would be left of it; PyTorch refuses it, too. */
const isBatch = (x: Shape): boolean => x.length === 2 && x[0]! > 1

/** As in training: with the mean and the biased variance of the batch. @source Ioffe and Szegedy 2015; Deep Learning from Scratch, 6.3 */
export const batchNormalization: Operation = {
  name: 'batchNormalization', symbol: 'Batch Norm', syntax: call(['x', 'gamma', 'beta'], ['batchnorm', 'batchnorm1d']),
  shape: ([x, gamma, beta]) => isBatch(x!) && [gamma!, beta!].every(shape => shape.length === 1 && shape[0] === x![1]) ? x! : null,
  refusal: ([x]) => isBatch(x!) ? null : { code: 'graph.batch', details: { operation: 'batchNormalization', found: shapeText(x!) } },
  forward([x, gamma, beta], round) {
    const { shape, data } = x!
    const [N, D] = [shape[0]!, shape[1]!]
    const means = columnSums(x!, round).map(sum => round(sum / N))
    const centred = { shape, data: data.map((x, i) => round(x - means[i % D]!)) }
    const squares = columnSums({ shape, data: centred.data.map(c => round(c * c)) }, round)
    const deviations = squares.map(sum => round(Math.sqrt(round(round(sum / N) + epsilon))))
    const xHat = { shape, data: centred.data.map((c, i) => round(c / deviations[i % D]!)) }
    const out = { shape, data: xHat.data.map((x, i) => round(round(gamma!.data[i % D]! * x) + beta!.data[i % D]!)) }
    return { value: out, intermediates: { xHat, deviation: { shape: [D], data: deviations } } }
  },
  fault: overflow,
  backward({ args: [x, gamma, beta], intermediates: { xHat, deviation }, dout, round }) {
    const { shape } = x!
    const [N, D] = [shape[0]!, shape[1]!]
    const dbeta = columnSums(dout, round)
    const dgamma = columnSums({ shape, data: dout.data.map((d, i) => round(d * xHat!.data[i]!)) }, round)
    const dx = dout.data.map((d, i) => {
      const column = i % D
      const effect = round(round(d - round(dbeta[column]! / N)) - round(xHat!.data[i]! * round(dgamma[column]! / N)))
      return round(round(gamma!.data[column]! / deviation!.data[column]!) * effect)
    })
    return [{ local: null, value: { shape, data: dx } }, { local: null, value: { shape: gamma!.shape, data: dgamma } }, { local: null, value: { shape: beta!.shape, data: dbeta } }]
  },
  sources: ([x], slot, cell) => slot === 0 ? cellsOfColumn(x!, cell % x![1]!) : [cell % x![1]!],
  feeds: ([x], _, cell) => cellsOfColumn(x!, cell % x![1]!),
  formula: {
    args: ['x', '\\gamma', '\\beta'], out: 'y', local: [],
    forward: ({ args: [x, gamma, beta], deviation }) => `${gamma} \\cdot \\frac{${x} - \\mu}{${deviation}} + ${beta}`,
    whole: [
      ({ args: [, gamma], dout, N, xHat, deviation }) => `\\frac{${gamma}}{${deviation}} \\left( ${dout} - \\frac{1}{${N}} \\sum_n ${dout} - ${xHat} \\cdot \\frac{1}{${N}} \\sum_n ${dout} \\cdot ${xHat} \\right)`,
      ({ dout, xHat }) => `\\sum_n ${dout} \\cdot ${xHat}`,
      ({ dout }) => `\\sum_n ${dout}`,
    ],
    numbers: {
      forward: ({ args: [, gamma, beta], xHat }) => `${gamma} \\odot ${xHat} + ${beta}`,
      whole: [
        ({ args: [, gamma], dout, N, xHat, deviation }) => `\\frac{${gamma}}{${deviation}} \\odot \\left( ${dout} - \\frac{1}{${N}} \\sum_n ${dout} - ${xHat} \\odot \\frac{1}{${N}} \\sum_n ${dout} \\odot ${xHat} \\right)`,
        ({ dout, xHat }) => `\\sum_n ${dout} \\odot ${xHat}`,
        ({ dout }) => `\\sum_n ${dout}`,
      ],
    },
    count: ([x]) => rowsOf(x!),
  },
  code: {
    numpy: pythonClass('BatchNormalization', 'batch_norm', `
    def forward(self, x, gamma, beta):
        # Mean and variance of the batch; np.var is biased. The running variance, for inference,
        # is biased in the book and unbiased in PyTorch: N / (N - 1) times as large.
        self.batch_size, self.gamma = len(x), gamma
        self.std = np.sqrt(np.var(x, axis=0) + 1e-5)
        self.xn = (x - np.mean(x, axis=0)) / self.std
        return gamma * self.xn + beta

    def backward(self, dout):
        dbeta = np.sum(dout, axis=0)
        dgamma = np.sum(dout * self.xn, axis=0)
        dx = self.gamma / self.std * (dout - dbeta / self.batch_size - self.xn * dgamma / self.batch_size)
        return dx, dgamma, dbeta
`),
    pytorch: {
      call: 'batch_norm',
      helper: `def batch_norm(x, gamma, beta):
    # Mean and biased variance of the batch; None: no running statistics, which are for inference.
    # Their variance is unbiased in PyTorch, N / (N - 1) times as large, and biased in the book.
    return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True)`,
    },
  },
}
