import { type GraphDocument, momentAt, traceOf } from '@core'
import { mount } from '@vue/test-utils'
import { describe, expect, test } from 'vitest'
import { defineComponent, h, nextTick, shallowRef } from 'vue'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { gridOf } from '../../../../renderer/graph/layout/grid'
import type { GraphState } from '../../../../renderer/graph/layout/display-state'
import { gridPicture } from '../../../../renderer/graph/picture/grids'
import { palettes } from '../../../../renderer/graph/picture/palette'
import { useDisplayStates } from '../../../../renderer/graph/canvas/useDisplayStates'
import { boundingBox } from '../../../../renderer/graph/layout/geometry'
import { edgesOf } from '../../../../renderer/graph/layout/layout'
import { graphs } from '../graphs'

const texts = { numbers: numbersFor('en'), output: 'output' }
const shotOf = (document: GraphDocument, position = Infinity): GraphState => {
  const trace = traceOf(document)
  return { trace, moment: momentAt(trace, position), hidden: new Set() }
}

describe('the looks of all elements', () => {
  function looks(first: GraphState) {
    const shot = shallowRef(first)
    let made: ReturnType<typeof useDisplayStates> | undefined
    mount(defineComponent(() => { made = useDisplayStates(() => shot.value); return () => h('i') }))
    return { ...made!, shot }
  }
  const [edge] = edgesOf(traceOf(graphs.apples).graph)

  test('are stored in one cell each, which changes only when its element looks different', async () => {
    const { node, edge: lookOf, shot } = looks(shotOf(graphs.apples, 0))
    const [apple, n1, line] = [node('apple'), node('n1'), lookOf(edge!)]
    expect([node('apple') === apple, lookOf(edge!) === line]).toEqual([true, true])
    const before = [apple.value, n1.value, line.value]
    expect([n1.value.value, line.value.activePhase]).toEqual([null, null])
    shot.value = shotOf(graphs.apples, 1)
    await nextTick()
    expect(apple.value).toBe(before[0])
    expect([n1.value.activePhase, line.value.activePhase]).toEqual(['forward', 'forward'])
    const after = [n1.value, line.value]
    shot.value = shotOf(graphs.apples, 1) // another run with the same numbers
    await nextTick()
    expect([n1.value === after[0], line.value === after[1]]).toEqual([true, true])
  })

  test('are removed for what another graph does not have, and kept for the rest', () => {
    const { node, edge: lookOf, dropUnused } = looks(shotOf(graphs.apples))
    const kept = [node('apple'), node('n1'), lookOf(edge!)]
    const { layout } = arrange(traceOf(graphs.apples), texts)
    dropUnused(layout)
    expect([node('apple') === kept[0], node('n1') === kept[1], lookOf(edge!) === kept[2]]).toEqual([true, true, true])
    dropUnused({ ...layout, nodes: new Map([...layout.nodes].filter(([id]) => id !== 'apple')), edges: layout.edges.filter(({ id }) => id !== edge!.id) })
    expect([node('apple') === kept[0], node('n1') === kept[1], lookOf(edge!) === kept[2]]).toEqual([false, true, false])
  })
})

test('the bounding box contains its boxes and a margin, and nothing more', () => {
  const boxes = [{ x: 10, y: 20, width: 30, height: 40 }, { x: -5, y: 30, width: 10, height: 50 }]
  expect(boundingBox(boxes, 0)).toEqual({ x: -5, y: 20, width: 45, height: 60 })
  expect(boundingBox(boxes, 7)).toEqual({ x: -12, y: 13, width: 59, height: 74 })
})

describe('a tensor in a picture', () => {
  const trace = traceOf(graphs.affine)
  const palette = palettes.light
  const context = { graphState: shotOf(graphs.affine), arrangement: arrange(trace, texts), notes: new Map(), texts: { ...texts, errorText: () => '', updated: '' }, theme: 'light' as const, font: '', signFont: '', palette, paletteFor: () => palette }
  const colour = { digits: '#111111', line: '#222222', soft: '#333333' }
  const drawn = (shape: readonly number[], data: readonly number[] | 'hidden' | null, at = { x: 100, y: 50 }) =>
    gridPicture(context, data === null || data === 'hidden' ? data : { shape, data }, shape, at, colour)
  const rects = (svg: string) => [...svg.matchAll(/<rect ([^>]*)\/>/g)].map(([, tag]) => Object.fromEntries([...tag!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!])))

  test('is empty before it is known', () => {
    expect(drawn([2, 2], null)).toBe('')
  })

  test('with a few cells has each number centred in its cell, and a frame', () => {
    const plan = gridOf([2, 3])
    const svg = drawn([2, 3], [1, 2, 3, 4, 5, 6])
    const written = [...svg.matchAll(/<text x="([^"]+)"[^>]*fill="([^"]+)"[^>]*>([^<]*)</g)]
    expect(written.map(match => [match[3], match[2], Number(match[1])])).toEqual(['1', '2', '3', '4', '5', '6'].map((text, i) => [text, '#111111', 100 + (i % 3 + 0.5) * plan.cellWidth]))
    const boxes = rects(svg)
    expect(boxes).toHaveLength(8) // the sheet, six cells, the frame
    expect(boxes.at(0)).toMatchObject({ x: '100', y: '50', width: String(plan.width), height: String(plan.height), fill: palette.background })
    expect(boxes[5]).toMatchObject({ x: String(100 + plan.cellWidth), y: String(50 + plan.cellHeight), fill: 'none', stroke: palette.rule })
    expect(boxes.at(-1)).toMatchObject({ x: '100', y: '50', fill: 'none', stroke: '#222222' })
  })

  test('with many cells is coloured by sign and magnitude, and covers its whole area', () => {
    const shape = [8, 8]
    const plan = gridOf(shape)
    const boxes = rects(drawn(shape, Array.from({ length: 64 }, (_, i) => i === 0 ? 1 : i === 1 ? -1 : i === 2 ? 0.5 : 0)))
    expect(boxes).toHaveLength(65)
    const fills = boxes.slice(0, 64).map(({ fill }) => fill!)
    for (const fill of fills) expect(fill).toMatch(/^#[0-9a-f]{6}$/)
    expect(new Set(fills).size).toBe(4)
    expect(new Set(fills.slice(3)).size).toBe(1)
    expect(boxes.at(-1)).toMatchObject({ fill: 'none', width: String(plan.width) })
    const last = boxes[63]!
    expect([Number(last['x']) + Number(last['width']), Number(last['y']) + Number(last['height'])]).toEqual([expect.closeTo(100 + plan.width, 1), expect.closeTo(50 + plan.height, 1)])
  })

  test('that is large has at most 32 cells per side', () => {
    expect(rects(drawn([100, 50], new Array<number>(5000).fill(1)))).toHaveLength(32 * 32 + 1)
  })

  test('that is hidden shows a question mark and not its shape', () => {
    for (const shape of [[2, 3], [100, 50]]) {
      const svg = drawn(shape, 'hidden')
      const [box, none] = rects(svg)
      expect([none, box!['width'], box!['height'], box!['fill'], Number(box!['x']) + Number(box!['width']) / 2]).toEqual([undefined, '56', '24', '#333333', expect.closeTo(100 + gridOf(shape).width / 2, 1)])
      expect(svg).toContain('>?<')
    }
  })
})
