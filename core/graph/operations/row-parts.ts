import { filled, mapValue, rowsOf } from '../values'
import { type Operation, overflow } from './operation'
import { cellsOfRow, rows, rowShape, widthOf } from './rows'
import { cases, fixed, part, unary } from './writing'

/** (N,M) → (N,1) */
export const rowMax: Operation = {
  name: 'rowMax', symbol: 'max', syntax: part, inAutograd: 'shifted(x)',
  shape: ([x]) => rowShape(x!),
  forward: ([x]) => ({ value: { shape: rowShape(x!.shape), data: rows(x!).map(row => Math.max(...row)) } }),
  fault: overflow,
  backward({ args: [x], out, dout, round }) {
    const local = rows(x!).flatMap((row, n) => { // divided equally in a tie
      const largest = row.filter(a => a === out.data[n]).length
      return row.map(a => a === out.data[n] ? 1 / largest : 0)
    })
    const width = widthOf(x!.shape)
    const value = { shape: x!.shape, data: local.map((l, i) => round(l * dout.data[Math.floor(i / width)]!)) }
    return [{ local: { shape: x!.shape, data: local }, value }]
  },
  sources: ([x], _, cell) => cellsOfRow(x!, cell),
  formula: {
    ...unary, forward: ({ args: [x] }) => `\\max_k ${x}_k`,
    local: [({ args: [x], out }) => cases(['1', `${x}_k = ${out}`], ['0', `${x}_k < ${out}`])],
    numbers: { forward: ({ args: [x] }) => `\\max_k ${x}` },
  },
}

/** (N,M) → (N,1) */
export const rowSum: Operation = {
  name: 'rowSum', symbol: 'Σ', syntax: part, inAutograd: 'rowSums(x)',
  shape: ([x]) => rowShape(x!),
  forward: ([x], round) => ({ value: { shape: rowShape(x!.shape), data: rows(x!).map(row => row.reduce((sum, a) => round(sum + a), 0)) } }),
  fault: overflow,
  backward({ args: [x], dout }) {
    const width = widthOf(x!.shape)
    return [{ local: filled(x!.shape, 1), value: { shape: x!.shape, data: x!.data.map((_, i) => dout.data[Math.floor(i / width)]!) } }]
  },
  sources: ([x], _, cell) => cellsOfRow(x!, cell),
  formula: { ...unary, forward: ({ args: [x] }) => `\\sum_k ${x}_k`, local: [fixed('1')], numbers: { forward: ({ args: [x] }) => `\\sum_k ${x}` } },
  terms: ([x], cell) => cellsOfRow(x!, cell).map(cell => ({ factors: [{ of: 0, cell }] })),
}

/** x / N, the mean over the batch; N is the number of rows of the second argument, whose values are not used. */
export const perRow: Operation = {
  name: 'perRow', symbol: '/N', syntax: part, inAutograd: 'div(x, N)', shapeOnly: 1,
  shape: ([x]) => x!,
  forward: ([x, batch], round) => ({ value: mapValue(x!, a => round(a / rowsOf(batch!.shape))) }),
  fault: overflow,
  backward({ args: [x, batch], dout, round }) {
    const N = rowsOf(batch!.shape)
    return [
      { local: filled(x!.shape, round(1 / N)), value: mapValue(dout, d => round(d / N)) },
      { local: null, value: filled(batch!.shape, 0) },
    ]
  },
  sources: (_, slot, cell) => slot === 0 ? [cell] : [],
  formula: { args: ['x', 'x_0'], out: 'y', forward: ({ args: [x], N }) => `\\frac{${x}}{${N}}`, local: [({ N }) => `\\frac{1}{${N}}`, fixed('0')], count: ([, batch]) => rowsOf(batch!) },
}
