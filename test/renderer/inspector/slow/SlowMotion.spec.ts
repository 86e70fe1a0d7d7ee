import type { RunState } from '@contract'
import { checkOptimizer, checkRunConfig, parseLayers, stageView, Trainer } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import SlowMotion from '../../../../renderer/inspector/slow/SlowMotion.vue'
import NetworkView from '../../../../renderer/inspector/NetworkView.vue'
import Transport from '../../../../renderer/train/Transport.vue'
import { numbersFor } from '../../../../renderer/lib/useNumbers'
import { useChosenBlock } from '../../../../renderer/stores/chosen-block'
import { useRoom } from '../../../../renderer/stores/room'
import { useRun } from '../../../../renderer/stores/run'
import { useSlowMotion } from '../../../../renderer/stores/slow-motion'
import { runConfig } from '../../../fixtures/run-config'
import { smallDataset } from '../../../fixtures/small-dataset'
import { recordCanvases } from '../../canvas'
import { fakeMain, runState, settings, show, soFar } from '../../lab'

const dataset = smallDataset()
const config = checkRunConfig({ ...runConfig({ dataset: 'small', layers: [12, 6], batchSize: 20 }), optimizer: checkOptimizer({ kind: 'momentum', learningRate: 0.1 }), network: { layers: parseLayers('affine 9, relu, affine 6'), loss: 'softmaxWithLoss' } })
const stages = 4 + 4 + 4

beforeEach(() => {
  document.body.replaceChildren()
  recordCanvases()
  Element.prototype.getAnimations = () => []
})
afterEach(() => { vi.unstubAllGlobals() })

/** A small run at the pace of one layer, answered by the core itself. */
async function slowRun(component: Parameters<typeof show>[0] = SlowMotion, props = {}) {
  const trainer = new Trainer(config, dataset)
  for (let i = 0; i < 2; i++) trainer.learn()
  const state = (): RunState => runState({ config, dataset: dataset.info, input: [12], pace: 'layer', step: trainer.step, stages: trainer.progress, blocks: trainer.model.layers.map(({ name, kind, x, out }) => ({ name, kind, inputs: x.columns, outputs: out.columns })) })
  const main = fakeMain({
    'settings:read': () => ({ ...settings, pace: 'layer' }),
    'run:read': () => soFar(state()), 'run:step': () => state(),
    'run:layer': ({ unit }) => {
      if (unit === 'step') trainer.learn()
      else trainer.advance()
      return state()
    },
    'slow:look': ({ cell }) => {
      const view = stageView(trainer, cell)
      return view && { runId: 1, ...view }
    },
  })
  await useRun().load()
  const view = await show(component, props)
  const slow = useSlowMotion()
  const title = () => view.get('h2').text()
  /** Presses, and waits for what is shown of that layer. */
  const press = async (times = 1) => {
    for (let i = 0; i < times; i++) await slow.press()
    await vi.waitFor(() => expect(view.get('.track').attributes('aria-label')).toContain(`${trainer.progress!.done} of`))
    await flushPromises()
  }
  return { main, view, trainer, slow, title, press }
}

