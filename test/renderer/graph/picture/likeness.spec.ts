import { type GraphDocument, momentAt, traceOf } from '@core'
import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange, type Arrangement } from '../../../../renderer/graph/layout/arrange'
import CellGrid from '../../../../renderer/graph/canvas/CellGrid.vue'
import EdgeLabel from '../../../../renderer/graph/canvas/EdgeLabel.vue'
import EdgeLine from '../../../../renderer/graph/canvas/EdgeLine.vue'
import FrameBox from '../../../../renderer/graph/canvas/FrameBox.vue'
import GraphCanvas from '../../../../renderer/graph/canvas/GraphCanvas.vue'
import NodeConstant from '../../../../renderer/graph/canvas/NodeConstant.vue'
import NodeInput from '../../../../renderer/graph/canvas/NodeInput.vue'
import NodeOperation from '../../../../renderer/graph/canvas/NodeOperation.vue'
import NodeResult from '../../../../renderer/graph/canvas/NodeResult.vue'
import NodeSum from '../../../../renderer/graph/canvas/NodeSum.vue'
import { gridOf } from '../../../../renderer/graph/layout/grid'
import ValueField from '../../../../renderer/graph/canvas/ValueField.vue'
import { type Point, resultId } from '../../../../renderer/graph/layout/geometry'
import { fakeMain, show } from '../../lab'
import { Cascade } from '../cascade'
import { middleOf } from '../geometry'
import { graphs } from '../graphs'

// Compares the exported picture with the window: its elements and its style sheets.

const scopes = new Map(Object.entries({ CellGrid, EdgeLabel, EdgeLine, FrameBox, NodeConstant, NodeInput, NodeOperation, NodeResult, NodeSum, ValueField }).map(([name, component]) => [name, String(Reflect.get(component, '__scopeId'))]))
const cascade = new Cascade('light', component => scopes.get(component) ?? 'data-none')
const px = (element: Element, property: string) => Number.parseFloat(cascade.own(element, property) ?? '0')
const styled = (element: Element, property: 'width' | 'height' | 'top' | 'bottom') => Number.parseFloat((element as HTMLElement).style[property])

beforeEach(() => {
  fakeMain()
  vi.spyOn(console, 'warn').mockImplementation(() => undefined) // Vue Flow needs sizes and style sheets, which are missing here
  vi.stubGlobal('DOMMatrixReadOnly', class { m22 = 1 })
  document.documentElement.style.setProperty('--math', 'the font of signs')
})
afterEach(() => { document.documentElement.style.removeProperty('--math'); vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const texts = { numbers: numbersFor('en'), output: 'output' }
async function both(document: GraphDocument, position: number, hidden: readonly string[]) {
  const trace = traceOf(document)
  const view = await show(GraphCanvas, { trace, moment: momentAt(trace, position), hidden: new Set(hidden), hover: null, selected: null })
  await flushPromises()
  cascade.clear()
  const svg = new DOMParser().parseFromString((view.vm as unknown as { picture: () => string }).picture(), 'image/svg+xml').documentElement
  return { view, svg, arrangement: arrange(trace, texts) }
}

/** A text with its position (start, middle or end) and its height. Null is not compared. */
interface Written { readonly text: string, readonly at: Point | null, readonly colour: string, readonly size: string, readonly weight: string, readonly signs: boolean, readonly italic: boolean, readonly patch: string | null }
const place = (x: number, y: number): Point => ({ x, y })

/** The position of a canvas text according to the style sheets. */
function placeOf(element: Element, { layout, sizes }: Arrangement): Point | null {
  const label = element.closest<HTMLElement>('.label')
  if (element.matches('.chip')) {
    const [, left = 0, top = 0] = /translate\((\S+)px, (\S+)px\)/.exec(label!.style.transform)!.map(Number)
    const high = px(element, 'line-height') + 2 * px(element, 'padding')
    const { bottom } = (element as HTMLElement).style
    return place(left + styled(label!, 'width') / 2, bottom ? top + styled(label!, 'height') - Number.parseFloat(bottom) - high / 2 : top + styled(element, 'top') + high / 2)
  }
  if (element.matches('.mark')) return place(Number(element.getAttribute('x')), Number(element.getAttribute('y')) - 4) // from the baseline to the middle of a digit
  if (element.matches('.label .shape')) {
    const tensor = element.parentElement!
    const [, left = 0, top = 0] = /translate\((\S+)px, (\S+)px\)/.exec(label!.style.transform)!.map(Number)
    const grid = tensor.querySelector('.grid')
    const foot = top + styled(label!, 'height') - styled(tensor, 'bottom') - (grid ? styled(grid, 'height') : 0)
    return place(left + styled(label!, 'width') / 2, foot - px(element, 'margin-bottom') - px(element, 'line-height') / 2)
  }
  const id = element.closest('.result') ? resultId : element.closest<HTMLElement>('[data-node]')?.dataset['node']
  if (label || id === undefined) return null // a frame
  const box = layout.nodes.get(id)!
  const { x, y } = middleOf(box)
  const body = element.closest('.body')
  if (element.matches('.caption')) return place(x, box.y + px(element, 'line-height') / 2)
  if (element.closest('.grid, .card, .tensor')) return null
  if (element.matches('.sum, .new')) {
    const under = element.closest('.under') ?? element
    if (under.closest('.input')) return place(x, y + Number(/calc\(50% \+ (\d+)px\)/.exec(cascade.own(under, 'top')!)![1]) + px(element, 'line-height') * (element.matches('.sum + .new') ? 1.5 : 0.5))
    return null
  }
  if (body?.matches('.pill')) {
    const [border, padding] = [1.5, cascade.own(body, 'padding')!.split(' ').map(Number.parseFloat)]
    const wide = sizes.node(id).shapeWidth
    if (element.matches('.name')) return place(x - wide / 2 + border + padding.at(-1)!, y)
    if (element instanceof HTMLInputElement) return place(x + wide / 2 - border - padding[1]! - Number.parseFloat(cascade.own(element, 'padding')!.split(' ')[1]!), y)
    return null
  }
  return place(x, y)
}

/** All text of the canvas with its style. */
function textsOn(view: VueWrapper, arrangement: Arrangement): Written[] {
  const mathFont = cascade.own(document.documentElement, '--math')
  return view.findAll('.lines text, .labels *, .frames *, [data-node] *, .result *').flatMap(({ element }): Written[] => {
    if (element.closest('button, .note, .badge') || element.matches('small')) return []
    const text = element instanceof HTMLInputElement ? element.value : [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ textContent }) => textContent ?? '').join('').trim()
    if (!text) return []
    const shape = element.querySelector('small')?.textContent
    return [{
      text: shape ? `${text} ${shape}` : text, at: placeOf(element, arrangement), colour: cascade.of(element, element instanceof SVGElement ? 'fill' : 'color'), size: cascade.of(element, 'font-size'), weight: cascade.of(element, 'font-weight') || '400',
      signs: cascade.of(element, 'font-family') === mathFont, italic: cascade.of(element, 'font-style') === 'italic',
      patch: element.matches('.chip, .sum, .label .shape, .caption, .under .new, .pill .covered') ? cascade.own(element, 'background') : null,
    }]
  })
}
function readIn(svg: Element): Written[] {
  return [...svg.querySelectorAll('text')].map((element): Written => {
    const { textContent, previousElementSibling: before } = element
    const has = (name: string) => element.getAttribute(name) ?? ''
    return {
      text: textContent ?? '', at: place(Number(has('x')), Number(has('y')) - 0.36 * Number(has('font-size'))), colour: has('fill'), size: `${has('font-size')}px`, weight: has('font-weight'),
      signs: has('font-family') === 'the font of signs', italic: has('font-style') === 'italic', patch: before?.tagName === 'rect' && before.getAttribute('rx') === '5' ? before.getAttribute('fill') : null,
    }
  })
}

