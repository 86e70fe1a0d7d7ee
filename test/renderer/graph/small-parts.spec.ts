import { type GraphDocument, matrixOf, mnist, operationOf, symbolOf, traceOf, typedText } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../renderer/lib/useNumbers'
import { arrange } from '../../../renderer/graph/layout/arrange'
import { groupName } from '../../../renderer/graph/layout/group-name'
import { portsOf } from '../../../renderer/graph/layout/ports'
import { isSign } from '../../../renderer/graph/layout/symbols'
import { neighbourIn } from '../../../renderer/graph/canvas/arrow-navigation'
import { cellText, displayedText, exactText, maxMagnitude, shortText } from '../../../renderer/graph/layout/number-text'
import { cellName } from '../../../renderer/graph/document/cell-name'
import { pictureAround } from '../../../renderer/graph/document/cell-picture'
import { nameIn } from '../../../renderer/graph/document/node-name'
import { summarizeSlope } from '../../../renderer/graph/panels/slope-caption'
import { msOf, placeOf } from '../../../renderer/graph/document/speed'
import { linesOf, shortened } from '../../../renderer/graph/layout/text-width'
import { element, writing } from '../../../renderer/graph/picture/svg'
import { graphs } from './graphs'

const numbers = numbersFor('en')
const texts = { numbers, output: 'output' }

describe('symbols', () => {
  // As in the book's drawings
  const drawn: Readonly<Record<string, string>> = {
    add: '+', sub: '−', mul: '×', div: '/', pow: 'xⁿ', neg: '×−1', dot: '·', reciprocal: '1/x', perRow: '/N', exp: 'exp', log: 'log', relu: 'ReLU', tanh: 'tanh', max: 'max', sqrt: '√', square: 'x²', sum: 'Σ',
    rowMax: 'max', rowSum: 'Σ', logProbability: 'log', timesTarget: '×', sigmoid: 'sigmoid', softmax: 'Softmax', affine: 'Affine', softmaxWithLoss: 'Softmax-with-Loss', identityWithLoss: 'Identity-with-Loss',
  }
  test.each(Object.entries(drawn))('%s is %s', (operation, sign) => {
    expect([symbolOf(operation), isSign(operation)]).toEqual([sign, ['+', '−', '×', '/', '·', '√', 'Σ'].includes(sign)])
  })

  test('mark the order of arguments for minus, division, powers and matrix products', () => {
    expect(Object.keys(drawn).filter(name => operationOf(name).ordered).sort()).toEqual(['div', 'dot', 'pow', 'sub'])
  })
})

describe('arrow keys', () => {
  const { graph } = traceOf(graphs.apples)
  const { layout } = arrange(traceOf(graphs.apples), texts)
  const go = (from: string | null, direction: 'left' | 'right' | 'up' | 'down') => neighbourIn(graph, layout, from, direction)

  test('start at the first input', () => {
    expect([go(null, 'left'), go('nobody', 'up')]).toEqual(['apple', 'apple'])
    expect(neighbourIn(traceOf({ expression: '1 + 2', inputs: {} }).graph, layout, null, 'up')).toBe(traceOf({ expression: '1 + 2', inputs: {} }).graph.output)
  })

  test('lead right to what reads a node, and left to what it reads', () => {
    expect([go('apple', 'right'), go('n1', 'right'), go('n4', 'right')]).toEqual(['n1', 'n3', 'n4'])
    expect(['apple', 'count']).toContain(go('n1', 'left'))
    expect(['n1', 'n2']).toContain(go('n3', 'left'))
    expect(go('apple', 'left')).toBe('apple')
  })

  test('move vertically among neighbours, and no further than the last', () => {
    const inputs = ['apple', 'count', 'orange'].toSorted((a, b) => layout.nodes.get(a)!.y - layout.nodes.get(b)!.y)
    expect([go(inputs[0]!, 'down'), go(inputs[1]!, 'up')]).toEqual([inputs[1], inputs[0]])
    const top = [...layout.nodes].filter(([id]) => graph.byId.has(id)).toSorted(([, a], [, b]) => a.y + a.height / 2 - b.y - b.height / 2)[0]![0]
    expect(go(top, 'up')).toBe(top)
  })
})

