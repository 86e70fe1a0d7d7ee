import type { ProbeFrame, RunState } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import NetworkView from '../../../renderer/inspector/NetworkView.vue'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'
import { probeFrame, tensorStats } from '../probe'
import { runConfig, type ShortConfig } from '../../fixtures/run-config'

const stats = (path: string, norm: number) => tensorStats(path, { shape: [784, 50], norm })
const frame = probeFrame({
  loss: 2.3, blocks: [
    { name: 'affine1', tensors: [stats('affine1.W', 5.6), stats('affine1.dW', 0.98765)] },
    { name: 'relu1', tensors: [stats('relu1.dout', 0.131)] },
    { name: 'affine2', tensors: [stats('affine2.dW', 0.279)] },
    { name: 'softmaxWithLoss', tensors: [stats('softmaxWithLoss.dx', 0.0951)] },
  ],
})

/** Which pulses started: 'forward 0.5' */
let lit: string[] = []
beforeEach(() => {
  lit = []
  Element.prototype.getAnimations = () => []
  Element.prototype.animate = function (this: HTMLElement) {
    lit.push(this.dataset['light'] ?? '?')
    return {} as Animation
  }
})
afterEach(() => { vi.unstubAllGlobals(); document.body.replaceChildren() })

async function network(state: RunState = runState(), props = {}) {
  const main = fakeMain({ 'run:read': () => soFar(state) })
  await useRun().load()
  const view = await show(NetworkView, { frame: null, selected: 'affine1', ...props })
  const learn = async (step: number) => {
    main.tell('run:metrics', metricsFrame({ firstStep: step, losses: Float32Array.of(2.3), stepInEpoch: step }))
    await flushPromises()
  }
  return { main, view, learn }
}