/** Elements that are in only one of the lists. */
function rest(list: readonly Written[], other: readonly Written[]): string[] {
  const open = [...other]
  return list.toSorted((a, b) => Number(a.at === null) - Number(b.at === null)).filter((each) => {
    const alike = open.map((one, i) => ({ i, ...one })).filter(one => lookOf(one) === lookOf(each))
    const found = (alike.find(one => isNear(one.at, each.at)) ?? alike.find(one => one.at === null || each.at === null))?.i ?? -1
    if (found >= 0) open.splice(found, 1)
    return found < 0
  }).map(each => `${lookOf(each)} at ${each.at?.x} ${each.at?.y}`)
}
const isNear = (a: Point | null, b: Point | null) => a !== null && b !== null && Math.abs(a.x - b.x) < 0.2 && Math.abs(a.y - b.y) < 0.2
const lookOf = ({ text, colour, size, weight, signs, italic, patch }: Written) => [text, colour, size, weight, signs && 'signs', italic && 'italic', patch].filter(Boolean).join(' ')

/** An outline: its owner, its corner radius, and its colours as far as they are known. */
interface Outline { readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly round: number, readonly fill: string, readonly stroke: string | null }
const plain = (colour: string | null) => colour !== null && /^#/.test(colour) ? colour : null // the window mixes dimmed colours in another colour space

