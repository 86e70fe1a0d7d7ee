import type { Value } from '../types'
import { filled, mapValue, rowsOf, type Round, sameShape, sizeOf } from '../values'
import { type Operation, overflow } from './operation'

type Shape = readonly number[]

/** Length of a row; what has no rows is one. */
const widthOf = (shape: Shape): number => shape.at(-1) ?? 1
const rowShape = (shape: Shape): Shape => shape.length === 0 ? [] : [...shape.slice(0, -1), 1]

function rows({ shape, data }: Value): readonly (readonly number[])[] {
  const width = widthOf(shape)
  return Array.from({ length: data.length / width }, (_, n) => data.slice(n * width, (n + 1) * width))
}
const cellsOfRow = (shape: Shape, row: number): readonly number[] =>
  Array.from({ length: widthOf(shape) }, (_, i) => row * widthOf(shape) + i)

/** Each row's softmax, its maximum subtracted first. */
function softmaxOf(x: Value, round: Round): Value {
  const data = rows(x).flatMap((row) => {
    const max = Math.max(...row)
    const exps = row.map(a => round(Math.exp(round(a - max))))
    const total = exps.reduce((sum, e) => round(sum + e), 0)
    return exps.map(e => round(e / total))
  })
  return { shape: x.shape, data }
}

const softmax: Operation = {
  shape: ([x]) => x!,
  forward: ([x], round) => ({ value: softmaxOf(x!, round) }),
  fault: overflow,
  backward({ out: y, dout, round }) {
    const douts = rows(dout)
    const data = rows(y).flatMap((row, n) => {
      const mean = row.reduce((sum, yk, k) => round(sum + round(yk * douts[n]![k]!)), 0)
      return row.map((yk, k) => round(yk * round(douts[n]![k]! - mean)))
    })
    return [{ local: null, value: { shape: y.shape, data } }]
  },
  sources: ([x], _, cell) => cellsOfRow(x!, Math.floor(cell / widthOf(x!))),
}

const same = ([x, t]: readonly Shape[]): Shape | null => sameShape(x!, t!) ? [] : null
const everyCell = (shapes: readonly Shape[], slot: number): readonly number[] => Array.from({ length: sizeOf(shapes[slot]!) }, (_, i) => i)

/** log Σ exp(x) − x for each cell: −log y, also where y has gone to 0. */
function surprises(x: Value, round: Round): Value {
  const data = rows(x).flatMap((row) => {
    const max = Math.max(...row)
    const total = row.reduce((sum, a) => round(sum + round(Math.exp(round(a - max)))), 0)
    const log = round(Math.log(total))
    return row.map(a => round(log - round(a - max)))
  })
  return { shape: x.shape, data }
}

const softmaxWithLoss: Operation = {
  shape: same,
  forward([x, t], round) {
    const y = softmaxOf(x!, round)
    const costs = surprises(x!, round)
    const total = costs.data.reduce((sum, cost, i) => round(sum + (t!.data[i] === 0 ? 0 : round(t!.data[i]! * cost))), 0)
    return { value: { shape: [], data: [round(total / rowsOf(x!.shape))] }, kept: { y } }
  },
  fault: overflow,
  backward({ args: [x, t], kept: { y }, dout, round }) {
    const scale = round(dout.data[0]! / rowsOf(x!.shape))
    const sums = rows(t!).map(row => row.reduce((sum, tk) => round(sum + tk), 0)) // 1 for a proper target
    const width = widthOf(x!.shape)
    const dx = y!.data.map((yk, i) => round(scale * round(round(yk * sums[Math.floor(i / width)]!) - t!.data[i]!)))
    return [{ local: null, value: { shape: x!.shape, data: dx } }, { local: null, value: mapValue(surprises(x!, round), cost => round(scale * cost)) }]
  },
  sources: everyCell,
}

const identityWithLoss: Operation = {
  shape: same,
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
}

const rowMax: Operation = {
  shape: ([x]) => rowShape(x!),
  forward: ([x]) => ({ value: { shape: rowShape(x!.shape), data: rows(x!).map(row => Math.max(...row)) } }),
  fault: overflow,
  backward({ args: [x], out, dout, round }) {
    const local = rows(x!).flatMap((row, n) => { // shared where several are the largest
      const largest = row.filter(a => a === out.data[n]).length
      return row.map(a => a === out.data[n] ? 1 / largest : 0)
    })
    const width = widthOf(x!.shape)
    const value = { shape: x!.shape, data: local.map((l, i) => round(l * dout.data[Math.floor(i / width)]!)) }
    return [{ local: { shape: x!.shape, data: local }, value }]
  },
  sources: ([x], _, cell) => cellsOfRow(x!, cell),
}

const rowSum: Operation = {
  shape: ([x]) => rowShape(x!),
  forward: ([x], round) => ({ value: { shape: rowShape(x!.shape), data: rows(x!).map(row => row.reduce((sum, a) => round(sum + a), 0)) } }),
  fault: overflow,
  backward({ args: [x], dout }) {
    const width = widthOf(x!.shape)
    return [{ local: filled(x!.shape, 1), value: { shape: x!.shape, data: x!.data.map((_, i) => dout.data[Math.floor(i / width)]!) } }]
  },
  sources: ([x], _, cell) => cellsOfRow(x!, cell),
}

/** The division by N that a batch's mean needs; of its second argument only the number of rows counts. */
const perRow: Operation = {
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
}

export const rowOperations = { softmax, softmaxWithLoss, identityWithLoss, rowMax, rowSum, perRow } as const
