import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type GraphDocument, type OperationNode, symbolOf, traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { arrange } from '../../../../renderer/graph/layout/arrange'
import { gridOf } from '../../../../renderer/graph/layout/grid'
import { backOffset } from '../../../../renderer/graph/layout/routes'
import { textWidth } from '../../../../renderer/graph/layout/text-width'
import { resultId } from '../../../../renderer/graph/layout/geometry'
import { edgesOf } from '../../../../renderer/graph/layout/layout'
import { graphs } from '../graphs'

const numbers = numbersFor('en')
const sized = (document: GraphDocument, output = 'output') => arrange(traceOf(document), { numbers, output })
/** A number from a component's style sheet. */
function styled(component: string, selector: string, property: string, at = 0): number {
  const css = readFileSync(join(resolve(import.meta.dirname, '../../../../renderer/graph/canvas'), `${component}.vue`), 'utf8')
  const rule = css.slice(css.indexOf('<style')).split('}').find(each => each.trim().split('\n').at(-1)!.startsWith(`${selector} {`))!
  return Number.parseFloat(new RegExp(`[{;] ?${property}: ([^;]+);`).exec(rule)![1]!.split(' ')[at]!)
}
const border = 1.5

describe('a node has the size of its style sheet', () => {
  test('an operation is a circle', () => {
    const { sizes } = sized(graphs.apples)
    const { shape, shapeWidth, shapeHeight, width, height } = sizes.node('n1')
    expect([shape, shapeWidth, shapeHeight, width, height]).toEqual(['circle', ...new Array<number>(4).fill(styled('NodeOperation', '.circle', 'width'))])
  })

  test.each(['sigmoid(x)', 'softmaxWithLoss(x, t)'])('a group contains its name and the button that opens it: %s', (expression) => {
    const { sizes, graph } = sized({ expression, inputs: { x: [[1, 2]], t: [[0, 1]] } })
    const node = graph.nodes.find((each): each is OperationNode => each.kind === 'operation' && each.opens)!
    const { shape, shapeWidth, shapeHeight, width } = sizes.node(node.id)
    const inner = textWidth(symbolOf(node.operation), '600 14px') + styled('NodeOperation', '.group', 'gap') + styled('NodeOperation', '.group button', 'width')
    const room = shapeWidth - 2 * border - styled('NodeOperation', '.group', 'padding', 1) - styled('NodeOperation', '.group', 'padding', 3)
    expect([shape, shapeHeight, width]).toEqual(['box', styled('NodeOperation', '.group', 'height'), shapeWidth])
    expect(room).toBeGreaterThanOrEqual(inner)
    expect(room).toBeLessThan(inner + 24)
  })

  test('a short group is exactly twice as wide as a circle: it has a button', () => {
    const { sizes, graph } = sized({ expression: 'sigmoid(x) * y', inputs: {} })
    const group = graph.nodes.find(node => node.kind === 'operation' && node.opens)!
    expect(sizes.node(group.id).shapeWidth).toBeGreaterThanOrEqual(2 * 44)
  })

  test('a constant contains its number, with padding', () => {
    for (const text of ['3', '1,234,500', '0.001234']) {
      const { sizes, graph } = sized({ expression: `x * ${text.replaceAll(',', '')}`, inputs: {} })
      const { shapeWidth, shapeHeight } = sizes.node(graph.nodes.find(({ kind }) => kind === 'constant')!.id)
      const wide = textWidth(numbers.few(Number(text.replaceAll(',', ''))), '500 14px') + 2 * styled('NodeConstant', '.body', 'padding', 1)
      expect([shapeWidth >= wide, shapeWidth < wide + 8]).toEqual([true, true])
      const high = styled('NodeConstant', '.body', 'line-height') + 2 * styled('NodeConstant', '.body', 'padding')
      expect([shapeHeight >= high, shapeHeight < high + 4]).toEqual([true, true])
    }
  })

  test('the result contains its name, up to a length', () => {
    for (const name of ['L', 'output', '出力の値', 'aVeryLongNameForTheResultOfThisGraph']) {
      const { shapeWidth, shapeHeight } = sized(graphs.apples, name).sizes.node(resultId)
      const inner = Math.min(180, textWidth(name, '650 14px')) + 2 * border + 2 * styled('NodeResult', '.body', 'padding', 1)
      expect([shapeWidth >= inner, shapeWidth < Math.max(44, inner + 8), shapeHeight]).toEqual([true, true, styled('NodeResult', '.body', 'height')])
    }
  })

  test('numbers among the inputs have equal widths, like a table; a very long name has its own width', () => {
    const { sizes } = sized({ expression: 'a * learningRate + bias', inputs: {} })
    const widths = ['a', 'learningRate', 'bias'].map(id => sizes.node(id).shapeWidth)
    expect(new Set(widths).size).toBe(1)
    const around = 2 * border + styled('NodeInput', '.pill', 'padding', 1) + styled('NodeInput', '.pill', 'padding', 3) + styled('NodeInput', '.field', 'width')
    expect(widths[0]! - around).toBeCloseTo(textWidth('learningRate', '600 14px'), 0)
    expect(sizes.node('a').shapeHeight).toBe(styled('NodeInput', '.pill', 'height'))
    const mixed = sized({ expression: 'a * theLearningRateOfAllLayers + sum(T)', inputs: { T: [1, 2] } }).sizes
    expect(mixed.node('a').shapeWidth).toBeLessThan(mixed.node('theLearningRateOfAllLayers').shapeWidth)
    expect(mixed.node('a').shapeWidth - around).toBeCloseTo(120, 0)
    const tensors = sized({ expression: 'a * sum(tensorWithALongName)', inputs: { tensorWithALongName: [1, 2] } }).sizes
    expect(tensors.node('a').shapeWidth).toBeLessThan(120) // a table with numbers only
    expect(tensors.node('a').shapeWidth - around).toBeGreaterThanOrEqual(textWidth('a', '600 14px'))
  })

  test('a tensor among the inputs has space for its cells and for its name with its shape', () => {
    const { sizes } = sized({ expression: 'sum(X) + sum(aRatherLongNameOfATensor)', inputs: { X: [[1, 2, 3], [4, 5, 6]], aRatherLongNameOfATensor: [1] } })
    const padding = styled('NodeInput', '.card', 'padding', 1)
    expect(sizes.node('X').shapeWidth).toBe(gridOf([2, 3]).width + 2 * padding)
    const title = textWidth('aRatherLongNameOfATensor', '600 14px') + textWidth('(1)', '400 14px')
    const room = Math.min(180, textWidth('aRatherLongNameOfATensor', '600 14px')) + textWidth('(1)', '400 14px')
    const between = sizes.node('aRatherLongNameOfATensor').shapeWidth - room - 2 * padding // slightly more than a space
    expect([between >= 6, between <= 9]).toEqual([true, true])
    expect([sizes.node('aRatherLongNameOfATensor').shapeWidth > room + 2 * padding, sizes.node('aRatherLongNameOfATensor').shapeWidth < title + 2 * padding]).toEqual([true, true])
  })
})

