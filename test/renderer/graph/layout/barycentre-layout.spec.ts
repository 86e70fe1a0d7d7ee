import { describe, expect, test } from 'vitest'
import { barycentreLayout, itemCount, ranksOf } from '../../../../renderer/graph/layout/barycentre-layout'
import type { LayeredGraph, LayeredLink, LayeredNode } from '../../../../renderer/graph/layout/layered-graph'

const node = (id: string, leaf = false, size: Partial<LayeredNode> = {}): LayeredNode => ({ id, width: 40, above: 20, below: 20, portReach: 17, leaf, ...size })
const label = { width: 60, above: 20, below: 25 }
const link = (from: string, to: string, slot = 0, more: Partial<LayeredLink> = {}): LayeredLink => ({ id: `${from}->${to}#${slot}`, from, to, slot, label, ...more })
const sheet = (nodes: readonly LayeredNode[], links: readonly LayeredLink[], { order = nodes.map(({ id }) => id), atLeft = [] as readonly string[] } = {}): LayeredGraph =>
  ({ nodes, links, order: new Map(order.map((id, i) => [id, i])), pinnedLeft: new Set(atLeft) })

/** m = x·y, s = m + z, out = s */
const sum = (options = {}) => sheet([node('x', true), node('y', true), node('m'), node('z', true), node('s'), node('out')], [link('x', 'm'), link('y', 'm', 1), link('m', 's'), link('z', 's', 1), link('s', 'out')], options)

describe('the column of a node', () => {
  test('is just before its first reader; the result’s is the last', () => {
    expect([...ranksOf(sum())]).toEqual([['x', 0], ['y', 0], ['m', 1], ['z', 1], ['s', 2], ['out', 3]])
  })

  test('is the first one for nodes that are kept at the left', () => {
    expect(ranksOf(sum({ atLeft: ['x', 'y', 'z'] })).get('z')).toBe(0)
  })

  test('of a node with several readers is before all of them', () => {
    const twice = sheet([node('x', true), node('e'), node('p'), node('out')], [link('x', 'e'), link('e', 'p'), link('x', 'p', 1), link('p', 'out')])
    expect([...ranksOf(twice).values()]).toEqual([0, 1, 2, 3])
  })
})

test('a layout has to order its nodes, the labels, and each column that an edge passes', () => {
  expect(itemCount(sum())).toBe(6 + 5) // each of five edges has space for its label
  expect(itemCount(sum({ atLeft: ['z'] }))).toBe(6 + 5 + 2) // z's edge crosses m's column and comes from the one before
  expect(itemCount(sheet([node('x', true)], []))).toBe(1)
})

describe('the positions in a large graph', () => {
  const { nodes, labels, segments, portOffsets } = barycentreLayout(sum())
  const at = (id: string) => nodes.get(id)!

  test('form columns from left to right; inputs of one column are on one line', () => {
    expect([at('x').x === at('y').x, at('m').x === at('z').x, at('x').x < at('m').x, at('m').x < at('s').x, at('s').x < at('out').x]).toEqual([true, true, true, true, true])
    expect(at('x').x).toBe(20) // the first column starts at the left edge and has no labels
    // between two columns: a gap, the labels, and another gap
    expect(at('m').x - at('x').x).toBe(20 + 56 + 60 + 28 + 20)
    expect(at('out').x - at('s').x).toBe(at('s').x - at('m').x)
  })

  test('are in reading order from top to bottom', () => {
    expect(at('x').y).toBeLessThan(at('y').y)
    const turned = barycentreLayout(sum({ order: ['y', 'x', 'z', 'm', 's', 'out'] })).nodes
    expect(turned.get('y')!.y).toBeLessThan(turned.get('x')!.y)
  })

  test('leave space for each node and for the labels of its arguments', () => {
    // m reads two: its labels are 2 · (20 + 25 + 4) high; z is 40 high; each has 18 more
    expect(Math.abs(at('z').y - at('m').y)).toBeGreaterThanOrEqual((98 + 18 + 40 + 18) / 2 - 1e-9)
    expect(at('y').y - at('x').y).toBeGreaterThanOrEqual(40 + 18 - 1e-9)
  })

  test('keep connected nodes level as far as there is space', () => {
    expect(Math.abs(at('out').y - at('s').y)).toBeLessThan(20)
    expect(Math.abs(at('m').y - (at('x').y + at('y').y) / 2)).toBeLessThan(20)
  })

  test('place each label left of its reader, one below the other, on its own edge', () => {
    const [x, y] = [labels.get('x->m#0')!, labels.get('y->m#1')!]
    expect([x.x, y.x]).toEqual([at('m').x - 20 - 28 - 30, at('m').x - 20 - 28 - 30])
    expect(y.y - x.y).toBe(20 + 25 + 4)
    for (const [id, place] of labels) {
      const [stretch, none] = segments.get(id)!
      expect([none, stretch!.to - stretch!.from, (stretch!.to + stretch!.from) / 2, stretch!.y]).toEqual([undefined, 60, place.x, place.y])
    }
    expect(labels.size).toBe(5)
  })

  test('define where every edge arrives: the operation’s straight, or both around the middle', () => {
    expect([portOffsets.get('x->m#0'), portOffsets.get('y->m#1')]).toEqual([-10, 10])
    expect([portOffsets.get('m->s#0'), portOffsets.get('z->s#1'), portOffsets.get('s->out#0')]).toEqual([0, at('z').y < at('m').y ? -15 : 15, 0])
  })

  test('of edges without labels need hardly any space', () => {
    const bare = barycentreLayout(sheet([node('x', true), node('m'), node('out')], [link('x', 'm', 0, { label: null }), link('m', 'out', 0, { label: null })]))
    expect(bare.labels.size).toBe(0)
    expect(bare.nodes.get('m')!.x - bare.nodes.get('x')!.x).toBe(40 + 56)
    expect(bare.segments.get('x->m#0')![0]!.from).toBe(bare.segments.get('x->m#0')![0]!.to)
  })

  test('make a column as wide as its widest node', () => {
    const wide = barycentreLayout(sheet([node('x', true, { width: 200 }), node('y', true), node('m')], [link('x', 'm'), link('y', 'm', 1, { label: { ...label, width: 100 } })]))
    expect([wide.nodes.get('x')!.x, wide.nodes.get('y')!.x]).toEqual([100, 100])
    expect(wide.nodes.get('m')!.x).toBe(200 + 56 + 100 + 28 + 20)
    expect(wide.labels.get('x->m#0')!.x).toBe(200 + 56 + 100 - 30) // labels are aligned at their ends
  })
})