describe('arriving edges', () => {
  const link = (id: string, from: string) => ({ id, from, to: 'n', slot: 0, label: null })
  const node = (portReach: number) => ({ id: 'n', width: 10, above: 5, below: 5, portReach, leaf: false })
  const leaf = (id: string) => id.startsWith('x')

  test('go straight for a computed argument, and join from above and below for inputs', () => {
    expect(portsOf(node(40), [link('a', 'x1'), link('b', 'n1'), link('c', 'x2')], leaf)).toEqual([-15, 0, 15])
    expect(portsOf(node(30), [link('b', 'n1'), link('c', 'x2'), link('d', 'x3')], leaf)).toEqual([0, 15, 30])
  })

  test('share the available space evenly around the middle when it is small', () => {
    expect(portsOf(node(29), [link('b', 'n1'), link('c', 'x2'), link('d', 'x3')], leaf)).toEqual([-15, 0, 15])
    expect(portsOf(node(10), [link('b', 'n1'), link('c', 'x2'), link('d', 'x3')], leaf)).toEqual([-10, 0, 10])
    expect(portsOf(node(17), [link('a', 'x1'), link('b', 'x2')], leaf)).toEqual([-10, 10])
    expect(portsOf(node(5), [link('a', 'x1'), link('b', 'x2')], leaf)).toEqual([-5, 5])
    expect(portsOf(node(17), [link('a', 'n1'), link('b', 'n2')], leaf)).toEqual([-10, 10])
    expect(portsOf(node(17), [link('a', 'x1')], leaf)).toEqual([0])
    expect(portsOf(node(0), [], leaf)).toEqual([])
  })

  test('arrive at a frame where it says', () => {
    expect(portsOf({ ...node(0), ports: new Map([['a', 7], ['b', -3]]) }, [link('b', 'x'), link('a', 'x')], leaf)).toEqual([-3, 7])
  })
})

describe('numbers', () => {
  test.each([[NaN, '–'], [Infinity, '∞'], [-Infinity, '−∞'], [-0.5, '−0.5'], [715.0000000000001, '715.0000000000001'], [0, '0']])('exactly %d is %s', (value, text) => {
    expect(exactText(value)).toBe(text)
  })

  test('that are undefined are a dash everywhere', () => {
    expect([shortText(NaN, numbers), displayedText({ shape: [], data: [NaN] }, numbers), cellText(NaN, numbers)]).toEqual(['–', '–', '–'])
  })

  test('on a label are absent while unknown, and ? while hidden', () => {
    expect([displayedText(null, numbers), displayedText('hidden', numbers), displayedText({ shape: [], data: [2.5] }, numbers)]).toEqual(['', '?', '2.5'])
  })

  test('of a scale end at the largest finite one', () => {
    expect([maxMagnitude([1, -7, 3]), maxMagnitude([1, Infinity, NaN, -2]), maxMagnitude([])]).toEqual([7, 2, 0])
  })
})

describe('names', () => {
  const document: GraphDocument = { expression: 'h = apple * 2; sigmoid(h + 1) - -3', inputs: { apple: 1 }, opened: [] }
  const { graph } = traceOf(document)
  const of = (text: string) => graph.nodes.find(node => node.kind === 'operation' && typedText(graph, node.id) === text)!.id

  test('of nodes are those that users see', () => {
    expect([nameIn(graph, 'apple'), nameIn(graph, 'h'), nameIn(graph, of('h + 1')), nameIn(graph, 'nobody')]).toEqual(['apple', 'h', 'h + 1', 'nobody'])
    const constants = graph.nodes.filter(node => node.kind === 'constant').map(node => nameIn(graph, node.id))
    expect(constants).toEqual(expect.arrayContaining(['2', '1']))
  })

  test('of an opened group’s parts are their symbols, the group keeps its own', () => {
    const opened = traceOf({ expression: 'y = sigmoid(x)', inputs: { x: 1 }, opened: ['y'] }).graph
    const parts = opened.nodes.filter(node => node.kind === 'operation' && node.id !== 'y')
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect(nameIn(opened, part.id)).not.toContain('sigmoid')
    expect(nameIn(opened, 'y')).toBe('y')
  })

  test.each([['sigmoid(x)', 0, 'sigmoid'], ['y = affine(X, W, b)', 4, 'Affine'], ['y + 1', 0, 'y'], ['(a)', 0, '']])('an opened group in "%s" at %i is called "%s"', (source, at, name) => {
    expect(groupName(source, at)).toBe(name)
  })

  test.each([['L', 0, [], 'L'], ['b1', 2, [3], 'b1₃'], ['W1', 7, [2, 5], 'W1₂,₃'], ['y/exp', 0, [], 'exp'], ['X', 13, [2, 3, 4], 'X₂,₂']])('%s, cell %i of %j is %s', (node, cell, shape, name) => {
    expect(cellName(node, cell, shape)).toBe(name)
  })
})

