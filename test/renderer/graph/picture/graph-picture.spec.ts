import { type Locale, locales, texts as sentences } from '@contract'
import { type GraphDocument, momentAt, type Problem, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import frameBox from '../../../../renderer/graph/canvas/FrameBox.vue?raw'
import { palettes } from '../../../../renderer/graph/picture/palette'
import { graphPicture } from '../../../../renderer/graph/picture/graph-picture'
import { graphs } from '../graphs'

function picture(document: GraphDocument, { position = Infinity, theme = 'light' as 'light' | 'dark', locale = 'en' as Locale } = {}) {
  const trace = traceOf(document)
  const tell = ({ code, details }: Problem) => {
    const sentence = code.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], sentences[locale]['errors']) as string
    return Object.entries(details).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), sentence)
  }
  const texts = { numbers: numbersFor('en'), output: 'output', updated: 'after the update', errorText: tell }
  const arrangement = arrange(trace, texts)
  const svg = graphPicture({ graphState: { trace, moment: momentAt(trace, position), hidden: new Set() }, arrangement, texts, theme, font: 'system-ui', signFont: 'serif' })
  const page = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement
  const number = (element: Element, name: string) => Number(element.getAttribute(name))
  const box = (element: Element) => ({ x: number(element, 'x'), y: number(element, 'y'), width: number(element, 'width'), height: number(element, 'height') })
  return {
    svg, layout: arrangement.layout, number, box,
    view: page.getAttribute('viewBox')!.split(' ').map(Number) as [number, number, number, number],
    size: [number(page, 'width'), number(page, 'height')] as const,
    rects: [...page.querySelectorAll('rect')], lines: [...page.querySelectorAll('text')],
  }
}
/** A declaration from the window's own style sheets. */
const styleOf = (selector: string, property: string) => new RegExp(`\\n\\${selector} \\{[^}]*?\\b${property}: ([^;]+);`).exec(frameBox)![1]!
/** A short note, a long one, and one inside of a group */
const withNotes: readonly GraphDocument[] = [{ expression: 'log(x)', inputs: { x: -1 } }, { expression: 'log(x)', inputs: { x: 1e-310 } }, { expression: 'y = softmaxWithLoss(x, t)', inputs: { x: [[1000, 0]], t: [[0, 1]] }, opened: ['y'] }]

describe.each(Object.entries(graphs as Record<string, GraphDocument>))('the picture of %s', (_, document) => {
  test('shows exactly the layout, at its own size, on its own sheet', () => {
    const { view, layout: { bounds, nodes }, size, rects, box } = picture(document)
    expect(Math.max(...[bounds.x, bounds.y, bounds.width, bounds.height].map((n, i) => Math.abs(n - view[i]!)))).toBeLessThanOrEqual(0.05 + 1e-9)
    expect([size[0] - view[2], size[1] - view[3]].every(more => more > -0.1 && more < 1.1)).toBe(true)
    const sheet = box(rects[0]!)
    expect([sheet.x - view[0], sheet.y - view[1], sheet.width - view[2], sheet.height - view[3]].every(off => Math.abs(off) < 0.1)).toBe(true)
    for (const { x, y, width, height } of nodes.values()) expect([x >= view[0], y >= view[1], x + width <= view[0] + view[2], y + height <= view[1] + view[3]]).toEqual([true, true, true, true])
  })
})

describe('a note below a node', () => {
  test.each(locales.flatMap(locale => withNotes.map(document => [locale, document] as const)))('is completely in the picture, in %s, and leaves no empty sheet below: %j', (locale, document) => {
    const { view, lines, number, rects, box } = picture(document, { locale })
    const bottom = view[1] + view[3]
    const lowest = Math.max(...lines.map(line => number(line, 'y')), ...rects.slice(1).map(rect => box(rect).y + box(rect).height))
    expect(bottom - lowest).toBeGreaterThanOrEqual(4) // its border ran along the edge, which cut off half of it
    expect(bottom - lowest).toBeLessThan(120)
  })

  test('takes no space in a picture without any', () => {
    const { view, layout } = picture({ expression: 'log(x)', inputs: { x: 1 } })
    expect(Math.abs(view[3] - layout.bounds.height)).toBeLessThan(0.1)
  })
})

describe('an opened group', () => {
  test('has its frame behind everything, as in the window', () => {
    const { layout, rects, box, number } = picture(graphs.openedSigmoid)
    const [frame] = layout.frames
    const drawn = rects[1]! // directly after the sheet
    expect(Object.entries(box(drawn)).every(([side, n]) => Math.abs(n - frame![side as 'x']) < 0.01)).toBe(true)
    const [width, style] = styleOf('.frame', 'border').split(' ')
    expect([`${number(drawn, 'stroke-width')}px`, style, `${number(drawn, 'rx')}px`]).toEqual([width, 'dashed', styleOf('.frame', 'border-radius')])
    expect([drawn.getAttribute('fill'), drawn.getAttribute('stroke')]).toEqual([palettes.light.frame, palettes.light.outline])
    expect(drawn.getAttribute('stroke-dasharray')!.split(' ').map(Number).every(dash => dash > 1)).toBe(true)
  })

  test.each(['openedSigmoid', 'openedAffine', 'openedNetwork', 'openedSoftmaxWithLoss'] as const)('has its name in its upper left corner: %s', (name) => {
    const { layout, lines, number } = picture(graphs[name])
    for (const { x, y } of layout.frames) {
      const title = lines.find(line => line.getAttribute('text-anchor') === 'start' && Math.abs(number(line, 'x') - x) < 30 && Math.abs(number(line, 'y') - y) < 30)!
      const size = number(title, 'font-size')
      expect(title.textContent).not.toBe('')
      expect(size).toBeGreaterThanOrEqual(12)
      expect(number(title, 'font-weight')).toBeGreaterThanOrEqual(600)
      expect(number(title, 'x') - x).toBeGreaterThan(6) // outside of the rounded corner
      expect(number(title, 'y') - size * 0.75 - y).toBeGreaterThanOrEqual(4)
      expect(number(title, 'y') - y).toBeLessThan(24) // the parts start below it
    }
  })
})

test('a run in between highlights the current node, at its ends all look alike', () => {
  const inks = (position: number) => new Set([...picture(graphs.apples, { position }).svg.matchAll(/<text [^>]*fill="([^"]+)"[^>]*>[×+]</g)].map(match => match[1]))
  expect([inks(0).size, inks(2).size, inks(Infinity).size]).toEqual([1, 2, 1])
})
