import type { ProbeFrame, ProbeQuery } from '@contract'
import { defaultConfig, mnist, type OptimizerName, parseLayers, type WeightChange } from '@core'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, test, vi } from 'vitest'
import { inSlices } from '../../../renderer/lib/in-slices'
import { useCertificate } from '../../../renderer/lessons/useCertificate'
import CertificatePanel from '../../../renderer/lessons/CertificatePanel.vue'
import CertificateView from '../../../renderer/lessons/views/CertificateView.vue'
import GradientCheckView from '../../../renderer/lessons/views/GradientCheckView.vue'
import LearningView from '../../../renderer/lessons/views/LearningView.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGradientCheck } from '../../../renderer/stores/gradient-check'
import { useMicroscope } from '../../../renderer/stores/microscope'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, metricsFrame, runState, show, soFar } from '../lab'
import { findingOf } from '../../fixtures/findings'
import { runConfig } from '../../fixtures/run-config'
import { probeFrame, tensorStats } from '../probe'

/** Three small steps that do not switch any ReLU by chance. */
const digit = (index: number) => ({ image: Float32Array.from({ length: 784 }, (_, i) => (i * 7 + index * 13) % 50 === 0 ? 0.5 : 0), label: index + 3 })
const digits = () => fakeMain({ 'data:images': ({ first, count }) => ({ shape: mnist.shape, images: Array.from({ length: count }, (_, i) => digit(first + i)) }) })

/** A step of a run as the training thread reports it, identified by its number. */
const stepOf = (step: number, move: Partial<WeightChange> = {}): ProbeFrame => probeFrame({
  step, loss: 1 / step,
  blocks: [{ name: 'affine1', tensors: [statsOf('affine1.dW', step)] }, { name: 'affine2', tensors: [statsOf('affine2.dW', 10 * step)] }],
  images: Array.from({ length: 8 }, (_, i) => ({ pixels: new Float32Array(784), label: (step + i) % 10 })),
  change: { row: 3, column: 7, before: 0.5, gradient: 2, after: 0.3, ...move },
})
const statsOf = (path: string, norm: number) => tensorStats(path, { norm })

/** Lesson 24 after the given number of steps, with the training thread's reply to its request. */
async function learning(optimizer: OptimizerName, answer: (query: ProbeQuery) => ProbeFrame, learningRate = 0.1) {
  const main = fakeMain({
    'run:read': () => soFar(runState({ step: 5, loss: 1, config: runConfig({ optimizer, learningRate }) })),
    'run:probe': answer,
  })
  await useRun().load()
  const view = await show(LearningView, {}, { LossChart: true, AccuracyChart: true })
  await vi.waitFor(() => expect(main.asked('run:probe')).toHaveLength(1))
  await flushPromises()
  return { main, view }
}

