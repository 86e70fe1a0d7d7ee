import { type Problem, traceOf } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { shallowRef } from 'vue'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { noteBoxes, noteLines } from '../../../../renderer/graph/layout/note-boxes'
import NodeNote from '../../../../renderer/graph/canvas/NodeNote.vue'
import { textWidth } from '../../../../renderer/graph/layout/text-width'
import { fakeMain } from '../../lab'
import { showPart } from '../view'

beforeEach(() => { fakeMain() })
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

const trace = traceOf({ expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } })
const arrangement = arrange(trace, { numbers: numbersFor('en'), output: 'output' })
function note(id: string, failed = true, text = '') {
  const problem: Problem = trace.problem!
  const { boxes } = noteBoxes(trace, arrangement, () => text)
  const { part } = showPart(NodeNote, { id, note: problem, failed }, { layout: shallowRef(arrangement.layout), noteBox: id => boxes.get(id) })
  return { part, p: part.get<HTMLElement>('p'), boxes }
}

describe('a note at a node', () => {
  test('is placed on the sheet, starting at the corner of its node, and holds all of its lines', () => {
    const text = note('n2').p.element.textContent!.replaceAll('\n', ' ')
    const { p, boxes } = note('n2', true, text)
    const [box, node] = [boxes.get('n2')!, arrangement.layout.nodes.get('n2')!]
    const { left, top, width, padding, lineHeight } = p.element.style
    expect([left, top, width].map(Number.parseFloat)).toEqual([box.x - node.x, box.y - node.y, box.width].map(length => expect.closeTo(length, 3) as unknown))
    const lines = noteLines(text)
    expect(p.element.textContent).toBe(lines.join('\n'))
    // lines, padding and a one-pixel border fill the height of the box
    expect(lines.length * Number.parseFloat(lineHeight) + 2 * Number.parseFloat(padding) + 2).toBeCloseTo(box.height, 6)
    for (const line of lines) expect(box.width - textWidth(line, '400 12px')).toBeGreaterThanOrEqual(2 * 8)
  })

  test('without a place is not visible', () => {
    expect(note('gone').p.element.style.display).toBe('none')
    expect(note('n3').p.element.style.display).toBe('none')
  })

  test('is an alert if something failed, and plain text if not', () => {
    expect([note('n2').p.attributes('role'), note('n2', false).p.attributes('role'), note('n2', false).part.findAll('.grave').length]).toEqual(['alert', 'note', 0])
  })
})