/** Outlines of nodes and tensors, from the style sheets. */
function outlinesOn(view: VueWrapper, { layout, sizes, shapes, graph }: Arrangement): Outline[] {
  return [...layout.nodes].flatMap(([id, box]): Outline[] => {
    if (graph.byId.get(id)?.kind === 'constant') return []
    const body = view.get(id === resultId ? '.result .body' : `[data-node="${CSS.escape(id)}"] .body`).element
    const { x, y } = middleOf(box)
    const isRound = body.matches('.circle')
    const width = isRound ? px(body, 'width') : body.matches('.pill') ? sizes.node(id).shapeWidth : box.width
    const grids = [...body.querySelectorAll('.grid')]
    const high = (grid: Element) => styled(grid, 'height')
    const [, , below = 0] = (cascade.own(body, 'padding') ?? '').split(' ').map(Number.parseFloat)
    const header = grids.length ? px(body.querySelector('.name')!, 'line-height') : 0
    const height = grids.length ? header + grids.reduce((sum, grid) => sum + (grid.matches('.updated') ? px(body.querySelector('.new')!, 'line-height') : 0) + full(grid, id), 0) + below : px(body, 'height')
    const sum = grids.length ? body.parentElement!.querySelector('.tensor .grid') : null
    const summed = sum ? px(body.querySelector('.name')!, 'line-height') - 4 + full(sum, id) : 0
    const border = cascade.own(body, 'border-color') ?? (body.closest('.input') ? null : cascade.own(body, 'border')!.replace('1.5px solid ', ''))
    const outline = { x: x - width / 2, y: y - (height + summed) / 2, width, height, round: isRound ? width / 2 : px(body, 'border-radius'), fill: cascade.own(body, 'background')!, stroke: plain(border) }
    const value = grids[0]
    if (!value) return [outline]
    return [outline, { x: x - styled(value, 'width') / 2, y: outline.y + header, width: styled(value, 'width'), height: high(value), round: px(value, 'border-radius'), fill: '', stroke: null }]
  })
  /** A hidden tensor takes the space of the visible one. */
  function full(grid: Element, id: string): number { return grid.querySelector('.hidden') ? gridOf(shapes.get(id)!).height : styled(grid, 'height') }
}
function outlinesIn(svg: Element): Outline[] {
  return [...svg.querySelectorAll('rect, circle')].map((element) => {
    const number = (name: string) => Number(element.getAttribute(name))
    const [fill, stroke] = [element.getAttribute('fill')!, element.getAttribute('stroke')]
    return element.tagName === 'circle'
      ? { x: number('cx') - number('r'), y: number('cy') - number('r'), width: 2 * number('r'), height: 2 * number('r'), round: number('r'), fill, stroke }
      : { x: number('x'), y: number('y'), width: number('width'), height: number('height'), round: number('rx'), fill, stroke }
  })
}

const learner: GraphDocument = { expression: 'w * x + w', inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }
const named: GraphDocument = { expression: 'u = a * b; v = sqrt(u) / u; v - 2', inputs: { a: 2, b: 8 } }
describe.each<[string, GraphDocument, number, readonly string[]]>([
  ['the shopping at first', graphs.apples, 0, []], ['the shopping at work', graphs.apples, 1, []], ['the shopping on its way back', graphs.apples, 6, ['value:n1', 'gradient:tax', 'value:tax', 'value:apple']],
  ['a network that learns', graphs.learningNetwork, Infinity, ['value:W1', 'value:n1', 'gradient:n2', 'updated:b1']], ['an opened network', graphs.openedNetwork, 14, []],
  ['shared inputs', graphs.sharedInputs, 8, ['gradient:b']], ['a number that learns', learner, Infinity, []], ['a number that is learning', learner, 6, ['gradient:w']],
  // the covered sum of x was blue, the colour of values
  ['a hidden sum', { expression: 'y = x * x', inputs: { x: 3 } }, Infinity, ['gradient:x']],
  ['a hidden number that learns', learner, Infinity, ['updated:w', 'gradient:w']], ['names', named, Infinity, []], ['arguments turned about', { expression: 'u = exp(a); v = log(b); (v - u) + (u - v) / (v / u)', inputs: { a: 1, b: 2 } }, Infinity, []],
])('the saved picture of %s', (_, document, position, hidden) => {
  test('equals the window: the same texts and edges, at the same positions, in the same fonts and colours', async () => {
    const { view, svg, arrangement } = await both(document, position, hidden)
    const [picture, window] = [readIn(svg), textsOn(view, arrangement)]
    expect(window.length).toBeGreaterThan(5)
    expect({ only: rest(picture, window) }).toEqual({ only: rest(window, picture) })
    const fromWindow = view.findAll('.lines path').map(({ element }) => ({
      d: element.getAttribute('d'), fill: cascade.own(element, 'fill'), stroke: cascade.own(element, 'stroke'), width: cascade.own(element, 'stroke-width'),
    }))
    const inPicture = [...svg.querySelectorAll('path')].map(element => ({ d: element.getAttribute('d'), fill: element.getAttribute('fill'), stroke: element.getAttribute('stroke'), width: element.getAttribute('stroke-width') }))
    // here dimmed colours are mixed in another colour space
    const known = (colour: string | null) => colour === null || colour === 'none' || /^#/.test(colour)
    expect(inPicture.map((path, i) => ({ ...path, fill: known(fromWindow[i]!.fill) ? path.fill : fromWindow[i]!.fill, stroke: known(fromWindow[i]!.stroke) ? path.stroke : fromWindow[i]!.stroke }))).toEqual(fromWindow)
    const drawn = outlinesIn(svg)
    const missing = outlinesOn(view, arrangement).filter(one => !drawn.some(other => (['x', 'y', 'width', 'height', 'round'] as const).every(key => Math.abs(one[key] - other[key]) < 0.1) && (!one.fill || one.fill === other.fill) && (!one.stroke || one.stroke === other.stroke)))
    expect(missing).toEqual([])
  })
})