describe('lesson 24', () => {
  test('shows images, labels, gradients, count and the moved weight of one reply, and of that only', async () => {
    const { main, view } = await learning('sgd', () => stepOf(5))
    expect(main.asked('run:probe')).toEqual([{ stats: true, images: 8, change: 'affine2' }])
    expect(view.findAll('.digits canvas').map(canvas => canvas.attributes('aria-label'))).toEqual(['5', '6', '7', '8', '9', '0', '1', '2'])
    expect(view.get('.count').text()).toBe('5 steps')
    expect(view.get('.backward-step').text()).toContain('‖dW2‖ 50.0')
    // Later losses belong to other steps: the display of this step does not change before the next reply.
    main.tell('run:metrics', metricsFrame({ firstStep: 6, losses: Float32Array.of(9), stepInEpoch: 6 }))
    await flushPromises()
    expect(view.get('.steps').text()).not.toContain('Loss') // the chart beneath has it, of the latest step
    expect(view.get('.count').text()).toBe('5 steps')
  })

  test.each([
    ['sgd', ['W ← W − 0.1 · dW']],
    ['momentum', ['v ← 0.9 v − 0.1 · dW', 'W ← W + v']],
    ['adagrad', ['h ← h + dW²', 'W ← W − 0.1 · dW / (√h + ε)']],
    ['rmsprop', ['h ← 0.99 h + 0.01 dW²', 'W ← W − 0.1 · dW / (√h + ε)']],
    ['adam', ['m ← 0.9 m + 0.1 dW', 'v ← 0.999 v + 0.001 dW²', 'W ← W − 0.1 · m̂ / (√v̂ + ε)']],
  ] as const)('describes the update by %s as it is', async (optimizer, rule) => {
    const { view } = await learning(optimizer, () => stepOf(5))
    expect(view.findAll('.rule').map(line => line.text())).toEqual(rule)
  })

  test('shows SGD’s calculation for a weight, and with other optimizers the actual result', async () => {
    const sum = async (optimizer: OptimizerName, move: Partial<WeightChange> = {}) => (await learning(optimizer, () => stepOf(5, move))).view.get('.sum').text().replace(/\s+/g, ' ')
    expect(await sum('sgd')).toBe('W2[3, 7]0.500 − 0.1 × (+2.00) = 0.300')
    expect(await sum('adam', { after: 0.499 })).toBe('W2[3, 7]0.500 − 0.00100 = 0.499dW = +2.00')
    expect(await sum('momentum', { after: 0.6 })).toBe('W2[3, 7]0.500 + 0.100 = 0.600dW = +2.00')
  })

  test('opens the weight that changed most under the microscope, in Train', async () => {
    const { view } = await learning('sgd', () => stepOf(5))
    await view.get('.update button').trigger('click')
    expect([useRoom().current, useRoom().sentBy, useMicroscope().place]).toEqual(['train', 'lesson', { path: 'affine2.W', row: 3, column: 7 }])
  })

  test('does not claim that an update goes against its gradient when earlier steps carry it on', async () => {
    const { view } = await learning('momentum', () => stepOf(5, { after: 0.6 }))
    expect(view.get('.update').text()).toContain('Momentum weighs in the steps before')
    expect(view.get('.update > svg').attributes('aria-label')).toContain('still moved it right')
    const against = await learning('momentum', () => stepOf(5, { after: 0.4 }))
    expect(against.view.get('.update').text()).toContain('the update goes against it')
    expect(against.view.get('.update > svg').attributes('aria-label')).toContain('the update moved it left')
  })

  test('says what is wrong with the run, as Train does', async () => {
    const { main, view } = await learning('sgd', () => stepOf(5))
    expect(view.find('.diagnosis').exists()).toBe(false)
    main.tell('run:metrics', metricsFrame({ firstStep: 700, losses: Float32Array.of(2.3), findings: [findingOf('guessing', { step: 600 })] }))
    await flushPromises()
    expect(view.get('.diagnosis .text').text()).toContain('It answers as if by guessing. Last measured at step 600: 9.8% of the test images were right; guessing gives 10%.')
    main.tell('run:metrics', metricsFrame({ firstStep: 701, losses: Float32Array.of(2.3), findings: [] }))
    await flushPromises()
    expect(view.find('.diagnosis').exists()).toBe(false)
  })

  test('shows no images and no update of a run that has learned nothing, even if it was opened at a later step', async () => {
    const { view } = await learning('sgd', () => ({ ...stepOf(2156), loss: null, images: [], change: null }))
    expect(view.findAll('.digits canvas')).toEqual([])
    expect(view.find('.sum').exists()).toBe(false)
    expect(view.get('.update').text()).toContain('Take a step')
  })
})

describe('work in slices', () => {
  test('finishes, and lets other work run in between', async () => {
    let left = 5_000
    let breaths = 0
    const clock = setInterval(() => { breaths++ }, 1)
    const done = await inSlices(() => {
      for (const until = performance.now() + 0.01; performance.now() < until;);
      return --left > 0
    }, new AbortController().signal, 5)
    clearInterval(clock)
    expect(done).toBe(true)
    expect(left).toBe(0)
    expect(breaths).toBeGreaterThan(2)
  })

  test('ends early on request', async () => {
    const stop = new AbortController()
    let steps = 0
    const work = inSlices(() => ++steps > 0, stop.signal, 1)
    setTimeout(() => stop.abort(), 20)
    expect(await work).toBe(false)
  })
})

