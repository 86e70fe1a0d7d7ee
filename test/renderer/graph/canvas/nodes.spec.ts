import { type GraphDocument, momentAt, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { noteBoxes } from '../../../../renderer/graph/layout/note-boxes'
import { nodePicture } from '../../../../renderer/graph/picture/nodes'
import { palettes } from '../../../../renderer/graph/picture/palette'
import { patch, writing } from '../../../../renderer/graph/picture/svg'
import { textWidth } from '../../../../renderer/graph/layout/text-width'
import { middleOf } from '../geometry'
import { graphs } from '../graphs'

const palette = palettes.light
const said = 'The logarithm of a number that is not above zero does not exist: change an input so that what goes in here is positive.'
const texts = { numbers: numbersFor('en'), output: 'output', updated: 'after the update', errorText: () => said }

interface Part { readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly fill: string, readonly stroke: string | null, readonly round: number, readonly text: string }
function attributes(tag: string) {
  return Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]))
}
/** Boxes and texts with their centres, in drawing order. */
function partsOf(svg: string): Part[] {
  return [...svg.matchAll(/<(rect|text) ([^>]*?)\/?>([^<]*)/g)].map(([, tag, list, text]) => {
    const { x, y, width = '0', height = '0', fill, stroke = null, rx = '0', 'font-size': size = '0' } = attributes(list!)
    return { x: Number(x), y: tag === 'text' ? Number(y) - 0.36 * Number(size) : Number(y), width: Number(width), height: Number(height), fill: fill!, stroke, round: Number(rx), text: tag === 'text' ? text! : '' }
  })
}
function drawn(document: GraphDocument, id: string, { position = Infinity, hidden = [] as readonly string[] } = {}) {
  const trace = traceOf(document)
  const arrangement = arrange(trace, texts)
  const box = arrangement.layout.nodes.get(id)!
  const notes = noteBoxes(trace, arrangement, texts.errorText).boxes
  const svg = nodePicture({ graphState: { trace, moment: momentAt(trace, position), hidden: new Set(hidden) }, arrangement, texts, theme: 'light', font: '', signFont: '', palette, notes, paletteFor: () => palette }, id, box)
  return { parts: partsOf(svg), box, middle: middleOf(box), svg, note: notes.get(id) }
}
/** Outlines of tensors, from top to bottom. */
const tensorsIn = (parts: readonly Part[]) => parts.filter(({ round, stroke, text }) => round === 3 && stroke && !text)

describe('the note at a node', () => {
  const failing: GraphDocument = { expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } }
  const { parts, note: place } = drawn(failing, 'n2')
  const note = parts.find(({ round }) => round === 6)!
  const lines = parts.slice(parts.indexOf(note) + 1)

  test('is drawn where there is space for it', () => {
    for (const key of ['x', 'y', 'width', 'height'] as const) expect(note[key]).toBeCloseTo(place![key], 1)
  })

  test('is written line by line in the centre of its box, with equal space above and below', () => {
    expect([lines.length > 2, lines.map(({ text }) => text).join(' ')]).toEqual([true, said])
    for (const { x } of lines) expect(x).toBeCloseTo(note.x + note.width / 2, 1)
    for (const [i, { y }] of lines.slice(1).entries()) expect(y - lines[i]!.y).toBeCloseTo(20, 1) // 14 px high, and 6 px between them
    expect(lines[0]!.y - note.y).toBeCloseTo(note.y + note.height - lines.at(-1)!.y, 1)
    for (const { text } of lines) expect(textWidth(text, '400 14px') + 16).toBeLessThanOrEqual(note.width)
  })

  test('warns where something failed, and only remarks where a part loses precision', () => {
    expect([note.fill, note.stroke]).toEqual([palette.dangerSoft, palette.danger])
    const remark = drawn({ expression: 'y = sigmoid(x)', inputs: { x: -800 }, opened: ['y'] }, 'y/exp').parts.find(({ round }) => round === 6)!
    expect([remark.fill, remark.stroke]).toEqual([palette.background, palette.outline])
    expect(drawn(failing, 'n3').parts.filter(({ round }) => round === 6)).toEqual([])
  })
})

describe('a card', () => {
  const { parts, box, middle } = drawn(graphs.learningNetwork, 'W1')
  const card = parts[0]!
  const [now, next] = tensorsIn(parts) as [Part, Part]
  const title = parts.find(({ text }) => text.startsWith('W1'))!
  const between = parts.find(({ text }) => text === 'after the update')!

  test('has its node’s full width, and holds its tensors with equal margins', () => {
    expect([card.x, card.width]).toEqual([expect.closeTo(box.x, 1), expect.closeTo(box.width, 1)])
    for (const { x, width } of [now, next]) expect([x + width / 2, x >= card.x + 8]).toEqual([expect.closeTo(middle.x, 1), true])
  })

  test('has its name above its numbers, and the updated numbers below, with a centred word between them', () => {
    expect([title.x, title.y]).toEqual([expect.closeTo(middle.x, 1), expect.closeTo((card.y + now.y) / 2, 1)])
    expect([between.x, between.y]).toEqual([expect.closeTo(middle.x, 1), expect.closeTo((now.y + now.height + next.y) / 2, 1)])
    expect([next.y - now.y - now.height > 14, now.y - card.y > 16]).toEqual([true, true]) // one line of text
    expect([now.stroke, next.stroke, between.fill]).toEqual([palette.forwardLine, palette.good, palette.good])
  })

  test('ends slightly below its last tensor', () => {
    expect(card.y + card.height - next.y - next.height).toBeCloseTo(8, 1)
    const before = drawn(graphs.learningNetwork, 'W1', { position: 0 }).parts
    const only = tensorsIn(before)
    expect([only.length, before[0]!.y + before[0]!.height - only[0]!.y - only[0]!.height]).toEqual([1, expect.closeTo(8, 1)])
  })

  test('has the sum of its gradients below itself, labelled with their number', () => {
    const shared: GraphDocument = { expression: 'sum(X * X)', inputs: { X: [[1, 2], [3, 4]] } }
    const { parts, box, middle } = drawn(shared, 'X')
    const [value, sum] = tensorsIn(parts) as [Part, Part]
    const card = parts[0]!
    const name = parts.find(({ text }) => text === 'Σ 2')!
    expect([sum.stroke, name.fill, sum.x + sum.width / 2]).toEqual([palette.backwardLine, palette.backward, expect.closeTo(middle.x, 1)])
    expect(sum.y).toBeGreaterThan(card.y + card.height)
    expect([name.x, name.y]).toEqual([expect.closeTo(middle.x, 1), expect.closeTo((card.y + card.height + sum.y) / 2, 1)])
    expect(card.y + card.height).toBeGreaterThan(value.y + value.height)
    // the card and the sum together are centred in the node's area and stay inside of it
    expect((card.y + sum.y + sum.height) / 2).toBeCloseTo(middle.y, 1)
    expect([card.y >= box.y - 0.1, sum.y + sum.height <= box.y + box.height + 0.1]).toEqual([true, true])
    const hidden = drawn(shared, 'X', { hidden: ['gradient:X'] }).parts
    expect(hidden.map(({ text }) => text).filter(text => text === '?')).toHaveLength(1)
  })
})