describe('the network', () => {
  test('is a row of blocks from the input to the loss', async () => {
    const { view } = await network()
    expect(view.findAll('.name').map(name => name.text())).toEqual(['Input', 'Affine 1', 'ReLU 1', 'Affine 2', 'Softmax-with-Loss'])
    expect(view.findAll('.sizes').map(size => size.text())).toEqual(['784 → 50', '50', '50 → 10', '10 → L'])
  })

  test('shows the rate of a dropout layer, as it is at work', async () => {
    const config = runConfig()
    const { view } = await network(runState({
      config: { ...config, network: { ...config.network, layers: [{ kind: 'dropout', rate: 0.2 }] } }, blocks: [{ name: 'dropout1', kind: 'dropout', inputs: 50, outputs: 50 }],
    }))
    expect(view.get('.sizes').text()).toBe('50 · 0.2')
  })

  test('names the tensors of batch normalization as its formula does', async () => {
    const block = { name: 'batchNormalization1', kind: 'batchNormalization', inputs: 50, outputs: 50 }
    const { view } = await network(runState({ blocks: [block] }), { frame: { ...frame, blocks: [{ name: block.name, tensors: [stats('batchNormalization1.dgamma', 0.5)] }] } })
    expect(view.get('.norm').text()).toBe('‖dγ‖ 0.500')
    expect(view.find('.update-glow').exists()).toBe(true) // γ and β are updated, too
  })

  test('has short names and full spoken ones where it is long', async () => {
    const blocks = Array.from({ length: 10 }, (_, i) => i % 2 ? { name: `sigmoid${(i + 1) / 2}`, kind: 'sigmoid', inputs: 9, outputs: 9 } : { name: `affine${i / 2 + 1}`, kind: 'affine', inputs: 9, outputs: 8 })
    const { view } = await network(runState({ blocks }))
    expect(view.findAll('.block .name').slice(0, 4).map(name => name.text())).toEqual(['A1', 'σ1', 'A2', 'σ2'])
    await view.setProps({ selected: 'sigmoid2' })
    expect(view.get('header .named').text()).toBe('σ2 Sigmoid 2')
    expect(view.findAll('.column input')[1]!.attributes('aria-label')).toBe('Sigmoid 1, 9, ‖dout‖ –')
  })

  test('of forty blocks says what it leaves out', async () => {
    const blocks = Array.from({ length: 40 }, (_, i) => ({ name: `affine${i + 1}`, kind: 'affine', inputs: 4096, outputs: 4096 }))
    const { view } = await network(runState({ blocks }), { selected: 'affine20', frame: { ...frame, blocks: blocks.map(({ name }) => ({ name, tensors: [stats(`${name}.dW`, 0.125)] })) } })
    expect(view.find('.sizes').exists()).toBe(false)
    expect(view.get('.legend').text()).toContain('Sizes left out')
    const numbered = view.findAll('.column').filter(column => column.find('.norm b').exists())
    expect(numbered.length).toBeLessThan(40)
    expect(numbered.map(column => column.get('input').element.value)).toContain('affine20')
  })

  test('of ten blocks says that they are shortened, of four that nothing is', async () => {
    const blocks = Array.from({ length: 10 }, (_, i) => ({ name: `affine${i + 1}`, kind: 'affine', inputs: 50, outputs: 50 }))
    const { view } = await network(runState({ blocks }), { frame: { ...frame, blocks: blocks.map(({ name }) => ({ name, tensors: [stats(`${name}.dW`, 0.125)] })) } })
    expect(view.findAll('.sizes').map(size => size.text())).toEqual(blocks.map(() => '50'))
    expect(view.get('.legend .left-out').text()).toBe('Names shortened')
    expect(view.get('.legend .left-out').attributes('title')).toMatch(/^10 blocks: .*inputs and settings are left out/)
    const { view: whole } = await network(runState(), { frame })
    expect(whole.find('.legend .left-out').exists()).toBe(false)
  })

  test('opens a block by Enter or a double click', async () => {
    const { view } = await network()
    await view.findAll('.column input')[1]!.trigger('keydown', { key: 'Enter' })
    await view.findAll('.column')[2]!.trigger('dblclick')
    await view.findAll('.column input')[1]!.trigger('keydown', { key: 'a' })
    expect(view.emitted('open')).toEqual([['relu1'], ['affine2']])
  })

  test('describes an update as its optimizer makes it', async () => {
    const update = async (short: ShortConfig) => (await network(runState({ config: runConfig(short) }))).view.get('.phases li:last-child').text()
    expect(await update({})).toBe('Update W ← W − 0.1 · dW')
    expect(await update({ optimizer: 'momentum', learningRate: 0.01 })).toBe('Update v ← 0.9 v − 0.01 · dW, W ← W + v')
    expect(await update({ optimizer: 'adam', learningRate: 0.001 })).toBe('Update W ← W − 0.001 · m̂ / (√v̂ + ε)')
  })

  test('has no gradients before the first step, and their norms after it', async () => {
    const { view } = await network(runState(), { frame: { ...frame, step: 0, loss: null } })
    expect(view.findAll('.norm b').map(norm => norm.text())).toEqual(['–', '–', '–', '–'])
    await view.setProps({ frame })
    expect(view.findAll('.norm').map(norm => norm.text())).toEqual(['‖dW‖ 0.988', '‖dout‖ 0.131', '‖dW‖ 0.279', '‖dx‖ 0.0951'])
    expect(view.findAll('.sizes').at(-1)!.text()).toBe('10 → L 2.30') // of the same step as the norms
    expect(view.findAll('.bars').every(bars => bars.attributes('d') !== '')).toBe(true)
  })

  test('is a radio group, so that arrow keys choose the block to inspect', async () => {
    const { view } = await network()
    expect(view.get('[role=radiogroup]').attributes('aria-label')).toBe('Block to inspect')
    await view.findAll('.column input')[2]!.setValue()
    await view.get('.input input').setValue()
    expect(view.emitted('update:selected')).toEqual([['affine2'], ['input']])
    expect(view.get('.input input').attributes('aria-label')).toBe('Input: the 100 images of this mini-batch')
  })

  test('says what it waits for without a run', async () => {
    fakeMain({ 'run:read': () => null })
    await useRun().load()
    const view = await show(NetworkView, { frame: null, selected: '' })
    expect(view.get('.waiting').text()).toContain('as soon as the data and the training thread are ready')
  })
})