describe('the gradient check', () => {
  test('agrees with backpropagation to 1e-7 for every parameter, and shows the cost of both', async () => {
    digits()
    const view = await show(GradientCheckView)
    await flushPromises()
    await view.find('.run button').trigger('click')
    await vi.waitFor(() => expect(useGradientCheck().results).toHaveLength(1), { timeout: 20_000 })
    await flushPromises()
    const [{ checks, numericMs, backpropMs }] = useGradientCheck().results as [ReturnType<typeof useGradientCheck>['results'][number]]
    expect(checks.map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b'])
    for (const { mean } of checks) expect(mean).toBeLessThanOrEqual(1e-7) // the table's limit for lesson 25
    expect(numericMs).toBeGreaterThan(backpropMs)
    expect(view.findAll('tbody tr').map(row => row.find('th').text())).toEqual(['W1', 'b1'])
    expect(view.text()).toContain('7,840')
    expect(useGradientCheck().certified).toBeUndefined() // not the book's network
  })

  test('offers the network in training while there is one, and names its parameters by their layers', async () => {
    digits()
    const view = await show(GradientCheckView)
    const choices = () => view.findAll('.settings fieldset')[0]!.findAll('label').map(label => label.text())
    expect(choices()).toEqual(['784-10', '784-50-10'])
    const network = { layers: parseLayers('affine 4, batchNormalization, relu, affine 10'), loss: 'softmaxWithLoss' } as const
    useRun().accept(runState({ config: { ...defaultConfig, network } }))
    await flushPromises()
    expect(choices()).toEqual(['784-10', '784-50-10', 'In training'])
    useGradientCheck().change({ network: 'run' })
    await flushPromises()
    expect(view.get('.run p').text()).toContain('The network in training with its present weights: 3,198 parameters.') // 784·4 + 4, 2·4, 4·10 + 10
    const checks = ['affine1.W', 'batchNormalization1.gamma', 'affine2.b'].map(path => ({ path, checked: 1, mean: 1e-9, max: 1e-9, kinks: 0, kinkMax: 0 }))
    useGradientCheck().results = [{ settings: useGradientCheck().settings, architecture: { input: [784], ...network }, checks, numericMs: 2, backpropMs: 1 }]
    await flushPromises()
    expect(view.findAll('tbody tr th').map(name => name.text())).toEqual(['W1', 'Batch Norm 1 γ', 'b2'])
    expect(view.get('h2').text()).toBe('In training · 784 → Affine 4, Batch Norm, ReLU, Affine 10 · h = 1e−4 · float64')
  })

  test('says that a network is too large, and cannot be pressed then', async () => {
    digits()
    useRun().accept(runState({ config: runConfig({ layers: [784, 1000, 10] }) }))
    useGradientCheck().change({ network: 'run' })
    const view = await show(GradientCheckView)
    await flushPromises()
    expect(view.get('.run p').text()).toBe('This network has 795,010 parameters, and two forward passes for each of them would take hours. Up to 200,000 can be checked.')
    expect(view.get('.run button').attributes('disabled')).toBeDefined()
  })

  test('can be stopped, and keeps no partial result', async () => {
    digits()
    const check = useGradientCheck()
    check.change({ network: 'full', h: 1e-4, precision: 'float64' })
    const running = check.run()
    await vi.waitFor(() => expect(check.progress?.done).toBeGreaterThan(1), { timeout: 10_000 })
    check.cancel()
    await running
    expect(check.running).toBe(false)
    expect(check.results).toEqual([])
  })
})

describe('the certificate', () => {
  test('shows every printed number next to its value, in the course’s order', async () => {
    fakeMain()
    await useCourse().load()
    const view = await show(CertificateView)
    const { entries, agreeing, wrong, missing } = useCertificate()
    expect(entries.value.length).toBeGreaterThan(90)
    expect([agreeing.value + missing.value, wrong.value]).toEqual([entries.value.length, 0])
    expect(view.findAll('tbody tr:not(.lesson)')).toHaveLength(entries.value.length)
    expect(view.text()).toContain('220.00000000000003')
    expect(view.findAll('.bad')).toEqual([])
  })

  test('recomputes the rest on request, reports its progress, and stops on request', async () => {
    const run = { phase: 'running' as const, at: { stage: 'training' as const, seed: 2, done: 1234, total: 10_000 }, measured: { accuracies: [0.9716] }, error: null }
    const main = fakeMain({ 'certificate:start': () => ({ ...run, at: null, measured: {} }), 'certificate:stop': () => ({ ...run, phase: 'idle' as const, at: null }) })
    await useCourse().load()
    const view = await show(CertificatePanel)
    const { entries } = useCertificate()
    const accuracy = () => entries.value.find(({ name }) => name === 'accuracy, seed 1')!
    expect([accuracy().value, view.text()]).toEqual([null, expect.stringContaining('more take about half a minute')])
    await view.get('.start').trigger('click')
    await flushPromises()
    expect(view.find('.start').exists()).toBe(false)
    main.tell('certificate', run)
    await flushPromises()
    expect(view.get('.running').text()).toContain('Training 2 of 5: step 1,234 of 10,000')
    expect(accuracy()).toMatchObject({ value: 0.9716, agrees: true })
    await view.get('.running button').trigger('click')
    await flushPromises()
    expect(view.find('.start').exists()).toBe(true)
    expect(accuracy().value).toBe(0.9716)
    main.tell('certificate', { ...run, phase: 'failed', at: null, error: { code: 'worker.measuringDied', message: '', details: { found: 'exit 7' } } })
    await flushPromises()
    expect(view.get('[role=alert]').text()).toContain('exit 7')
  })

  test('counts agreements and can be exported as CSV', async () => {
    fakeMain()
    await useCourse().load()
    const write = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve())
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText: write } })
    const view = await show(CertificatePanel)
    const { agreeing, rows } = useCertificate()
    expect(view.find('.score').text()).toContain(String(agreeing.value))
    await view.findAll('.buttons button')[0]!.trigger('click')
    await flushPromises()
    expect(write.mock.calls[0]![0].split('\r\n')).toHaveLength(rows().length + 1)
    vi.unstubAllGlobals()
  })
})