describe('slow motion', () => {
  test('says before the first layer how to begin', async () => {
    const { view } = await slowRun()
    expect(view.get('.empty').text()).toBe('Press Space: the first layer of step 3 is computed. Each further press computes one layer, forward, then backward, then the update of one parameter.')
  })

  test('shows each layer with its formula and its tensors in the direction in which they flow', async () => {
    const { view, title, press } = await slowRun()
    const shown = () => [title(), view.findAll('.formula')[0]!.text(), view.findAll('figcaption b').map(name => name.text()).join(' '), view.findAll('.flow').map(arrow => arrow.classes().at(-1)).join()]
    await press()
    expect(shown()).toEqual(['Step 3 · Forward, 1 of 4 · Affine 1', 'out = x · W + b', 'x W b out', 'forward'])
    await press(2)
    expect(title()).toBe('Step 3 · Forward, 3 of 4 · Affine 2')
    await press(3)
    expect(shown()).toEqual(['Step 3 · Backward, 2 of 4 · Affine 2', 'dW = xᵀ · dout   db = Σ dout\ndx = dout · Wᵀ', 'dW db dx dout', 'backward'])
    await press(4)
    expect([title(), view.findAll('figcaption b').map(name => name.text()).join(' ')]).toEqual(['Step 3 · Update, 2 of 4 · b · Affine 1', 'b db'])
  })

  test('shows one cell as the sum that it is: its largest terms, the rest, and the total, which is the tensor’s number', async () => {
    const { view, trainer, press } = await slowRun()
    await press()
    const { cell } = stageView(trainer, null)!
    const [row, column] = view.findAll('.index input').map(input => Number((input.element as HTMLInputElement).value))
    expect([row, column]).toEqual([cell.address.row, cell.address.column])
    expect(view.get('.cell .formula').text()).toBe(`out[${row}, ${column}] = Σᵢ x[${row}, i] · W[i, ${column}] + b[${column}]`)
    expect(view.findAll('.cell li')).toHaveLength(6)
    expect(view.findAll('.cell li')[4]!.text()).toContain('9 more terms')
    const total = Number(view.get('.total output').text().replace('= ', '').replace('−', '-'))
    expect(Math.abs(total - trainer.model.layers[0]!.out.data[row! * 9 + column!]!)).toBeLessThan(1e-5) // seven digits are printed
  })

  test('names a cell of a vector by its column alone, in the list as in the formula', async () => {
    const { view, press } = await slowRun()
    await press()
    await view.findAll('.sheet')[2]!.trigger('focus')
    await vi.waitFor(() => expect(view.get('.index b').text()).toBe('b'))
    expect(view.findAll('.index input').map(input => input.attributes('aria-label'))).toEqual(['Column'])
  })

  test('keeps the cell that was chosen by arrow keys, from step to step', async () => {
    const { view, press, main } = await slowRun()
    await press()
    const out = view.findAll('.sheet').at(-1)!
    const cell = () => view.findAll('.index input').map(input => Number((input.element as HTMLInputElement).value))
    const [row, column] = cell() as [number, number]
    const [key, moved] = column > 0 ? ['ArrowLeft', column - 1] : ['ArrowRight', column + 1]
    await out.trigger('keydown', { key })
    await vi.waitFor(() => expect(cell()).toEqual([row, moved]))
    await press(stages)
    expect(cell()).toEqual([row, moved])
    expect(main.asked('slow:look').at(-1)).toEqual({ cell: { part: 'out', row, column: moved } })
    expect(out.attributes('role')).toBe('group') // Space goes on to the next layer
  })

  test('shows what the update makes of the weight that changes most, with the optimizer’s state', async () => {
    const { view, trainer, press } = await slowRun()
    await press(9)
    const { update } = stageView(trainer, null)!.cell
    expect(view.findAll('section.update dt').map(line => line.text())).toEqual(['v ← 0.9 v − η · dW', 'W ← W + v'])
    expect(view.get('section.update').text()).toContain('Update: Momentum')
    expect(update!.state.map(({ name }) => name)).toEqual(['v'])
  })

  test('says when the step is complete, after the rest was computed at once, too', async () => {
    const { view, slow, press, trainer } = await slowRun()
    await press(5)
    expect([slow.hasBegun, slow.step, useRun().step, view.find('.end').exists()]).toEqual([true, 3, 2, false])
    await slow.finish()
    await vi.waitFor(() => expect(view.get('.end').text()).toBe('Step 3 is complete. The next press begins the next mini-batch.'))
    expect([trainer.step, useRun().step, slow.hasBegun]).toEqual([3, 3, false])
  })

  test('leads the inspector to the block', async () => {
    const { press } = await slowRun()
    await press(3)
    expect(useChosenBlock().name).toBe('affine2')
  })
})

describe('the chain in slow motion', () => {
  test('lights the block with the direction, and once the way that leads to it', async () => {
    const lit: string[] = []
    Element.prototype.animate = function (this: HTMLElement) {
      lit.push(`${this.dataset['light']} ${this.dataset['at']}`)
      return {} as Animation
    }
    const { view, slow } = await slowRun(NetworkView, { frame: null, selected: 'affine1' })
    const shown = () => view.findAll('.column').map(block => block.classes().find(name => name.startsWith('lit-')) ?? '-')
    await slow.press()
    await slow.press()
    await flushPromises()
    expect(shown()).toEqual(['-', 'lit-forward', '-', '-'])
    expect(lit.splice(0).slice(-2).sort()).toEqual(['forward 0.375', 'forward 0.5'])
    for (let i = 0; i < 4; i++) await slow.press()
    await flushPromises()
    expect(shown()).toEqual(['-', '-', 'lit-backward', '-'])
    expect(lit.splice(0).slice(-2).sort()).toEqual(['backward 0.75', 'backward 0.875'])
    for (let i = 0; i < 4; i++) await slow.press()
    await flushPromises()
    expect(shown()).toEqual(['lit-update', '-', '-', '-'])
  })
})

test('the chain’s loss is of the step before until the forward pass has computed the new one', async () => {
  Element.prototype.animate = () => ({}) as Animation
  const { view, slow, trainer } = await slowRun(NetworkView, { frame: { loss: 0.314, step: 2, blocks: [], tensors: [] }, selected: 'affine1' })
  const loss = () => {
    const number = view.findAll('.column').at(-1)!.get('.sizes b')
    return [number.text(), number.classes('old')]
  }
  expect(loss()).toEqual(['0.314', false])
  for (let i = 0; i < 3; i++) await slow.press()
  await flushPromises()
  expect(loss()).toEqual(['0.314', true])
  await slow.press()
  await flushPromises()
  expect(loss()).toEqual([numbersFor('en').short(trainer.model.loss), false])
})

describe('the transport in slow motion', () => {
  const labels = (view: Awaited<ReturnType<typeof slowRun>>['view']) => view.findAll('.buttons button').map(button => `${button.attributes('aria-label')}${button.attributes('disabled') === undefined ? '' : ' (off)'}`)

  test('computes a layer with Space and with N, and the rest with C; the counter counts complete steps alone', async () => {
    const { view, trainer } = await slowRun(Transport)
    const press = async (key: string) => {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      await flushPromises()
    }
    useRoom().go('train')
    expect(labels(view)).toEqual(['Next layer', 'Finish step (off)', 'Rewind'])
    await press(' ')
    await press('n')
    expect(trainer.progress!.done).toBe(2)
    expect(labels(view)[1]).toBe('Finish step')
    expect([view.get('.step dd').text(), view.get('.step .part').text()]).toEqual(['2', '+ 2/12'])
    await press('c')
    expect([trainer.step, view.get('.step dd').text(), view.find('.step .part').exists()]).toEqual([3, '3', false])
  })
})