test('the sum at an operation is at the bottom of its area, with its label centred between it and the circle', () => {
  const { parts, box, middle, svg } = drawn({ expression: 'h = X + Y; sum(h * h)', inputs: { X: [[1, 2]], Y: [[3, 4]] } }, 'h')
  const [sum] = tensorsIn(parts)
  const name = parts.find(({ text }) => text === 'Σ 2')!
  expect([sum!.y + sum!.height, sum!.x + sum!.width / 2]).toEqual([expect.closeTo(box.y + box.height, 1), expect.closeTo(middle.x, 1)])
  expect([name.x, name.y]).toEqual([expect.closeTo(middle.x, 1), expect.closeTo((middle.y + 22 + sum!.y) / 2, 1)])
  expect(svg).toMatch(/<circle [^>]*r="22"/)
  expect(drawn({ expression: 'h = X + Y; sum(h * h)', inputs: { X: [[1, 2]], Y: [[3, 4]] } }, 'h', { position: 3 }).parts.some(({ text }) => text.startsWith('Σ 2'))).toBe(false)
})

test('a hidden number is at its field: right of the name, within the pill', () => {
  const { parts, middle } = drawn(graphs.apples, 'apple', { hidden: ['value:apple'] })
  const [pill] = parts as [Part]
  const at = parts.findIndex(({ text }) => text === '?')
  const [behind, mark, name] = [parts[at - 1]!, parts[at]!, parts.find(({ text }) => text === 'apple')!]
  expect([mark.y, behind.x + behind.width / 2, behind.fill]).toEqual([expect.closeTo(middle.y, 1), expect.closeTo(mark.x, 1), palette.forwardSoft])
  expect(mark.x).toBeGreaterThan(name.x + textWidth('apple', '600 14px'))
  // the field is 88 wide and ends 5.5 before the pill
  expect(Math.abs(pill.x + pill.width - 5.5 - 88 / 2 - mark.x)).toBeLessThan(5)
})

describe('a name that is longer than its space', () => {
  const long = 'learningRateOfTheSecondHiddenLayer'
  test.each<[string, GraphDocument, string]>([
    ['a number', { expression: `${long} * x`, inputs: {} }, long], ['a tensor', { expression: `sum(${long})`, inputs: { [long]: [1, 2] } }, long],
    ['an operation', { expression: `${long} = x * y; ${long} + 1`, inputs: {} }, long], ['the result', { expression: `${long} = x * y`, inputs: {} }, '=>'],
  ])('ends in … within its node: that of %s', (_, document, id) => {
    const { parts, box } = drawn(document, id)
    const { text } = parts.find(({ text }) => text.startsWith('learning'))!
    const name = text.split(' ')[0]!
    expect([name.endsWith('…'), long.startsWith(name.slice(0, -1))]).toEqual([true, true])
    expect(textWidth(text, '600 14px')).toBeLessThanOrEqual(box.width)
    expect(textWidth(`${long.slice(0, name.length)}…`, '600 14px')).toBeGreaterThan(180) // not a letter fewer than would fit
    expect(parts.filter(part => part.text.startsWith('learning'))).toHaveLength(1)
  })
})

describe('a text', () => {
  test('is vertically centred: capitals are 0.7 times as high as the font size', () => {
    expect(Number(attributes(writing('X', { x: 5, y: 100, fill: '#000000', size: 20 }))['y']) - 0.36 * 20).toBeCloseTo(100, 5)
  })

  test('on a patch is centred on it, with five pixels on both sides', () => {
    for (const [text, size, weight] of [['2.2', 14, 700], ['−0.0625', 12, undefined]] as const) {
      const [rect, written] = partsOf(patch(text, '#ffffff', { x: 50, y: 100, fill: '#000000', size, ...weight ? { weight } : {} })) as [Part, Part]
      expect([rect.x + rect.width / 2, rect.y + rect.height / 2]).toEqual([expect.closeTo(written.x, 2), expect.closeTo(written.y, 1)])
      expect(rect.width - textWidth(text, `${weight ?? 400} ${size}px`)).toBeCloseTo(10, 1)
      expect(rect.height).toBeGreaterThanOrEqual(size + 4)
    }
  })
})