describe('the gradient norms', () => {
  const at = (dW1: number, dW2: number): ProbeFrame => ({ ...frame, blocks: [{ name: 'affine1', tensors: [stats('affine1.dW', dW1)] }, { name: 'affine2', tensors: [stats('affine2.dW', dW2)] }] })
  const summary = (view: Awaited<ReturnType<typeof network>>['view']) => view.get('.stairs').attributes('aria-label')

  test('are a staircase of the layers with weights, with a mark for each other block', async () => {
    const { view } = await network(runState(), { frame })
    expect([view.findAll('.stairs .step').length, view.findAll('.stairs .mark').length]).toEqual([2, 2])
    expect(view.get('.legend').text()).toContain('‖dW‖: gradients of weights: joined into a staircase')
  })

  test('are said in words', async () => {
    const { view } = await network(runState(), { frame: at(1.92e-7, 0.292) })
    expect(summary(view)).toBe('Gradient norms (log). ‖dW‖ falls from 0.292 in Affine 2 to 1.92e−7 in Affine 1')
    await view.setProps({ frame: at(0, NaN) })
    expect(summary(view)).toBe('Gradient norms (log). Exactly 0: Affine 1. Not finite: Affine 2')
    await view.setProps({ frame: at(0.5, 0.25) })
    expect(summary(view)).toBe('Gradient norms (log). ‖dW‖ lies between 0.250 and 0.500 in every layer')
  })

  test('keep their scale from frame to frame, but not from run to run', async () => {
    const { view } = await network(runState(), { frame: at(1.92e-7, 0.292) })
    const labels = () => view.findAll('.axis text').map(text => text.text())
    const before = labels()
    await view.setProps({ frame: { ...at(0.5, 0.25), step: 2 } })
    expect(labels()).toEqual(before)
    await view.setProps({ frame: { ...at(0.5, 0.25), runId: 2 } })
    expect(labels()).not.toEqual(before)
  })

  test('are written to a table', async () => {
    const { view } = await network(runState(), { frame })
    const menu = view.getComponent({ name: 'FigureMenu' })
    expect((menu.props() as { rows: () => unknown }).rows()).toEqual([
      ['step', 'layer', 'tensor', 'norm'], [1, 'affine1', 'dW', 0.98765], [1, 'relu1', 'dout', 0.131], [1, 'affine2', 'dW', 0.279], [1, 'softmaxWithLoss', 'dx', 0.0951],
    ])
  })

  test('and histograms share a scale when asked to', async () => {
    HTMLElement.prototype.hidePopover = () => undefined // happy-dom has no popovers
    const { view } = await network(runState(), { frame })
    await view.get('.legend [aria-pressed]').trigger('click')
    expect(view.emitted('update:shared')).toEqual([[true]])
  })
})

describe('the pulses of a step', () => {
  test('run forward, backward and end in the update at one step a second', async () => {
    const { learn } = await network(runState({ phase: 'running', pace: 1 }))
    await learn(1)
    expect(new Set(lit)).toEqual(new Set(['forward', 'backward', 'update']))
  })

  test('also run for manual steps, whatever the pace', async () => {
    const { learn } = await network(runState({ phase: 'idle', pace: 'full' }))
    await learn(1)
    expect(lit).toContain('backward')
  })

  test('are brief at ten steps a second', async () => {
    const { learn } = await network(runState({ phase: 'running', pace: 10 }))
    await learn(1)
    expect(new Set(lit)).toEqual(new Set(['update']))
  })

  test.each([100, 'full'] as const)('stay off at pace %s', async (pace) => {
    const { learn } = await network(runState({ phase: 'running', pace }))
    await learn(1)
    expect(lit).toEqual([])
  })

  test('stay off when many steps arrived at once, or none', async () => {
    const { learn } = await network(runState({ phase: 'running', pace: 1 }))
    await learn(5)
    await learn(5)
    expect(lit).toEqual([])
  })
})
