import { type GraphDocument, momentAt, type Problem, symbolOf, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { graphPicture } from '../../../../renderer/graph/picture/graph-picture'
import { type Box, resultId } from '../../../../renderer/graph/layout/geometry'
import { inside, overlap } from '../geometry'
import { graphs } from '../graphs'

const texts = { numbers: numbersFor('en'), output: 'output', updated: 'after the update', errorText: ({ code }: Problem) => code }
interface Written extends Box { readonly text: string, readonly fill: string }

function drawn(document: GraphDocument, position = Infinity, hidden: readonly string[] = []) {
  const trace = traceOf(document)
  const arrangement = arrange(trace, texts)
  const svg = graphPicture({ graphState: { trace, moment: momentAt(trace, position), hidden: new Set(hidden) }, arrangement, texts, theme: 'light', font: 'sans-serif', signFont: 'sans-serif' })
  const attributes = (tag: string) => Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]))
  const writings = [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, tag, text]): Written => {
    const { x, y, 'font-size': size, 'text-anchor': anchor, fill } = attributes(tag!)
    const width = 0.56 * Number(size) * text!.replaceAll(/&\w+;/g, '&').length // width of a digit in most fonts
    const left = anchor === 'start' ? Number(x) : anchor === 'end' ? Number(x) - width : Number(x) - width / 2
    return { text: text!, fill: fill!, x: left, y: Number(y) - 0.36 * Number(size) - Number(size) / 2, width, height: Number(size) }
  })
  const rects = [...svg.matchAll(/<rect ([^>]*)\/>/g)].map(([, tag]) => {
    const { x, y, width, height, fill } = attributes(tag!)
    return { x: Number(x), y: Number(y), width: Number(width), height: Number(height), fill: fill! }
  })
  const [x, y, width, height] = attributes(/<svg ([^>]*)>/.exec(svg)![1]!)['viewBox']!.split(' ').map(Number) as [number, number, number, number]
  const rooms = [...arrangement.layout.nodes.values(), ...arrangement.layout.edges.map(({ label, mark }): Box => mark ? { ...label, x: Math.min(label.x, mark.x - 6), width: Math.max(label.x + label.width, mark.x + 6) - Math.min(label.x, mark.x - 6) } : label), ...arrangement.layout.frames]
  return { writings, rects, sheet: { x, y, width, height }, rooms, arrangement, trace, svg }
}

const cases = Object.entries(graphs as Record<string, GraphDocument>)

describe.each(cases)('the drawing of %s', (_, document) => {
  test.each([Infinity, 0, 1, 4])('lies within the picture, and no text overlaps anything else, at step %d', (position) => {
    const { writings, sheet } = drawn(document, position)
    expect(writings.filter(each => !inside(sheet, each)).map(({ text }) => text)).toEqual([])
    const pairs = writings.flatMap((a, i) => writings.slice(i + 1).filter(b => overlap(a, b, 1.5)).map(b => `${a.text} × ${b.text}`))
    expect(pairs).toEqual([])
  })

  test('stays within the area of its node or its label', () => {
    const { writings, rooms, rects, sheet } = drawn(document)
    const marks = /^[12]$/ // labels of arguments, next to their edge
    // a sum or an update may be wider than its node, but is drawn at the height of the node's area
    expect(writings.filter(each => !marks.test(each.text) && !rooms.some(room => inside({ ...room, x: room.x - 40, width: room.width + 80 }, each, 3))).map(({ text }) => text)).toEqual([])
    expect(rects.filter(rect => !inside(sheet, rect, 6))).toEqual([])
  })

  test('shows every input at its own node, and every operation by its symbol in its own centre', () => {
    const { writings, arrangement: { layout, sizes }, trace } = drawn(document)
    for (const node of trace.graph.nodes) {
      const box = layout.nodes.get(node.id)!
      const own = writings.filter(each => inside(box, each, 3)).map(({ text }) => text)
      if (node.kind === 'input') expect(own.some(text => text.startsWith(node.name))).toBe(true)
      if (node.kind !== 'operation') continue
      const sign = writings.find(each => each.text === symbolOf(node.operation) && inside(box, each, 3))
      expect(sign, node.id).toBeDefined()
      expect([sign!.x + sign!.width / 2, Math.abs(sign!.y + sign!.height / 2 - box.y - box.height / 2) < sizes.node(node.id).shapeHeight / 2]).toEqual([expect.closeTo(box.x + box.width / 2, 0), true])
      if (node.name !== null && node.id !== trace.graph.output) expect(own).toContain(node.name)
    }
    const result = layout.nodes.get(resultId)!
    expect(writings.filter(each => inside(result, each, 3)).map(({ text }) => text)).toEqual([arrangementName(document)])
  })

  test('has a patch or a shape below every number, so that no line crosses it', () => {
    const { writings, rects } = drawn(document)
    const onLines = writings.filter(({ text }) => /^−?[\d.,]+$/.test(text))
    const patches = rects.slice(1)
    expect(onLines.filter(each => !patches.some(patch => inside(patch, each, 2))).map(({ text }) => text).filter(text => !isConstant(document, text) && !/^[12]$/.test(text))).toEqual([])
  })
})

