import { type GraphDocument, momentAt, type Problem, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { graphPicture } from '../../../../renderer/graph/picture/graph-picture'
import { graphs } from '../graphs'

const texts = { numbers: numbersFor('en'), output: 'output', updated: 'after the update', errorText: ({ code }: Problem) => `${code} <&> "said"` }

interface Options { readonly position?: number, readonly theme?: 'light' | 'dark', readonly hidden?: readonly string[], readonly output?: string }
function pictureOf(document: GraphDocument, { position = Infinity, theme = 'light', hidden = [], output = 'output' }: Options = {}): string {
  const trace = traceOf(document)
  const said = { ...texts, output }
  return graphPicture({
    graphState: { trace, moment: momentAt(trace, position), hidden: new Set(hidden) }, arrangement: arrange(trace, said), texts: said, theme,
    font: 'system-ui, "Noto Sans CJK KR", sans-serif', signFont: '"DejaVu Sans", sans-serif',
  })
}
const parsed = (svg: string) => {
  const page = new DOMParser().parseFromString(svg, 'image/svg+xml')
  expect(page.querySelector('parsererror')).toBeNull()
  return page.documentElement
}
/** A strict parser, since happy-dom accepts invalid markup. */
function checkXml(text: string): void {
  const open: string[] = []
  const body = text.replace(/^<\?xml [^?]*\?>/, '')
  let at = 0
  for (const { 0: tag, index } of body.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot|apos);[^"<&]*)*")*)\s*(\/?)>/g)) {
    expect(body.slice(at, index)).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos);)/)
    at = index + tag.length
    if (tag.startsWith('</')) expect(open.pop()).toBe(tag.slice(2, -1))
    else if (!tag.endsWith('/>')) open.push(/^<([\w-]+)/.exec(tag)![1]!)
  }
  expect(body.slice(at).trim()).toBe('')
  expect(open).toEqual([])
}
const textsIn = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(match => match[1]!)

describe.each(Object.entries(graphs as Record<string, GraphDocument>))('the picture of %s', (_, document) => {
  test.each(['light', 'dark'] as const)('is valid XML with a size, and references nothing external, %s', (theme) => {
    const svg = pictureOf(document, { theme })
    checkXml(svg)
    const root = parsed(svg)
    expect(root.tagName.toLowerCase()).toBe('svg')
    expect(Number(root.getAttribute('width'))).toBeGreaterThan(100)
    expect(Number(root.getAttribute('height'))).toBeGreaterThan(40)
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|href|url\(|<style|<image|<script| class=| style=|NaN|Infinity|undefined/)
  })
})

describe('the picture of the shopping', () => {
  test('has every number, forward and backward', () => {
    const written = textsIn(pictureOf(graphs.apples))
    for (const number of ['100', '2', '150', '3', '1.1', '200', '450', '650', '715', '2.2', '110', '3.3', '165', '1']) expect(written).toContain(number)
    for (const name of ['apple', 'count', 'orange', 'tax', '×', '+', 'output']) expect(written).toContain(name)
  })

  test('at the start shows the given values, and nothing else', () => {
    const written = textsIn(pictureOf(graphs.apples, { position: 0 }))
    expect(written).toContain('1.1')
    for (const number of ['200', '450', '715', '2.2']) expect(written).not.toContain(number)
  })

  test('shows a question mark for what is hidden, and not its number', () => {
    const written = textsIn(pictureOf(graphs.apples, { hidden: ['gradient:apple', 'value:n1'] }))
    expect(written.filter(text => text === '?')).toHaveLength(2)
    expect(written).not.toContain('2.2')
    expect(written).not.toContain('200')
  })

  test('dims everything except the current node between the first and the last step', () => {
    const full = '#18202c'
    const texted = (position: number) => [...pictureOf(graphs.apples, { position }).matchAll(/<text [^>]*fill="([^"]+)"[^>]*>[×+]</g)].map(match => match[1]!)
    expect(texted(0)).toEqual([full, full, full, full])
    expect(texted(1).filter(fill => fill === full)).toHaveLength(1)
  })

  test('is light or dark', () => {
    expect(pictureOf(graphs.apples, { theme: 'light' })).toContain('fill="#ffffff"')
    expect(pictureOf(graphs.apples, { theme: 'dark' })).toContain('fill="#181e27"')
  })
})

test('Korean, Japanese and XML’s special characters are preserved', () => {
  const svg = pictureOf(graphs.apples, { output: '출력 <結果> & "끝"' })
  checkXml(svg)
  expect(textsIn(svg)).toContain('출력 &lt;結果&gt; &amp; &quot;끝&quot;')
})

test('a hidden tensor does not reveal its shape', () => {
  const [hidden, open] = [['value:n1', 'value:X'], []].map(hidden => textsIn(pictureOf(graphs.affine, { hidden })))
  expect(open).toContain('(3, 3)')
  expect(hidden).not.toContain('(3, 3)')
  expect(hidden).toContain('X (?)')
  expect(open).toContain('X (3, 2)')
})

test('a fan-out shows its sum', () => {
  expect(textsIn(pictureOf(graphs.fanOut))).toContain('3 + 3 = 6')
})

test('a learning network shows its parameters before and after', () => {
  const written = textsIn(pictureOf(graphs.learningNetwork))
  expect(written.filter(text => text === 'after the update')).toHaveLength(6)
})

test('an error is shown at its node', () => {
  const svg = pictureOf({ expression: 'log(x - 5) * y', inputs: { x: 3, y: 2 } })
  checkXml(svg)
  expect(textsIn(svg).join(' ')).toContain('graph.logDomain &lt;&amp;&gt; &quot;said&quot;')
})