describe('the picture around a cell', () => {
  test.each([[[], 1, 1], [[5], 1, 5], [[2, 3], 2, 3], [[2, 3, 4], 2, 12]])('a tensor of %j is a matrix of %i by %i', (shape, rows, columns) => {
    expect(matrixOf(shape)).toEqual([rows, columns])
  })

  test('is the digit where a row or a column is one', () => {
    const row = pictureAround([10, 784], 3 * 784 + 5, mnist.shape)
    expect([row.kind, row.rows, row.columns, row.cells[0], row.cells[783]]).toEqual(['image', 28, 28, 3 * 784, 3 * 784 + 783])
    const column = pictureAround([784, 50], 7 * 50 + 2, mnist.shape)
    expect([column.kind, column.cells.length, column.cells[0], column.cells[1]]).toEqual(['image', 784, 2, 52])
  })

  test('is all of a small matrix', () => {
    expect(pictureAround([2, 3], 4, mnist.shape)).toEqual({ rows: 2, columns: 3, cells: [0, 1, 2, 3, 4, 5], kind: 'matrix' })
  })

  test.each([[0, 0, 0], [50 * 100 + 50, 50 - 28, 50 - 28], [99 * 100 + 99, 44, 44], [28 * 100 + 28, 0, 0], [29 * 100 + 72, 1, 44]])('is the part of a large matrix around cell %i, centred as far as its edges allow', (cell, top, left) => {
    const { rows, columns, cells } = pictureAround([100, 100], cell, mnist.shape)
    expect([rows, columns, cells[0], cells.at(-1), cells.includes(cell)]).toEqual([56, 56, top * 100 + left, (top + 55) * 100 + left + 55, true])
  })
})

describe('the kind of the errors of slopes', () => {
  const errors = (...list: readonly [number, number, number][]) => list.map(([h, float64, float32]) => ({ h, float64, float32 }) as never)
  const shapeOf = (list: readonly [number, number, number][], gradient = 1, scale = 1) => summarizeSlope(errors(...list), { gradient, scale })

  test('none, when there is nothing to compare', () => {
    expect(shapeOf([])).toEqual({ shape: 'none', kinkFrom: null, best: { float64: null, float32: null } })
    expect(shapeOf([[0.1, 1e-3, 1e-3]], NaN).shape).toBe('none')
    expect(shapeOf([[0.1, NaN, 1e-3]]).shape).toBe('none')
  })

  test('a minimum: truncation at large h, rounding at small ones; its position is named', () => {
    expect(shapeOf([[0.1, 1e-2, 1e-2], [1e-3, 1e-6, 1e-4], [1e-5, 1e-10, 1e-2], [1e-7, 1e-8, NaN]])).toEqual({ shape: 'valley', kinkFrom: null, best: { float64: { h: 1e-5, error: 1e-10 }, float32: { h: 1e-3, error: 1e-4 } } })
  })

  test('exact, when both precisions give the slope itself at every h', () => {
    expect(shapeOf([[0.1, 0, 0], [0.01, 0, 0]]).shape).toBe('exact')
    expect(shapeOf([[0.1, 0, 0], [0.01, 0, 1e-9]]).shape).toBe('rounding')
  })

  test('rounding only, when the largest h has no larger error', () => {
    expect(shapeOf([[0.1, 1e-15, 1e-7], [0.01, 1e-14, 1e-6]]).shape).toBe('rounding')
    expect(shapeOf([[0.1, 1e-12, 1e-7], [0.01, 1e-14, 1e-6]]).shape).toBe('valley') // 100 roundings of 2⁻⁵² divided by 0.1 are 2e-13
    expect(shapeOf([[0.1, 1e-12, 1e-7], [0.01, 1e-14, 1e-6]], 1, 100).shape).toBe('rounding')
    expect(shapeOf([[0.1, 1e-12, 1e-7], [0.01, 1e-14, 1e-6]], 1000, 0).shape).toBe('rounding')
  })

  test('a kink, when a thousandth of the slope remains at every h', () => {
    expect(shapeOf([[0.1, 0.5, 0.5], [0.01, 0.5, 0.5]]).shape).toBe('kink')
    expect(shapeOf([[0.1, 0.5, 0.5], [0.01, 0.0009, 0.5]]).shape).toBe('valley')
    expect(shapeOf([[0.1, 0.5, 0.5], [0.01, 0.0011, 0.5]]).shape).toBe('kink')
    expect(shapeOf([[0.1, 1e-6, 1]], 0).shape).toBe('kink')
  })
})