test('the shape of a tensor on an edge is above its cells, that of a given one above its line, covering neither', () => {
  const { rects, writings, arrangement: { layout, graph } } = drawn(graphs.affine)
  const shapes = layout.edges.filter(({ from }) => graph.byId.get(from)!.kind !== 'constant')
  for (const { from, label } of shapes) {
    const text = writings.find(each => /^\(.+\)$/.test(each.text) && inside(label, each, 4))!
    const patch = rects.find(rect => inside(rect, text, 2) && rect.height < 30)!
    const foot = patch.y + patch.height
    const cells = rects.filter(rect => inside(label, rect, 2) && rect.y >= foot - 5 && rect.height > 30).sort((a, b) => a.y - b.y)[0]!
    if (graph.byId.get(from)!.kind === 'input') expect([label.y + label.above - foot >= 1, label.y + label.above - foot <= 5], from).toEqual([true, true])
    else expect(cells.y - foot, from).toBeCloseTo(0, 1)
  }
})

const arrangementName = (document: GraphDocument) => arrange(traceOf(document), texts).resultName
const isConstant = (document: GraphDocument, text: string) => traceOf(document).graph.nodes.some(node => node.kind === 'constant' && texts.numbers.few(node.value) === text)

describe('colours', () => {
  const light = { forward: '#1d63c9', backward: '#a84b04', good: '#1b7344' }
  const fills = (written: readonly Written[], text: string) => new Set(written.filter(each => each.text === text).map(({ fill }) => fill))

  test('are blue for values, orange for gradients, green for updates', () => {
    const { writings } = drawn(graphs.apples)
    expect([...fills(writings, '715')]).toEqual([light.forward])
    expect([...fills(writings, '2.2')]).toEqual([light.backward])
    const learned = drawn({ expression: 'w * x', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }).writings
    expect([...fills(learned, '2 → 1.7')]).toEqual([light.good])
    expect([...fills(drawn(graphs.fanOut).writings, '3 + 3 = 6')]).toEqual([light.backward])
  })

  test('ring the current node, and warn at a failed one', () => {
    const strokes = (position: number, document: GraphDocument = graphs.apples) => [...drawn(document, position).svg.matchAll(/<circle [^>]*stroke="([^"]+)" stroke-width="([^"]+)"/g)].map(([, colour, width]) => `${colour} ${width}`)
    expect(strokes(1)[0]).toBe('#3b82e6 4')
    expect(strokes(1).slice(1).every(stroke => stroke.endsWith(' 1.5'))).toBe(true)
    expect(strokes(6).filter(stroke => stroke === '#e0771a 4')).toHaveLength(1)
    expect(new Set(strokes(0))).toEqual(new Set(['#aeb9c8 1.5']))
    expect(strokes(Infinity, { expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } })).toContain('#b3261e 3')
  })

  test('are missing where nothing has arrived: edges are grey until then', () => {
    const lines = (position: number) => [...drawn(graphs.apples, position).svg.matchAll(/<path d="[^"]*" fill="none" stroke="([^"]+)"/g)].map(match => match[1]!)
    expect(lines(0).filter(colour => colour === '#3b82e6')).toHaveLength(5) // the five inputs
    expect(lines(0)).toHaveLength(9)
    expect(lines(Infinity).filter(colour => colour === '#3b82e6')).toHaveLength(9)
    expect(lines(Infinity).filter(colour => colour === '#e0771a')).toHaveLength(9)
  })
})

test('a long name is cut with …, and its node is as wide as necessary', () => {
  const name = 'learningRateOfTheSecondHiddenLayerOfThisNetwork'
  const { writings } = drawn({ expression: `${name} * x`, inputs: {} })
  const shown = writings.find(({ text }) => text.startsWith('learning'))!
  expect([shown.text.endsWith('…'), shown.text.length > 15, name.startsWith(shown.text.slice(0, -1))]).toEqual([true, true, true])
})
