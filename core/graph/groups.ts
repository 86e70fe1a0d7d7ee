import type { OperationName, TypedOperation } from './types'

/** What a part reads: one of its group's arguments, an earlier part by its key, or a constant. */
type Source = number | string | { readonly constant: number }
interface Part {
  readonly key: string
  readonly operation: OperationName
  readonly args: readonly Source[]
}

/** Of each row, its maximum subtracted first, and their sum */
const exponentials: readonly Part[] = [
  { key: 'max', operation: 'rowMax', args: [0] },
  { key: 'shift', operation: 'sub', args: [0, 'max'] },
  { key: 'exp', operation: 'exp', args: ['shift'] },
  { key: 'sum', operation: 'rowSum', args: ['exp'] },
]

/** What stands inside the nodes that open. The last part is the group's output. */
export const groups: Readonly<Partial<Record<TypedOperation, readonly Part[]>>> = {
  sigmoid: [
    { key: 'neg', operation: 'mul', args: [0, { constant: -1 }] },
    { key: 'exp', operation: 'exp', args: ['neg'] },
    { key: 'plus', operation: 'add', args: ['exp', { constant: 1 }] },
    { key: 'out', operation: 'reciprocal', args: ['plus'] },
  ],
  softmax: [
    ...exponentials,
    { key: 'out', operation: 'div', args: ['exp', 'sum'] },
  ],
  affine: [
    { key: 'dot', operation: 'dot', args: [0, 1] },
    { key: 'out', operation: 'add', args: ['dot', 2] },
  ],
  softmaxWithLoss: [
    ...exponentials,
    { key: 'y', operation: 'div', args: ['exp', 'sum'] },
    { key: 'log', operation: 'logProbability', args: ['y'] },
    { key: 'times', operation: 'timesTarget', args: [1, 'log'] },
    { key: 'total', operation: 'sum', args: ['times'] },
    { key: 'neg', operation: 'neg', args: ['total'] },
    { key: 'out', operation: 'perRow', args: ['neg', 0] },
  ],
  identityWithLoss: [
    { key: 'diff', operation: 'sub', args: [0, 1] },
    { key: 'square', operation: 'square', args: ['diff'] },
    { key: 'total', operation: 'sum', args: ['square'] },
    { key: 'half', operation: 'mul', args: ['total', { constant: 0.5 }] },
    { key: 'out', operation: 'perRow', args: ['half', 0] },
  ],
}
