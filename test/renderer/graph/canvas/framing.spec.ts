import { locales } from '@contract'
import { momentAt, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { lessons } from '../../../../renderer/course/all'
import { deckOf, graphIn, keyOf, scenesOf } from '../../../../renderer/course/scenes'
import { spokenNames } from '../../../../renderer/course/spoken-names'
import { contentsOf, coveredBoxes, endOfRun, frameBoxes, isCovered, legibleZoom, openingFocus, openingView, panned, shownWith, surroundings, wholeView } from '../../../../renderer/graph/canvas/framing'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { type Box, resultId } from '../../../../renderer/graph/layout/geometry'
import { fonts } from '../../../../renderer/graph/layout/sizes'
import { forwardEnd } from '../../../../renderer/stores/graph/positions'
import { numbersFor } from '../../../../renderer/lib/useNumbers'

/** The canvas beside the text, above the open panel and below an expression of three lines, measured in windows of 1024×640, 1280×800 and 1920×1080. */
const sizes = { small: { width: 651, height: 315 }, usual: { width: 867, height: 396 }, large: { width: 1507, height: 685 } } as const
/** The tools with the map and the output's number */
const corner = { width: 442, height: 46 }

/** Every graph of the course: its figures, and what its questions ask about. */
const figures = lessons.flatMap(lesson => [
  ...lesson.figures.flatMap(figure => figure.kind === 'graph' ? [{ name: `${lesson.number} ${figure.key}`, graph: figure.graph, hide: [] as readonly string[] }] : []),
  ...lesson.questions.flatMap((question) => {
    const { graph, hide } = question.pose(0)
    return graph ? [{ name: `${lesson.number} ${question.key}`, graph, hide }] : []
  }),
])
const drawn = figures.map(({ name, graph, hide }) => {
  const trace = traceOf(graph)
  const { layout } = arrange(trace, { numbers: numbersFor('en'), output: 'output' })
  return { name, trace, layout, hide: new Set(hide), contents: contentsOf(layout) }
})
type Drawn = (typeof drawn)[number]
const framedBy = ({ layout, contents }: Drawn, size: (typeof sizes)[keyof typeof sizes]) => ({ bounds: layout.bounds, contents, size, corner })
const visibleIn = ({ x, y, zoom }: ReturnType<typeof openingView>, { width, height }: { width: number, height: number }): Box => ({ x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom })
const contains = (outer: Box, inner: Box) => inner.x >= outer.x - 0.5 && inner.y >= outer.y - 0.5 && inner.x + inner.width <= outer.x + outer.width + 0.5 && inner.y + inner.height <= outer.y + outer.height + 0.5
/** Largest share of the view beside the picture, on one of its sides, where the picture is larger than the view. */
function blank(view: Box, bounds: Box): number {
  const along = (from: number, room: number, start: number, whole: number) => whole < room ? 0 : Math.max(start - from, from + room - start - whole) / room
  return Math.max(along(view.x, view.width, bounds.x, bounds.width), along(view.y, view.height, bounds.y, bounds.height))
}

test('no text of the canvas is smaller than 12 px at the size at which it counts as legible', () => {
  const smallest = Math.min(...Object.values(fonts).map(font => Number(/(\d+)px/.exec(font)![1])))
  expect(smallest * legibleZoom).toBeGreaterThanOrEqual(12)
})

test('a picture of which only the empty margin does not fit is whole and legible, in the middle', () => {
  const framed = (width: number) => ({ bounds: { x: -12, y: 0, width, height: 100 }, contents: [], size: { width: 600, height: 400 }, corner })
  expect(wholeView(framed(715))).toEqual({ zoom: legibleZoom, x: expect.closeTo(300 - (715 / 2 - 12) * legibleZoom, 6), y: expect.closeTo(200 - 50 * legibleZoom, 6) })
  expect(wholeView(framed(725)).zoom).toBeCloseTo(600 / 725, 9) // 705 of it at the legible size are wider than the view
})

describe.each(Object.entries(sizes))('in a %s window', (_, size) => {
  test.each(drawn.map(figure => [figure.name, figure] as const))('the graph of lesson %s opens legibly, and every step has its node and what arrives there in view', (_, figure) => {
    const { layout, trace, hide } = figure
    const framed = framedBy(figure, size)
    const opening = [...coveredBoxes(hide, layout), ...surroundings(trace.steps[0]!.node, layout)]
    let view = openingView(framed, opening)
    expect(view.zoom).toBeGreaterThanOrEqual(legibleZoom - 1e-9)
    const whole = wholeView(framed)
    if (whole.zoom >= legibleZoom) {
      expect(figure.contents.filter(box => !contains(visibleIn(view, size), box))).toEqual([])
      expect(figure.contents.filter(box => isCovered(box, view, size, corner))).toEqual([])
      return
    }
    expect(blank(visibleIn(view, size), layout.bounds)).toBeLessThan(0.2)
    const first = hide.size ? [...hide][0]!.split(':')[1]! : trace.steps[0]!.node
    if (layout.nodes.has(first)) expect(contains(visibleIn(view, size), layout.nodes.get(first)!)).toBe(true)
    for (let position = 1; position <= trace.steps.length; position++) {
      const { node } = momentAt(trace, position).step!
      if (!layout.nodes.has(node)) continue
      const around = surroundings(node, layout)
      view = panned(framed, view, around)
      const seen = visibleIn(view, size)
      const [withNumbers] = around.slice(-2)
      const fits = withNumbers!.width * view.zoom + 32 <= size.width && withNumbers!.height * view.zoom + 32 <= size.height - corner.height
      const needed = [layout.nodes.get(node)!, ...fits ? layout.edges.filter(({ from, to }) => from === node || to === node).map(({ label }) => label) : []]
      expect.soft([position, node, needed.filter(box => !contains(seen, box) || isCovered(box, view, size, corner))]).toEqual([position, node, []])
      expect.soft(blank(seen, layout.bounds), `step ${position}`).toBeLessThan(0.2)
    }
  })
})

/** Every card with a graph, with what its text speaks of in each language. */
const cards = lessons.flatMap(lesson => deckOf(lesson).flatMap((card, at) => scenesOf(lesson, at).flatMap((scene) => {
  const opened = graphIn(scene)
  if (!opened) return []
  const trace = traceOf(opened.graph)
  const { layout } = arrange(trace, { numbers: numbersFor('en'), output: 'output' })
  const position = opened.position === 'start' ? 0 : opened.position === 'forward' ? forwardEnd(trace) : trace.steps.length
  const current = momentAt(trace, position).step?.node ?? trace.steps[0]!.node
  const around = position === trace.steps.length ? endOfRun(current, trace.graph.output, layout) : surroundings(current, layout)
  const hidden = new Set(scene.kind === 'question' ? scene.question.pose(0).hide : [])
  const covered = Array.from(hidden, name => name.slice(name.indexOf(':') + 1)).filter(id => layout.nodes.has(id))
  const spoken = locales.map(locale => spokenNames(card, lesson.texts[locale]).filter(name => layout.nodes.has(name)))
  return [{ name: `${lesson.number} ${keyOf(card)}`, layout, hidden, covered, current, around, spoken }]
})))

describe.each(Object.keys(sizes) as (keyof typeof sizes)[])('in a %s window', (window) => {
  /** Lessons and cards whose text speaks of what is too far apart to be legible at once: as much of it as fits is in view */
  const farApart = {
    small: ['0 shape', '1 try', '4 basket', '5 fruit', '5 try', '12 dead', '14 first', '14 try', '15 maximum', '16 try', '17 try', '18 marks', '18 marked', '18 classes', '18 label', '19 try', '20 sums', '20 bias', '20 broken', '20 try', '23 onePass', '23 front', '23 twins'],
    usual: ['1 try', '4 basket', '14 first', '14 try', '15 maximum', '16 try', '17 try', '18 classes', '18 label', '19 try', '23 onePass', '23 front'],
    large: ['14 try', '19 try'],
  }[window]

  const size = sizes[window]
  test('what the text of a card speaks of is whole in view, with what it asks for, and not below the tools', () => {
    const apart = new Set<string>()
    for (const { name, layout, hidden, covered, current, around, spoken } of cards) {
      for (const names of spoken) {
        const view = openingView({ bounds: layout.bounds, contents: contentsOf(layout), size, corner }, openingFocus({ hidden, names }, current, around, layout))
        const seen = visibleIn(view, size)
        const leaving = (id: string) => layout.edges.filter(({ from }) => from === id).flatMap(({ label, to }) => to === resultId ? [label, layout.nodes.get(to)!] : [label])
        const isCut = (id: string) => [layout.nodes.get(id)!, ...leaving(id)].some(box => !contains(seen, box) || isCovered(box, view, size, corner))
        const [first, ...others] = [...new Set([...covered, ...names])]
        if (first === undefined) continue
        const wanted = [first]
        const fits = () => {
          const { width, height } = shownWith(wanted, layout)
          return width * legibleZoom + 20 <= size.width && height * legibleZoom + 20 <= size.height - corner.height
        }
        for (const id of others) {
          wanted.push(id)
          if (fits()) continue
          apart.add(name)
          wanted.pop()
          break
        }
        expect.soft([name, wanted.filter(isCut)]).toEqual([name, []])
      }
    }
    expect([...apart].filter(name => !farApart.includes(name))).toEqual([])
  })
})

describe('after the last step', () => {
  const endOf = (figure: Drawn, size: (typeof sizes)[keyof typeof sizes]) => {
    const { layout, trace } = figure
    return visibleIn(openingView(framedBy(figure, size), endOfRun(trace.steps.at(-1)!.node, trace.graph.output, layout)), size)
  }
  const named = (name: string) => drawn.find(figure => figure.name === name)!

  test.each(['23 before', '26 network'])('a network that learns has the updated parameter, its layer and the output’s number in view in a usual window: lesson %s', (name) => {
    const figure = named(name)
    const { layout, trace } = figure
    const { node } = trace.steps.at(-1)!
    const [reader] = trace.graph.readers.get(node)!
    const needed = [layout.nodes.get(node)!, layout.nodes.get(reader!.to)!, layout.edges.find(({ to }) => to === resultId)!.label]
    expect(needed.filter(box => !contains(endOf(figure, sizes.usual), box))).toEqual([])
  })

  test('where both are too far apart, the last node is in view', () => {
    const figure = named('14 network')
    expect(contains(endOf(figure, sizes.small), figure.layout.nodes.get(figure.trace.steps.at(-1)!.node)!)).toBe(true)
  })
})

test('an opened group that is too large is shown with its name and the button that closes it', () => {
  const figure = drawn.find(({ name }) => name === '19 opened')!
  const { frames: [frame], bounds } = figure.layout
  const view = panned(framedBy(figure, sizes.usual), { zoom: legibleZoom, x: -bounds.width, y: 0 }, frameBoxes(frame!))
  expect(contains(visibleIn(view, sizes.usual), { x: frame!.x, y: frame!.y, width: 240, height: 28 })).toBe(true)
})