describe('a node reserves space', () => {
  const line = 18 // in small type, on a patch

  test('for its name above it, and the same below, so that its edges leave from its centre', () => {
    const { sizes } = sized({ expression: 'h = x * y; h + 1', inputs: {} })
    const { height, shapeHeight, width } = sizes.node('h')
    expect([(height - shapeHeight) / 2 >= line, (height - shapeHeight) / 2 < 2 * line, width]).toEqual([true, true, 44])
    const long = sized({ expression: 'aNameThatIsWiderThanItsCircle = x * y; aNameThatIsWiderThanItsCircle + 1', inputs: {} }).sizes.node('aNameThatIsWiderThanItsCircle')
    expect(long.width).toBeCloseTo(Math.min(180, textWidth('aNameThatIsWiderThanItsCircle', '600 14px')) + 10, 5)
    expect(long.shapeWidth).toBe(44)
  })

  test('for no name of the result, which is at its end', () => {
    const { sizes } = sized({ expression: 'y = x * 2', inputs: {} })
    expect([sizes.node('y').height, sizes.node('y').width]).toEqual([44, 44])
  })

  test('for the sum of its gradients, when it is read more than once', () => {
    const sums = (readers: number) => sized({ expression: new Array(readers).fill('x').join(' * '), inputs: {} }).sizes.node('x')
    const typical = ['', '', '0.5 + 1.5 = 2', '0.5 + 1.5 + 2.5 = 4.5', '0.5 + 1.5 + … = 9.5', '0.5 + 1.5 + … = 9.5']
    for (const readers of [2, 3, 4, 5]) {
      expect(sums(readers).width).toBeGreaterThanOrEqual(textWidth(typical[readers]!, '600 14px') + 10)
      expect((sums(readers).height - sums(readers).shapeHeight) / 2).toBeGreaterThanOrEqual(line)
      expect(sums(readers).width).toBeLessThan(2 * textWidth(typical[readers]!, '600 14px'))
    }
    expect([sums(3).width > sums(2).width, sums(4).width < sums(3).width, sums(5).width]).toEqual([true, true, sums(4).width])
    expect([sums(1).height, sums(1).width]).toEqual([sums(1).shapeHeight, sums(1).shapeWidth])
  })

  test('for its updated number, below its sum', () => {
    const of = (expression: string) => sized({ expression, inputs: { w: 2, x: 3 }, parameters: ['w'], learningRate: 0.1 }).sizes.node('w')
    const [once, twice] = [of('w * x'), of('w * x + w')]
    expect([(once.height - once.shapeHeight) / 2 >= line, twice.height - once.height, once.width >= textWidth('0.1235 → 0.1234', '600 14px')]).toEqual([true, once.height - once.shapeHeight, true])
  })

  test('for the sum of tensors: its name and its cells', () => {
    const { sizes } = sized({ expression: 'h = X + Y; sum(h * h)', inputs: { X: [[1, 2, 3], [4, 5, 6]], Y: [[3, 4, 1], [4, 5, 6]] } })
    const { width, height, shapeHeight } = sizes.node('h')
    const grid = gridOf([2, 3])
    const below = (height - shapeHeight) / 2
    expect([below >= grid.height + line, below < grid.height + 2 * line, width]).toEqual([true, true, grid.width])
  })
})

