import type { Walk } from '@contract'
import { mnist } from '@core'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, test, vi } from 'vitest'
import WalkView from '../../../renderer/lessons/views/WalkView.vue'
import { useRun } from '../../../renderer/stores/run'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { fakeMain, show } from '../lab'

const oneHot = (k: number) => Float32Array.from({ length: 10 }, (_, i) => i === k ? 0.91 : 0.01)
/** The answer of a network with three hidden neurons, the second of them off */
const walkOf = (source: 'sample' | 'untrained', label: number): Walk => ({
  source, at: null, label, outputs: oneHot(label), areProbabilities: true,
  layers: [
    { name: 'affine1', out: Float32Array.from({ length: 12 }, (_, i) => i === 1 ? -2 : i) },
    { name: 'relu1', out: Float32Array.from({ length: 12 }, (_, i) => i === 1 ? 0 : i) },
    { name: 'affine2', out: Float32Array.from({ length: 10 }, (_, i) => i - 4.5) },
    { name: 'softmaxWithLoss', out: oneHot(label) },
  ],
})

async function walk(prepare: () => void = () => { /* nothing drawn */ }) {
  const main = fakeMain({
    'data:images': ({ first }) => ({ shape: mnist.shape, images: [{ image: new Float32Array(784).fill(first / 10), label: 7 }] }),
    'draw:walk': ({ source }) => walkOf(source as 'sample' | 'untrained', source === 'sample' ? 7 : 4),
  })
  await useRun().load()
  prepare()
  const view = await show(WalkView)
  await flushPromises()
  return { main, view, arrows: () => view.findAll('.arrow').map(arrow => arrow.text()) }
}

describe('the walk of an image', () => {
  test('has the shape on every arrow and those of the weights', async () => {
    const { view, arrows } = await walk()
    expect(arrows()).toEqual(['(1, 784)', '(1, 12)', '(1, 12)', '(1, 10)'])
    expect(view.findAll('.station h3').map(title => title.text())).toEqual(['Image', 'Affine', 'ReLU', 'Affine', 'Softmax'])
    expect(view.findAll('.station.affine > p').map(line => line.text())).toEqual(['W (784, 12)', 'W (12, 10)'])
  })

  test('ends at the probabilities, and says what the label is', async () => {
    const { view } = await walk()
    expect(view.get('.bars .best').text()).toContain('91.0%')
    expect(view.get('figcaption').text()).toBe('Most likely a 7: 91.0%. The label says 7: right.')
  })

  test('tells the number under the pointer', async () => {
    const { view } = await walk()
    await view.findAll('.relu .many i')[1]!.trigger('pointerenter')
    expect(view.get('figcaption').text()).toBe('ReLU, number 2 of 12: 0')
    await view.get('.relu .many').trigger('pointerleave')
    expect(view.get('figcaption').text()).toContain('Most likely')
  })

  test('sends the next digit, and the same one through the untrained network', async () => {
    const { main, view } = await walk()
    await view.findAll('button').find(button => button.text() === 'Another digit')!.trigger('click')
    await flushPromises()
    expect(main.asked('data:images')).toEqual([0, 1].map(first => ({ dataset: 'mnist', split: 'test', first, count: 1 })))
    await view.get('input[value="untrained"]').setValue()
    await flushPromises()
    const asked = main.asked('draw:walk') as { source: string, pixels: Float32Array }[]
    expect(asked.map(({ source, pixels }) => [source, Number(pixels[0]!.toFixed(1))])).toEqual([['sample', 0], ['sample', 0.1], ['untrained', 0.1]])
    expect(view.get('figcaption').text()).toBe('Most likely a 4: 91.0%. The label says 7: wrong.')
  })

  test('begins with what was last drawn, and says when nothing is', async () => {
    const { main, view } = await walk(() => {
      const sketch = useSketch()
      sketch.begin({ x: 0.5, y: 0.2 })
      sketch.move([{ x: 0.5, y: 0.8 }])
      sketch.end()
    })
    await vi.waitFor(() => expect(main.asked('draw:walk')).toHaveLength(1))
    await flushPromises()
    expect(view.get('figcaption').text()).toBe('Most likely a 7: 91.0%.') // a drawing has no label
    useSketch().clear()
    await flushPromises()
    expect(view.text()).toContain('Nothing is drawn yet.')
  })
})
