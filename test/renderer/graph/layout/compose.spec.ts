import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type GraphDocument, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { boundingBox, type Box, type GraphLayout, type Point } from '../../../../renderer/graph/layout/geometry'
import { inside, middleOf, overlap, pointsOn } from '../geometry'
import { graphs } from '../graphs'
import { randomGraph } from '../random-graphs'

const texts = { numbers: numbersFor('en'), output: 'output' }
const arranged = (document: GraphDocument) => arrange(traceOf(document), texts)

/** All areas with text or drawings, by name. */
const boxesOf = ({ nodes, edges }: GraphLayout): (readonly [string, Box])[] => [...nodes, ...edges.map(({ id, label }) => [id, label] as const)]

describe.each(Array.from({ length: 14 }, (_, i) => [i, randomGraph(2400 + i, 4 + Math.floor(i / 2))] as const))('graph %i drawn at random', (_, document) => {
  const { layout, sizes } = arranged(document)
  const { graph } = traceOf(document)
  const height = (id: string) => middleOf(layout.nodes.get(id)!).y

  test('has no overlaps, and no edge through a node or label', () => {
    const boxes = boxesOf(layout)
    const overlaps = boxes.flatMap(([a, one], i) => boxes.slice(i + 1).filter(([, other]) => overlap(one, other)).map(([b]) => `${a} × ${b}`))
    expect(overlaps).toEqual([])
    const shapes = boxes.map(([id, box]): readonly [string, Box] => {
      if (!layout.nodes.has(id)) return [id, box]
      const { shapeWidth: width, shapeHeight: height } = sizes.node(id)
      const { x, y } = middleOf(box)
      return [id, { x: x - width / 2, y: y - height / 2, width, height }]
    })
    if (graph.nodes.length > 30) return // in large graphs edges go straight to their label, below what lies between
    const crossed = layout.edges.flatMap(({ id, from, to, line }) => {
      const points = pointsOn(line)
      return shapes.filter(([name]) => ![from, to, id].includes(name)).filter(([, { x, y, width, height }]) => points.some(p => p.x > x + 1 && p.x < x + width - 1 && p.y > y + 1 && p.y < y + height - 1)).map(([name]) => `${id} through ${name}`)
    })
    expect(crossed).toEqual([])
  })

  test('has edges that arrive apart from each other, each at its reader’s side', () => {
    const readers = new Set(layout.edges.map(({ to }) => to))
    for (const reader of readers) {
      const arriving = layout.edges.filter(({ to }) => to === reader).map(({ head }) => Number(/^M\S+ ([-\d.]+)l/.exec(head)![1])).sort((a, b) => a - b)
      for (const [i, at] of arriving.slice(1).entries()) expect(at - arriving[i]!).toBeGreaterThanOrEqual(10) // arrow heads are eight high
      for (const at of arriving) expect(Math.abs(at - height(reader)) + 4).toBeLessThanOrEqual(sizes.node(reader).shapeHeight / 2)
    }
  })
})

describe('a chain of operations', () => {
  // each operation reads the previous one and an input of its own
  test.each([
    ['sums', 'a + b + c + d + e + f'], ['a fraction of powers', '((x ^ 2 + y) * z - u) / w'], ['an input that is given first', 'a * (b + c * exp(d))'],
  ])('is on one line: %s', (_, expression) => {
    const { layout } = arranged({ expression, inputs: {} })
    const { graph } = traceOf({ expression, inputs: {} })
    const operations = graph.nodes.filter(({ kind }) => kind === 'operation')
    const heights = operations.filter(node => node.kind === 'operation' && node.args.some(id => graph.byId.get(id)!.kind === 'operation')).map(({ id }) => middleOf(layout.nodes.get(id)!).y)
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(1)
    for (const { from, line } of layout.edges) {
      if (graph.byId.get(from)!.kind !== 'operation') continue
      const points = pointsOn(line)
      expect(Math.max(...points.map(({ y }) => y)) - Math.min(...points.map(({ y }) => y))).toBeLessThan(1)
    }
  })
})

