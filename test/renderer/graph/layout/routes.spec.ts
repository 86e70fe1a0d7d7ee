import { type GraphDocument, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { boundingBox } from '../../../../renderer/graph/layout/geometry'
import { distanceTo, inside, middleOf, pointsOn } from '../geometry'
import { graphs, sharedTerms } from '../graphs'

const texts = { numbers: numbersFor('en'), output: 'output' }
const all: [string, GraphDocument][] = [...Object.entries(graphs as Record<string, GraphDocument>), ['three hundred shared terms', sharedTerms(60)]]
/** The three corners of an arrow head: the tip and the two others. */
function cornersOf(head: string) {
  const [x, y, dx, dy, v] = /^M(\S+) (\S+?)l(\S+) (\S+?)v(\S+)z$/.exec(head)!.slice(1).map(Number) as [number, number, number, number, number]
  return { tip: { x, y }, base: { x: x + dx, from: y + dy, to: y + dy + v } }
}

describe.each(all)('the edges of %s', (_, document) => {
  const { layout, sizes } = arrange(traceOf(document), texts)
  const nodeAt = (id: string) => ({ ...middleOf(layout.nodes.get(id)!), ...sizes.node(id) })

  test('leave at the right of their source, level with its centre', () => {
    for (const { from, line } of layout.edges) {
      const source = nodeAt(from)
      const [start] = pointsOn(line)
      expect(start!.x - (source.x + source.shapeWidth / 2)).toBeCloseTo(1, 0)
      expect(start!.y).toBeCloseTo(source.y, 0)
    }
  })

  test('end in a head that points at the outline of the reader, two pixels before it', () => {
    for (const { to, head, line } of layout.edges) {
      const target = nodeAt(to)
      const { tip, base } = cornersOf(head)
      const rise = tip.y - target.y
      const outline = target.shape === 'circle' ? Math.sqrt((target.shapeWidth / 2) ** 2 - rise ** 2) : target.shapeWidth / 2
      expect(target.x - outline - tip.x).toBeCloseTo(2, 0)
      expect(Math.abs(rise)).toBeLessThan(target.shapeHeight / 2)
      expect([base.x < tip.x, (base.from + base.to) / 2]).toEqual([true, expect.closeTo(tip.y, 5)])
      const end = pointsOn(line).at(-1)!
      expect([end.y, end.x >= base.x && end.x < tip.x]).toEqual([expect.closeTo(tip.y, 0), true])
    }
  })

  test('run from left to right, without turning back', () => {
    for (const { line, back } of layout.edges) {
      const [there, again] = [pointsOn(line), pointsOn(back)]
      for (const [i, point] of there.slice(1).entries()) expect(point.x).toBeGreaterThanOrEqual(there[i]!.x - 0.2)
      for (const [i, point] of again.slice(1).entries()) expect(point.x).toBeLessThanOrEqual(again[i]!.x + 2.5) // a steep curve leans a little
    }
  })

  test('have the gradient’s beside them all the way back, at a distance of six pixels', () => {
    for (const { line, back, head, backHead, from } of layout.edges) {
      const tip = cornersOf(head).tip
      const whole = [...pointsOn(line), tip]
      const distances = pointsOn(back).filter(({ x }) => x > whole[0]!.x + 7).map(point => distanceTo(whole, point))
      // six at both ends and in the middle of each curve; a cubic deviates from that between them where it is steep
      const mean = distances.reduce((sum, distance) => sum + distance, 0) / distances.length
      expect([Math.max(...distances) < 12, mean > 4.5, mean < 7.5]).toEqual([true, true, true])
      const [start, end] = [pointsOn(back)[0]!, pointsOn(back).at(-1)!]
      expect([start.x, start.y]).toEqual([expect.closeTo(tip.x, 0), expect.closeTo(tip.y + 6, 0)])
      const source = nodeAt(from)
      const { tip: arrow, base } = cornersOf(backHead)
      expect([arrow.x - source.x - source.shapeWidth / 2, arrow.y - source.y]).toEqual([expect.closeTo(2, 0), expect.closeTo(6, 0)])
      expect([base.x > arrow.x, (base.from + base.to) / 2, end.x <= base.x + 0.2 && end.x > arrow.x, end.y]).toEqual([true, expect.closeTo(arrow.y, 5), true, expect.closeTo(arrow.y, 0)])
    }
  })

  test('and their labels lie within their bounds, and those within the picture', () => {
    for (const { line, back, label, bounds } of layout.edges) {
      expect(inside(bounds, label, 0.1)).toBe(true)
      for (const point of [...pointsOn(line), ...pointsOn(back)]) expect(inside(bounds, { ...point, width: 0, height: 0 }, 9)).toBe(true) // length of the head
      expect(inside(layout.bounds, bounds)).toBe(true)
    }
    const { x, y, width, height } = layout.bounds
    for (const box of layout.nodes.values()) expect(inside({ x: x + 11, y: y + 11, width: width - 22, height: height - 22 }, box)).toBe(true)
    // a detour of at most half a node's height
    const all = boundingBox([...layout.nodes.values(), ...layout.edges.map(({ bounds }) => bounds), ...layout.frames], 14)
    expect(inside(all, layout.bounds)).toBe(true)
  })

  test('that are numbered have the number before the head, above the line', () => {
    for (const { mark, head } of layout.edges) {
      if (!mark) continue
      const { base } = cornersOf(head)
      expect([mark.x < base.x && mark.x > base.x - 12, mark.y < base.from]).toEqual([true, true])
    }
  })
})
