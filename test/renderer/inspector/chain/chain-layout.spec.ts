import { describe, expect, test } from 'vitest'
import { type GradientNorm, layersWithNumber } from '../../../../renderer/inspector/chain/stairs'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { type BlockWidth, gridColumns, layChain, normText } from '../../../../renderer/inspector/chain/chain-layout'

/** Hidden layers of weights and an activation, then the last weights and the loss. */
const chain = (hidden: number): BlockWidth[] => [...Array.from({ length: hidden }, (): BlockWidth[] => ['weights', 'other']).flat(), 'weights', 'loss']
const rightOf = (layout: ReturnType<typeof layChain>) => layout.blocks.at(-1)!.from + layout.blocks.at(-1)!.width

describe('the chain', () => {
  test.each([[1, 690], [5, 690], [10, 690], [19, 690], [10, 560], [5, 1208], [19, 1208], [1, 1500]])('of %i hidden layers is whole within %i px', (hidden, width) => {
    const layout = layChain(width, chain(hidden))
    expect(layout.input.from).toBeGreaterThanOrEqual(0)
    expect(rightOf(layout)).toBeLessThanOrEqual(width + 1e-6)
  })

  test('says less the longer it is', () => {
    expect([1, 3, 5, 10].map(hidden => layChain(930, chain(hidden)).density)).toEqual(['full', 'short', 'short', 'bare'])
  })

  test('of six layers with weights has its sizes and two digits of every norm, 690 px wide, though its names are short', () => {
    const { density, sized, blocks } = layChain(690, chain(5))
    expect([density, sized]).toEqual(['bare', true])
    const norms = blocks.map((_, i): GradientNorm => ({ layer: `${i}`, title: '', letter: 'dW', weights: i % 2 === 0, norm: 0.00423, count: 1 }))
    const texts = norms.map(({ norm }) => normText(norm!, density, numbersFor('en')))
    expect(texts[0]).toBe('0.0042')
    expect(layersWithNumber(norms, blocks, texts, '').size).toBe(blocks.length)
    expect(layChain(690, chain(19)).sized).toBe(false)
  })

  test('has its columns side by side, from the input to the loss', () => {
    const { input, arrows, blocks } = layChain(700, chain(2))
    const columns = [input, ...blocks.flatMap((block, i) => [arrows[i]!, block])]
    columns.slice(1).forEach(({ from }, i) => expect(from).toBeCloseTo(columns[i]!.from + columns[i]!.width, 9))
  })

  test('stands in the middle of a wide window, no block wider than it needs', () => {
    const layout = layChain(3000, chain(1))
    expect(layout.input.from).toBeCloseTo(3000 - rightOf(layout), 9)
    expect(layout.blocks.map(({ width }) => width)).toEqual([252, 252, 252, 284])
  })

  test('is a grid with one column for the input, each arrow and each block', () => {
    expect(gridColumns(layChain(3000, ['weights', 'loss']))).toBe('92.00px 88.00px 252.00px 88.00px 284.00px')
  })
})
