import { describe, expect, test } from 'vitest'
import { type ColumnItem, dagreColumns, piecesOf } from '../../../../renderer/graph/layout/dagre-columns'
import { barycentreLayout } from '../../../../renderer/graph/layout/barycentre-layout'
import { backOffset } from '../../../../renderer/graph/layout/routes'
import type { LayeredGraph, LayeredLink, LayeredNode, Placement } from '../../../../renderer/graph/layout/layered-graph'
import { circle } from '../../../../renderer/graph/layout/sizes'
import { assignCoordinates } from '../../../../renderer/graph/layout/assign-coordinates'

const node = (id: string, size: Partial<LayeredNode> = {}): LayeredNode => ({ id, width: 40, above: 20, below: 20, portReach: 22, leaf: id.startsWith('x'), ...size })
const label = { width: 60, above: 20, below: 25 }
const link = (from: string, to: string, slot = 0, more: Partial<LayeredLink> = {}): LayeredLink => ({ id: `${from}->${to}#${slot}`, from, to, slot, label, ...more })
const sheet = (nodes: readonly LayeredNode[], links: readonly LayeredLink[], { order = nodes.map(({ id }) => id), atLeft = [] as readonly string[] } = {}): LayeredGraph =>
  ({ nodes, links, order: new Map(order.map((id, i) => [id, i])), pinnedLeft: new Set(atLeft) })
const placed = (sheet: LayeredGraph) => assignCoordinates(sheet, dagreColumns(sheet))
const names = (columns: readonly (readonly ColumnItem[])[]) => columns.map(column => column.map(({ node, link, isLabel }) => node ?? (isLabel ? `(${link!.id})` : link!.id)))

const chain = sheet([node('x'), node('a'), node('b'), node('out')], [link('x', 'a'), link('a', 'b'), link('b', 'out')])
/** A sum of two products with two inputs each */
const sum = sheet([node('x1'), node('x2'), node('m'), node('x3'), node('x4'), node('n'), node('s'), node('out')],
  [link('x1', 'm'), link('x2', 'm', 1), link('x3', 'n'), link('x4', 'n', 1), link('m', 's'), link('n', 's', 1), link('s', 'out')], { order: ['x1', 'm', 'x2', 's', 'x3', 'n', 'x4', 'out'] })
/** A node that is read nearby and far away: its edge passes others */
const passing = sheet([node('x'), node('a'), node('b'), node('c'), node('out')], [link('x', 'a'), link('a', 'b'), link('b', 'c'), link('x', 'c', 1), link('c', 'out')], { order: ['a', 'b', 'c', 'out', 'x'] })
/** Asymmetric: much leads to one side, a single tall input to the other */
const asymmetric = sheet([node('x1'), node('x2'), node('m'), node('x3'), node('n'), node('x4', { above: 60, below: 30 }), node('s'), node('out')],
  [link('x1', 'm'), link('x2', 'm', 1, { label: { width: 90, above: 50, below: 10 } }), link('m', 'n'), link('x3', 'n', 1), link('n', 's'), link('x4', 's', 1), link('s', 'out')], { order: ['x1', 'm', 'x2', 'n', 'x3', 's', 'x4', 'out'] })

