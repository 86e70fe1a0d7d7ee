import { type GraphDocument, momentAt, type Problem, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { noteBoxes, noteLines } from '../../../../renderer/graph/layout/note-boxes'
import { notesAt } from '../../../../renderer/graph/layout/notes'
import { textWidth } from '../../../../renderer/graph/layout/text-width'
import type { Box } from '../../../../renderer/graph/layout/geometry'
import { inside, middleOf, overlap } from '../geometry'

const texts = { numbers: numbersFor('en'), output: 'output' }
const short = ({ code }: Problem) => code
const long = () => 'The value is fine, but the curve has no finite derivative at this place, and so nothing can be sent back from here to what was read, whatever arrives from upstream.'

function placed(document: GraphDocument, tell: (problem: Problem) => string = long) {
  const trace = traceOf(document)
  const arrangement = arrange(trace, texts)
  return { trace, arrangement, ...noteBoxes(trace, arrangement, tell) }
}

const manyRoots = Array.from({ length: 12 }, (_, i) => `sqrt(x${i})`).join(' + ')
const zeros = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x${i}`, 0]))
/** Runs that show a note next to a node. */
const cases: Readonly<Record<string, GraphDocument>> = {
  'a root at 0 above another input': { expression: 'sqrt(x) + y', inputs: { x: 0, y: 1 } },
  'a logarithm of a negative number': { expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } },
  'a division by 0 among others': { expression: 'a / b + c * d', inputs: { a: 1, b: 0, c: 2, d: 3 } },
  'an opened sigmoid whose exp overflows': { expression: 'sigmoid(x)', inputs: { x: -800 }, opened: ['n1'] },
  'two opened sigmoids': { expression: 'sigmoid(x) * sigmoid(y)', inputs: { x: -800, y: -900 }, opened: ['n1', 'n2'] },
  'twelve roots at 0 in one sum': { expression: manyRoots, inputs: zeros },
  'a power without a slope': { expression: '(a * b) ^ 0.5 + a / c', inputs: { a: 0, b: 2, c: 4 } },
}

describe.each(Object.entries(cases))('the notes of %s', (_, document) => {
  test.each([['short', short], ['long', long]])('in %s words cover no number, no node, no name and no other note', (_, tell) => {
    const { boxes, layout, arrangement } = placed(document, tell)
    expect(boxes.size).toBeGreaterThan(0)
    const parts = [
      ...[...layout.nodes].map(([id, box]) => [id, box] as const), ...layout.edges.map(({ id, label }) => [id, label] as const),
      ...layout.frames.map(frame => [`frame ${frame.id}`, { ...frame, height: 26 }] as const),
    ]
    for (const [id, box] of boxes) {
      expect(parts.filter(([, other]) => overlap(box, other)).map(([part]) => part), id).toEqual([])
      expect([...boxes].filter(([other, place]) => other !== id && overlap(box, place))).toEqual([])
      expect(arrangement.sizes.node(id).shape).toBeDefined()
    }
  })

  test('lie within the bounds of the picture, and so does everything else', () => {
    const { boxes, bounds, layout } = placed(document)
    expect([...boxes.values()].filter(box => !inside(bounds, box))).toEqual([])
    expect(inside(bounds, layout.bounds, 1e-6)).toBe(true)
  })

  test('have a position at every moment, always the same', () => {
    const { trace, boxes } = placed(document)
    const said = trace.steps.flatMap((_, i) => trace.graph.nodes.filter(({ id }) => {
      const { problem, remark } = notesAt(trace, momentAt(trace, i + 1), id)
      return problem ?? remark
    }).map(({ id }) => id))
    expect(new Set(said)).toEqual(new Set(boxes.keys()))
  })
})

test('are nearer to their own node than to any other where there is space', () => {
  const { boxes, layout } = placed(cases['a root at 0 above another input']!, short)
  const [[id, box]] = [...boxes] as [[string, typeof layout.bounds]]
  const distance = (node: string) => Math.hypot(middleOf(layout.nodes.get(node)!).x - middleOf(box).x, middleOf(layout.nodes.get(node)!).y - middleOf(box).y)
  expect([...layout.nodes.keys()].toSorted((a, b) => distance(a) - distance(b))[0]).toBe(id)
})

test('are absent when nothing is missing: the picture keeps its bounds', () => {
  const { boxes, bounds, layout } = placed({ expression: 'sqrt(x) + y', inputs: { x: 4, y: 1 } })
  expect([boxes.size, bounds]).toEqual([0, layout.bounds])
})

test('are placed again only when the text or the layout changes', () => {
  const trace = (x: number) => traceOf({ expression: 'sqrt(x) + y', inputs: { x, y: 1 } })
  const arrangement = arrange(trace(0), texts)
  const first = noteBoxes(trace(0), arrangement, short)
  expect(noteBoxes(trace(0), arrangement, short, first)).toBe(first)
  expect(noteBoxes(trace(4), arrangement, short, first).boxes.size).toBe(0)
  expect(noteBoxes(trace(0), arrangement, long, first)).not.toBe(first)
  expect(noteBoxes(trace(0), arrange(traceOf({ expression: 'sqrt(x) * y', inputs: { x: 0, y: 1 } }), texts), short, first)).not.toBe(first)
})

test('have space for every line, and no line is longer than the box is wide', () => {
  const { boxes } = placed(cases['a root at 0 above another input']!)
  const lines = noteLines(long())
  const [box] = [...boxes.values()]
  expect(lines.length).toBeGreaterThan(2)
  expect(box!.height).toBeGreaterThanOrEqual(lines.length * 16)
  expect(box!.width).toBeGreaterThan(Math.max(...lines.map(line => line.length)) * 12 * 0.5)
})

test('have equal space above, below and around their words, and a few words per line', () => {
  const { boxes, layout } = placed(cases['a root at 0 above another input']!)
  const [box] = [...boxes.values()] as [Box]
  const lines = noteLines(long())
  expect(Math.max(...lines.map(line => line.split(' ').length))).toBeGreaterThanOrEqual(5)
  const beside = [...layout.nodes.values(), ...layout.edges.map(({ label }) => label)].filter(({ x, width }) => x < box.x + box.width && x + width > box.x)
  const outside = Math.min(...beside.map(({ y, height }) => Math.max(y - box.y - box.height, box.y - y - height)))
  const border = 1
  expect((box.width - Math.max(...lines.map(line => textWidth(line, '400 14px')))) / 2 - border).toBeCloseTo(outside, 6)
  expect((box.height - 14 * lines.length - 6 * (lines.length - 1)) / 2).toBeCloseTo(outside, 6) // lines of 14 px with 6 px between them
})
