import type { GraphDocument } from '@core'
import { textsOf } from '@lessons'
import { cellOf, gradientOf, numbersOf, printed, valueOf } from '../kit'
import { taggedCode } from '../tagged-code'
import type { Lesson, Posed } from '../types'

/** Two fixed rates, one after the other */
const rates = ({ x, first, second }: { x: number, first: number, second: number }): GraphDocument => ({ expression: `t = ${first} * x; z = ${second} * t`, inputs: { x } })
const chain = (x = 2, y = 3): GraphDocument => ({ expression: 't = x + y; z = square(t)', inputs: { x, y } })
/** A single node with upstream gradient E, as it occurs anywhere in a larger graph */
const node = (x = 3, upstream = 0.4): GraphDocument => ({ expression: 'y = square(x)', inputs: { x }, upstream })

function path(variant: number): Posed {
  const [x, y] = numbersOf([[2, 3], [1, 2], [3, 1], [4, -1], [-1, 4]] as const, variant)
  const graph = chain(x, y)
  const answer = cellOf(gradientOf(graph, 'x'))
  return {
    graph,
    position: 'forward',
    hide: ['gradient:t', 'gradient:x', 'gradient:y'],
    numbers: { x: printed(x), y: printed(y), t: printed(cellOf(valueOf(graph, 't'))), answer: printed(answer) },
    answer,
    mistakes: [
      { answer: 1, hint: 'upstreamForgotten' },
      { answer: cellOf(valueOf(graph, 'z')), hint: 'value' },
    ],
  }
}

function general(variant: number): Posed {
  const [x, E] = numbersOf([[3, 0.4], [5, 0.3], [4, -0.6], [2.5, 2]] as const, variant)
  const graph = node(x, E)
  const alone = cellOf(gradientOf({ ...graph, upstream: 1 }, 'x'))
  const answer = cellOf(gradientOf(graph, 'x'))
  return {
    graph,
    position: 'forward',
    hide: ['gradient:x'],
    numbers: { x: printed(x), E: printed(E), local: printed(alone), answer: printed(answer) },
    answer,
    mistakes: [
      { answer: alone, hint: 'upstreamForgotten' },
      { answer: E, hint: 'localForgotten' },
      { answer: cellOf(valueOf(graph, 'y')), hint: 'value' },
      { answer: E * cellOf(valueOf(graph, 'y')), hint: 'value' },
    ],
  }
}

/** Other numbers than those of the questions, which the figures would answer */
const shown = { rates: { x: 2, first: 3, second: 5 }, chain: chain(1, 3), node: node(5, 0.2) }

export const lesson: Lesson = {
  number: 6,
  id: 'chain-rule',
  part: 'nodes',
  section: '5.2',
  figures: [
    { key: 'rates', kind: 'graph', graph: rates(shown.rates), position: 'end' },
    { key: 'chain', kind: 'graph', graph: shown.chain, position: 'forward' },
    { key: 'node', kind: 'graph', graph: shown.node, position: 'end' },
  ],
  numbers: {
    first: printed(shown.rates.first), second: printed(shown.rates.second), both: printed(cellOf(gradientOf(rates(shown.rates), 'x'))),
    t: printed(cellOf(valueOf(shown.chain, 't'))), rate: printed(cellOf(gradientOf(shown.chain, 't'))),
    E: printed(Number(shown.node.upstream)), sent: printed(cellOf(gradientOf(shown.node, 'x'))),
    local: printed(cellOf(gradientOf({ ...shown.node, upstream: 1 }, 'x'))),
  },
  cards: [
    { kind: 'say', key: 'rates', figure: 'rates' },
    { kind: 'say', key: 'chain', figure: 'chain' },
    { kind: 'predict', question: 'path' },
    { kind: 'say', key: 'node', figure: 'node' },
    { kind: 'predict', question: 'general' },
    { kind: 'try', key: 'try', figure: ['chain', 'node'], position: 'forward', network: { room: 'train', show: { block: 'affine', view: 'gradient' } } },
  ],
  questions: [
    { key: 'path', kind: 'number', pose: path },
    { key: 'general', kind: 'number', pose: general },
  ],
  code: taggedCode(`x, y = 2.0, 3.0
t = x + y   #@ forward:t
z = t ** 2   #@ forward:z

dz = 1   #@ start:z
dt = dz * 2 * t   #@ backward:z
dx = dt * 1   #@ backward:t
dy = dt * 1   #@ backward:t
print(dx, dy)`),
  texts: textsOf('06-chain-rule'),
}