describe('the columns', () => {
  test('of a chain hold a node and a label alternately', () => {
    expect(names(dagreColumns(chain))).toEqual([['x'], ['(x->a#0)'], ['a'], ['(a->b#0)'], ['b'], ['(b->out#0)'], ['out']])
  })

  test('keep the order of the expression when no edges cross', () => {
    const columns = dagreColumns(sum)
    expect(names(columns)[0]).toEqual(['x1', 'x2', 'x3', 'x4'])
    expect(names(columns)[2]).toEqual(['m', 'n'])
  })

  test('have a passing edge in every column on its way, and its label once', () => {
    for (const one of [chain, sum, passing, asymmetric]) {
      const columns = dagreColumns(one)
      const at = (id: string) => columns.findIndex(column => column.some(({ node }) => node === id))
      for (const { id, from, to } of one.links) {
        const [own] = [columns.flatMap((column, i) => column.flatMap(item => item.link?.id === id ? [{ i, isLabel: item.isLabel }] : []))]
        expect(own.map(({ i }) => i), id).toEqual(Array.from({ length: at(to) - at(from) - 1 }, (_, i) => at(from) + 1 + i))
        expect(own.filter(({ isLabel }) => isLabel)).toHaveLength(1)
      }
      expect(columns.flat().flatMap(({ node }) => node ?? []).sort()).toEqual(one.nodes.map(({ id }) => id).sort())
    }
  })

  test('reverse an order in which edges would cross', () => {
    const crossed = sheet([node('x'), node('y'), node('a'), node('b'), node('c'), node('out')], [link('x', 'b'), link('y', 'a'), link('a', 'c'), link('b', 'c', 1), link('c', 'out')], { order: ['x', 'y', 'a', 'b', 'c', 'out'] })
    const columns = dagreColumns(crossed)
    const at = (id: string) => columns.flat().findIndex(item => item.node === id)
    expect(Math.sign(at('x') - at('y'))).toBe(Math.sign(at('b') - at('a')))
    const pieces = piecesOf(columns)
    for (const list of pieces) for (const a of list) for (const b of list) expect((a.left - b.left) * (a.right - b.right)).toBeGreaterThanOrEqual(0)
  })

  test('have two edges between the same nodes in the order of the arguments, and edges of one source in that of their readers', () => {
    const twice = sheet([node('x'), node('s'), node('out')], [link('x', 's', 1), link('x', 's'), link('s', 'out')])
    expect(names(dagreColumns(twice))[1]).toEqual(['(x->s#0)', '(x->s#1)'])
    const fan = sheet([node('x'), node('a'), node('b'), node('s'), node('out')], [link('x', 'b'), link('x', 'a'), link('a', 's'), link('b', 's', 1), link('s', 'out')], { order: ['x', 'a', 'b', 's', 'out'] })
    expect(names(dagreColumns(fan))[1]).toEqual(['(x->a#0)', '(x->b#0)'])
  })

  test('have pinned nodes at the left, and others just before their readers', () => {
    const free = sheet([node('x'), node('a'), node('b'), node('x2'), node('c'), node('out')], [link('x', 'a'), link('a', 'b'), link('b', 'c'), link('x2', 'c', 1), link('c', 'out')])
    const columnOf = (one: LayeredGraph, id: string) => names(dagreColumns(one)).findIndex(column => column.includes(id))
    expect([columnOf(free, 'x2'), columnOf(free, 'b')]).toEqual([4, 4])
    const held = { ...free, pinnedLeft: new Set(['x', 'x2']) }
    expect([columnOf(held, 'x2'), columnOf(held, 'x'), columnOf(held, 'c')]).toEqual([0, 0, 6])
  })

  test('are joined by segments of edges', () => {
    const pieces = piecesOf(dagreColumns(sum))
    expect(pieces[0]!.map(({ link, left, right }) => [link.id, left, right])).toEqual([['x1->m#0', 0, 0], ['x2->m#1', 1, 1], ['x3->n#0', 2, 2], ['x4->n#1', 3, 3]])
    expect(pieces[1]!.map(({ left, right }) => [left, right])).toEqual([[0, 0], [1, 0], [2, 1], [3, 1]])
  })
})

const ys = ({ nodes }: Placement, ...ids: string[]) => ids.map(id => nodes.get(id)!.y)