describe('the speed', () => {
  test('goes from slow at 0 to fast at 100, and rests at its ends', () => {
    const [slow, fast] = [msOf(0), msOf(100)]
    expect([placeOf(slow), placeOf(fast), slow > fast]).toEqual([0, 100, true])
    for (let place = 1; place <= 100; place++) expect(msOf(place)).toBeLessThanOrEqual(msOf(place - 1))
    expect(msOf(150)).toBe(fast)
    expect(msOf(-50)).toBe(slow)
  })

  test('is a round number: fives, tens from 200 on, fifties from 1,000 on', () => {
    for (let place = 0; place <= 100; place++) {
      const ms = msOf(place)
      expect(ms % (ms < 200 ? 5 : ms < 1000 ? 10 : 50)).toBe(0)
      expect(Math.abs(placeOf(ms) - place)).toBeLessThanOrEqual(3)
    }
  })
})

describe('a text of a picture', () => {
  test('is an element with its attributes, numbers to a hundredth, and omitted values left out', () => {
    expect(element('a', { b: 1.23456, c: undefined, d: 'e"<&>\'' })).toBe('<a b="1.23" d="e&quot;&lt;&amp;&gt;&apos;"/>')
    expect(element('a', {}, '<b/>')).toBe('<a><b/></a>')
  })

  test('is vertically centred', () => {
    expect(writing('x', { x: 5, y: 10, fill: '#fff', size: 20 })).toBe('<text x="5" y="17.2" fill="#fff" font-size="20" font-weight="400" text-anchor="middle">x</text>')
    expect(writing('x', { x: 5, y: 10, fill: '#fff', size: 10, weight: 600, anchor: 'end', italic: true, family: 'serif' })).toBe('<text x="5" y="13.6" fill="#fff" font-size="10" font-weight="600" text-anchor="end" font-style="italic" font-family="serif">x</text>')
  })

  test('contains no characters that are invalid in XML', () => {
    expect(writing('a\u0000b\u000bc\ufffed\te', { x: 0, y: 0, fill: '', size: 0 })).toContain('>abcd\te<')
  })

  // without a canvas a letter is 0.6 times as wide as the font size, a Chinese, Japanese or Korean character as wide
  test('is broken when its line is full, between words and between characters', () => {
    expect(linesOf('one two three', 60, '400 10px')).toEqual(['one two', 'three'])
    expect(linesOf('한글 하나', 25, '400 10px').join('|')).toMatch(/한글.*\|?.*하나/)
    expect(linesOf('漢字漢字', 20, '400 10px')).toEqual(['漢字', '漢字'])
    expect([linesOf('', 60, '400 10px'), linesOf('unbreakable', 10, '400 10px')]).toEqual([[], ['unbreakable']])
  })

  test('that does not fit ends in …', () => {
    expect([shortened('abc', 18, '400 10px'), shortened('abcd', 22, '400 10px'), shortened('abcd', 21, '400 10px'), shortened('abcd', 1, '400 10px')]).toEqual(['abc', 'ab…', 'a…', 'a…'])
  })
})