describe.each(Object.entries({
  sigmoid: graphs.openedSigmoid, affine: graphs.openedAffine, softmaxWithLoss: graphs.openedSoftmaxWithLoss, identityWithLoss: graphs.openedIdentityWithLoss, network: graphs.openedNetwork,
  chain: { expression: 'a = sigmoid(x * w); b = tanh(a + c); sigmoid(b * a)', inputs: {}, opened: ['a', 'n5', 'n6'] },
} as Record<string, GraphDocument>))('the frame of an opened group: %s', (_, document) => {
  const { layout } = arranged(document)
  const { graph } = traceOf(document)
  const groupOf = (id: string) => graph.byId.get(id)?.group ?? null
  const frames = layout.frames.map(frame => ({ frame, parts: [...[...layout.nodes].filter(([id]) => groupOf(id) === frame.id).map(([, box]) => box), ...layout.edges.filter(({ to, from }) => groupOf(to) === frame.id && groupOf(from) === frame.id).map(({ label }) => label)] }))
  /** Vertical position of an edge at a given horizontal position. */
  const heightAt = (line: string, x: number) => {
    const points = pointsOn(line)
    const i = points.findIndex(point => point.x >= x)
    const [a, b] = [points[Math.max(0, i - 1)]!, points[i]!]
    return a.x === b.x ? b.y : a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)
  }

  const round = Number(/border-radius: (\d+)px/.exec(readFileSync(join(import.meta.dirname, '../../../../renderer/graph/canvas/FrameBox.vue'), 'utf8'))![1])

  test('has equal space on both sides and below, and a line for its name above', () => {
    expect(frames.length).toBeGreaterThan(0)
    for (const { frame, parts } of frames) {
      const labels = layout.edges.filter(({ to }) => groupOf(to) === frame.id).map(({ label }) => label)
      const all = boundingBox([...parts, ...labels], 0)
      const right = frame.x + frame.width - all.x - all.width
      const [below, above] = [frame.y + frame.height - all.y - all.height, all.y - frame.y]
      expect(right).toBeCloseTo(round, 6) // within the corner radius, so that no corner cuts into the contents
      // the contents reach vertically to the parts, or to an edge that enters
      expect(below).toBeGreaterThanOrEqual(right - 0.01)
      expect(above).toBeGreaterThanOrEqual(22) // height of the line with the name
      expect(Math.min(below - right, above - 26)).toBeLessThan(6)
    }
  })

  test('contains the labels of all that enters, behind a point where the edge has become level', () => {
    for (const { frame } of frames) {
      for (const { line, label, from, to } of layout.edges.filter(({ to, from }) => groupOf(to) === frame.id && groupOf(from) !== frame.id)) {
        expect(inside(frame, label), `${from} ${to}`).toBe(true)
        expect(label.x - frame.x).toBeGreaterThan(14)
        for (const x of [frame.x + 2, frame.x + 8]) expect(heightAt(line, x)).toBeCloseTo(heightAt(line, frame.x + 4), 1)
      }
    }
  })

  test('is left at the height of its output', () => {
    for (const { frame } of frames) {
      for (const { line, from } of layout.edges.filter(({ to, from }) => groupOf(from) === frame.id && groupOf(to) !== frame.id)) {
        const right = frame.x + frame.width
        for (const x of [right - 10, right - 1]) expect(heightAt(line, x)).toBeCloseTo(middleOf(layout.nodes.get(from)!).y, 0)
      }
    }
  })

  test('is entered in the order of the nodes outside', () => {
    for (const { frame } of frames) {
      const entering = layout.edges.filter(({ to, from }) => groupOf(to) === frame.id && groupOf(from) === null)
      const places = new Map(entering.map(({ from, line }): [string, Point] => [from, { x: middleOf(layout.nodes.get(from)!).y, y: heightAt(line, frame.x + 1) }]))
      const columnOf = (from: string) => Math.round(middleOf(layout.nodes.get(from)!).x)
      for (const x of new Set([...places.keys()].map(columnOf))) {
        const sorted = [...places].filter(([from]) => columnOf(from) === x).map(([, place]) => place).sort((a, b) => a.x - b.x)
        for (const [i, { y }] of sorted.slice(1).entries()) expect(y).toBeGreaterThanOrEqual(sorted[i]!.y - 0.1)
      }
    }
  })

  test('has one edge for each value that enters, however often it is used inside', () => {
    for (const { frame } of frames) {
      const entering = layout.edges.filter(({ to, from }) => groupOf(to) === frame.id && groupOf(from) !== frame.id)
      for (const source of new Set(entering.map(({ from }) => from)))
        expect(new Set(entering.filter(({ from }) => from === source).map(({ line }) => Math.round(heightAt(line, frame.x + 1)))).size).toBe(1)
    }
  })
})

describe('an input', () => {
  const column = (document: GraphDocument, id: string) => middleOf(arranged(document).layout.nodes.get(id)!).x
  const nested = (depth: number): GraphDocument => ({ expression: `${'exp('.repeat(depth)}x${')'.repeat(depth)} * y`, inputs: {} })

  test('that is used late is placed at the left with the others, unless its edge would be very long', () => {
    expect(column(nested(10), 'y')).toBe(column(nested(10), 'x'))
    expect(column(nested(16), 'y')).toBeGreaterThan(column(nested(16), 'x'))
  })

  test('that is a tensor is placed beside its reader, so that shapes are visible there; a row of numbers may be at the left', () => {
    const { layout } = arranged(graphs.network)
    const x = (id: string) => middleOf(layout.nodes.get(id)!).x
    expect([x('W2') > x('W1'), x('W3') > x('W2')]).toEqual([true, true])
  })
})
