import type { RunState } from '@contract'
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

  test('scrolls within itself to the block that is chosen', async () => {
    const blocks = Array.from({ length: 12 }, (_, i) => ({ name: `affine${i + 1}`, kind: 'affine', inputs: 9, outputs: 9 }))
    const { view } = await network(runState({ blocks }))
    const shown: (string | undefined)[] = []
    Element.prototype.scrollIntoView = function () { shown.push(this.querySelector('input')?.value) }
    await view.setProps({ selected: 'affine12' })
    expect(shown).toEqual(['affine12'])
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
    await view.findAll('input[type=radio]')[2]!.setValue()
    expect(view.emitted('update:selected')).toEqual([['affine2']])
  })

  test('says what it waits for without a run', async () => {
    fakeMain({ 'run:read': () => null })
    await useRun().load()
    const view = await show(NetworkView, { frame: null, selected: '' })
    expect(view.get('.waiting').text()).toContain('as soon as the data and the training thread are ready')
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