describe('a label', () => {
  const labelOf = (document: GraphDocument, id: string) => {
    const { sizes, graph } = sized(document)
    return sizes.label(edgesOf(graph).find(edge => edge.from === id)!)
  }

  test('of a number is as wide as four digits need, on its edge with its patch', () => {
    const { width, above, below } = labelOf(graphs.apples, 'n1')
    expect([width >= textWidth('−0.1235', '700 14px'), width < 80]).toEqual([true, true])
    // neighbours keep a few pixels between the gradient of one and the value of the other
    const [valueTop, gradientBottom] = [3 + 18, backOffset + 4 + 18]
    expect([above + below + 14 - valueTop - gradientBottom >= 8, above + below < valueTop + gradientBottom + 4, Math.abs(above - valueTop) <= 4, Math.abs(below - gradientBottom) <= 4]).toEqual([true, true, true, true])
  })

  test('of a tensor has space for its cells above and below, and for its shape; a given one shows its cells in its own node', () => {
    const grid = gridOf([3, 3])
    const { width, above, below } = labelOf(graphs.affine, 'n1')
    expect([width >= grid.width, width < grid.width + 16]).toEqual([true, true])
    expect([above >= 3 + grid.height + 13, above < 3 + grid.height + 13 + 14]).toEqual([true, true]) // one line of small type
    expect([below >= backOffset + 4 + grid.height, below < backOffset + 4 + grid.height + 10]).toEqual([true, true])
    const given = labelOf(graphs.affine, 'X')
    expect([given.above, given.below >= backOffset + 4 + gridOf([3, 2]).height]).toEqual([labelOf(graphs.apples, 'n1').above, true])
    expect(labelOf({ expression: 'sum(exp(X))', inputs: { X: [1] } }, 'X').width).toBeGreaterThanOrEqual(56) // width of a cover
  })
})