describe('the positions', () => {
  test('of a chain are level, with columns at equal distances, from the left edge on', () => {
    const { nodes, labels, segments } = placed(chain)
    expect(new Set([...nodes.values(), ...labels.values()].map(({ y }) => Math.round(y * 1e6))).size).toBe(1)
    const edges = ['x', 'a', 'b', 'out'].map(id => [nodes.get(id)!.x - 20, nodes.get(id)!.x + 20] as const)
    expect(edges[0]![0]).toBe(0)
    const airs = ['x->a#0', 'a->b#0', 'b->out#0'].flatMap((id, i) => [labels.get(id)!.x - 30 - edges[i]![1], edges[i + 1]![0] - labels.get(id)!.x - 30])
    expect(new Set(airs).size).toBe(1)
    expect(airs[0]).toBeCloseTo(8 + 5, 6) // an arrow head, and a piece of its line
    for (const [id, { x, y }] of labels) expect(segments.get(id)).toEqual([{ from: x - 30, to: x + 30, y }])
  })

  test('give rising edges more space between their columns, up to a limit', () => {
    const airOf = (height: number) => {
      const { nodes, labels } = placed(sheet([node('x1', { above: height, below: height }), node('x2', { above: height, below: height }), node('s'), node('out')], [link('x1', 's'), link('x2', 's', 1), link('s', 'out')]))
      return [labels.get('x1->s#0')!.x - 30 - nodes.get('x1')!.x - 20, nodes.get('s')!.x - 20 - labels.get('x1->s#0')!.x - 30] as const
    }
    const total = (height: number) => airOf(height)[0] + airOf(height)[1]
    expect([total(60) < total(120), total(120) < total(240), total(2000)]).toEqual([true, true, total(4000)])
    expect(total(4000)).toBeLessThan(4 * 44) // two curves of at most two nodes' length each
    // an edge that rises by another 180 adds a sixth of that to each of its curves; one of them is level here
    const rises = (height: number) => Math.abs(height + 11 - 10)
    expect((total(120) - total(60)) / (rises(120) - rises(60))).toBeGreaterThan(1 / 8)
    expect((total(120) - total(60)) / (rises(120) - rises(60))).toBeLessThan(1 / 5)
  })

  test('of inputs are evenly around their reader', () => {
    const { nodes, labels, portOffsets } = placed(sum)
    const [x1, x2, m, x3, x4, n, s, out] = ys(placed(sum), 'x1', 'x2', 'm', 'x3', 'x4', 'n', 's', 'out') as [number, number, number, number, number, number, number, number]
    expect([(x1 + x2) / 2, (x3 + x4) / 2, (m + n) / 2, s]).toEqual([expect.closeTo(m, 3), expect.closeTo(n, 3), expect.closeTo(s, 3), expect.closeTo(out, 6)])
    expect([x1 < x2, x2 < x3, x3 < x4, x2 - x1]).toEqual([true, true, true, expect.closeTo(x4 - x3, 6)])
    expect([nodes.get('x1')!.x, nodes.get('m')!.x]).toEqual([nodes.get('x4')!.x, nodes.get('n')!.x])
    for (const { id, from } of sum.links) if (from.startsWith('x')) expect(labels.get(id)!.y).toBeCloseTo(nodes.get(from)!.y, 3)
    expect([portOffsets.get('x1->m#0'), portOffsets.get('m->s#0')]).toEqual([-portOffsets.get('x2->m#1')!, -portOffsets.get('n->s#1')!])
    // as close as their labels allow: with a gap that is smaller than another line of text
    const air = x2 - x1 - label.above - label.below
    expect([air >= 10, air <= 18]).toEqual([true, true])
  })

  test('keep everything apart, with gaps', () => {
    for (const one of [chain, sum, passing, asymmetric]) {
      const { nodes, labels } = placed(one)
      const boxes = [...one.nodes.map(({ id, width, above, below }) => ({ id, ...nodes.get(id)!, width, above, below })), ...one.links.map(({ id, label }) => ({ id, ...labels.get(id)!, width: label!.width, above: label!.above, below: label!.below }))]
      for (const a of boxes) {
        for (const b of boxes) {
          if (a.id >= b.id || Math.abs(a.x - b.x) >= (a.width + b.width) / 2) continue
          expect(a.y < b.y ? b.y - b.above - a.y - a.below : a.y - a.above - b.y - b.below, `${a.id} ${b.id}`).toBeGreaterThanOrEqual(10)
        }
      }
    }
  })

  test('keep computed values straight; given ones, and passing edges, yield', () => {
    const { nodes, labels, segments } = placed(passing)
    const [a, b, c, out] = ys({ nodes } as Placement, 'a', 'b', 'c', 'out') as [number, number, number, number]
    expect([b, c, out]).toEqual([expect.closeTo(a, 1), expect.closeTo(a, 1), expect.closeTo(a, 1)])
    const way = segments.get('x->c#1')!
    expect(way.length).toBeGreaterThan(2)
    for (const [i, { from, to }] of way.entries()) expect([to > from, i === 0 || from > way[i - 1]!.to]).toEqual([true, true])
    expect(way.some(({ from, to, y }) => y === labels.get('x->c#1')!.y && to - from === 60)).toBe(true)
    // below the nodes that it passes, or above them, at a distance
    for (const id of ['a', 'b']) {
      const { x, y } = nodes.get(id)!
      const beside = way.find(({ from, to }) => from <= x && to >= x)!
      expect(Math.abs(beside.y - y)).toBeGreaterThan(20 + 8)
    }
    // an edge that passes a column is as wide as the column
    for (const { from, to } of way) if (to - from !== 60) expect([from, to].every(edge => [...nodes.values()].some(({ x }) => Math.abs(Math.abs(x - edge) - 20) < 1e-6) || [...labels.values()].some(({ x }) => Math.abs(Math.abs(x - edge) - 30) < 1e-6))).toBe(true)
  })

  test('of nodes are half a circle apart, those of labels and passing edges one line of text, which is 14 high', () => {
    const low = { above: 10, below: 10 }
    const [a1, a2] = ys(placed(sheet([node('x1', low), node('x2', low), node('s'), node('out')], [link('x1', 's'), link('x2', 's', 1), link('s', 'out')])), 'x1', 'x2') as [number, number]
    expect(a2 - a1 - label.above - label.below).toBeCloseTo(14, 3)
    const bare = { label: null }
    const [x1, x2] = ys(placed(sheet([node('x1'), node('x2'), node('s'), node('out')], [link('x1', 's', 0, bare), link('x2', 's', 1, bare), link('s', 'out', 0, bare)])), 'x1', 'x2') as [number, number]
    expect(x2 - x1).toBeCloseTo(40 + circle / 2, 3)
    const far = sheet([node('x1'), node('x2'), node('x3'), node('a'), node('b'), node('s'), node('out')], [link('x3', 'a'), link('a', 'b'), link('b', 's'), link('x1', 's', 1), link('x2', 's', 2), link('s', 'out')], { order: ['a', 'b', 's', 'out', 'x3', 'x1', 'x2'], atLeft: ['x1', 'x2', 'x3'] })
    const { nodes, segments } = placed(far)
    const passing = (id: string) => segments.get(id)!.find(({ from, to }) => from <= nodes.get('a')!.x && to >= nodes.get('a')!.x)!.y
    expect(Math.abs(passing('x1->s#1') - passing('x2->s#2'))).toBeGreaterThanOrEqual(14 + backOffset - 1e-6)
  })

  test('of a node that is read twice are centred between its readers', () => {
    const fan = sheet([node('x'), node('a'), node('b'), node('s'), node('out')], [link('x', 'a'), link('x', 'b'), link('a', 's'), link('b', 's', 1), link('s', 'out')])
    const [x, a, b, s] = ys(placed(fan), 'x', 'a', 'b', 's') as [number, number, number, number]
    expect([a < b, x, s]).toEqual([true, expect.closeTo((a + b) / 2, 3), expect.closeTo((a + b) / 2, 3)])
  })

  test('have narrow nodes centred in their column', () => {
    const { nodes } = placed(sheet([node('x1', { width: 120 }), node('x2', { width: 30 }), node('s'), node('out')], [link('x1', 's'), link('x2', 's', 1), link('s', 'out')]))
    expect([nodes.get('x1')!.x, nodes.get('x2')!.x]).toEqual([60, 60])
  })

  test('are mirrored when everything is flipped vertically', () => {
    const flip = ({ nodes, links, pinnedLeft, order }: LayeredGraph): LayeredGraph => ({
      nodes: nodes.map(each => ({ ...each, above: each.below, below: each.above })), pinnedLeft, order: new Map([...order].map(([id, at]) => [id, -at])),
      links: links.map(each => ({ ...each, slot: -each.slot, label: each.label && { ...each.label, above: each.label.below, below: each.label.above } })),
    })
    for (const one of [sum, asymmetric]) {
      const columns = dagreColumns(one)
      const turned = flip(one)
      const links = new Map(turned.links.map(each => [each.id, each]))
      const [up, down] = [assignCoordinates(one, columns), assignCoordinates(turned, columns.map(column => column.map(item => ({ ...item, link: item.link && links.get(item.link.id)! })).reverse()))]
      for (const [id, { x, y }] of up.nodes) expect([down.nodes.get(id)!.x, down.nodes.get(id)!.y], id).toEqual([expect.closeTo(x, 6), expect.closeTo(-y, 6)])
      for (const [id, { y }] of up.labels) expect(down.labels.get(id)!.y, id).toBeCloseTo(-y, 6)
      for (const [id, end] of up.portOffsets) expect(down.portOffsets.get(id)! + end).toBeCloseTo(0, 9)
    }
    const [up, down] = [barycentreLayout(asymmetric), barycentreLayout(flip(asymmetric))]
    for (const [id, { x, y }] of up.nodes) expect([down.nodes.get(id)!.x, down.nodes.get(id)!.y], id).toEqual([expect.closeTo(x, 6), expect.closeTo(-y, 6)])
    for (const [id, { y }] of up.labels) expect(Math.abs(down.labels.get(id)!.y + y), id).toBeLessThan(5) // each has a gap below
  })
})
