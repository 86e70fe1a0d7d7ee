import type { TensorFrame } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, test, vi } from 'vitest'
import { inSlices } from '../../../renderer/composables/slices'
import { useCertificate } from '../../../renderer/lessons/useCertificate'
import CertificatePanel from '../../../renderer/lessons/CertificatePanel.vue'
import CertificateView from '../../../renderer/lessons/views/CertificateView.vue'
import GradientCheckView from '../../../renderer/lessons/views/GradientCheckView.vue'
import { largestMove } from '../../../renderer/lessons/views/weight-update'
import { useCourse } from '../../../renderer/stores/course'
import { useGradientCheck } from '../../../renderer/stores/gradient-check'
import { fakeMain, show } from '../lab'

/** Three small drawings that switch no ReLU by chance. */
const digit = (index: number) => ({ image: Float32Array.from({ length: 784 }, (_, i) => (i * 7 + index * 13) % 50 === 0 ? 0.5 : 0), label: index + 3 })
const digits = () => fakeMain({ 'data:image': ({ index }) => digit(index) })

const tensor = (data: readonly number[]): TensorFrame =>
  ({ runId: 1, step: 1, path: 'affine2.W', shape: [2, 3], firstColumn: 0, columns: 3, data: Float32Array.from(data), absMax: 1, norm: 1 })

describe('one weight’s update', () => {
  test('is shown for the weight that moved farthest, from before to after, against its gradient', () => {
    expect(largestMove(tensor([0, 0, 0, 0, 0.5, 0]), tensor([0.1, 0, 0, 0, -2, 1]), 0.25)).toEqual({ row: 1, column: 1, before: 0, gradient: -2, rate: 0.25, after: 0.5 })
  })

  test('is not shown where nothing moved or the numbers are gone', () => {
    expect(largestMove(tensor([1, 1, 1, 1, 1, 1]), tensor([0, 0, 0, 0, 0, 0]), 0.1)).toBeNull()
    expect(largestMove(tensor([1, 1, 1, 1, 1, 1]), tensor([NaN, NaN, NaN, NaN, NaN, NaN]), 0.1)).toBeNull()
  })
})

describe('work in slices', () => {
  test('comes to its end, and lets others in between', async () => {
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

  test('ends early when it is told to', async () => {
    const stop = new AbortController()
    let steps = 0
    const work = inSlices(() => ++steps > 0, stop.signal, 1)
    setTimeout(() => stop.abort(), 20)
    expect(await work).toBe(false)
  })
})

describe('the gradient check', () => {
  test('agrees with backpropagation to 1e-7 for every parameter, and tells what both cost', async () => {
    digits()
    const view = await show(GradientCheckView)
    await flushPromises()
    await view.find('.run button').trigger('click')
    await vi.waitFor(() => expect(useGradientCheck().results).toHaveLength(1), { timeout: 20_000 })
    await flushPromises()
    const [{ checks, numericMs, backpropMs }] = useGradientCheck().results as [ReturnType<typeof useGradientCheck>['results'][number]]
    expect(checks.map(({ path }) => path)).toEqual(['affine1.W', 'affine1.b'])
    for (const { mean } of checks) expect(mean).toBeLessThanOrEqual(1e-7) // the table's bound for lesson 25
    expect(numericMs).toBeGreaterThan(backpropMs)
    expect(view.findAll('tbody tr').map(row => row.find('th').text())).toEqual(['W1', 'b1'])
    expect(view.text()).toContain('7,840')
    expect(useGradientCheck().certified).toBeUndefined() // not the book's network
  })

  test('can be stopped, and keeps nothing half done', async () => {
    digits()
    const check = useGradientCheck()
    check.settings = { network: 'full', h: 1e-4, precision: 'float64' }
    const running = check.run()
    await vi.waitFor(() => expect(check.progress?.done).toBeGreaterThan(1), { timeout: 10_000 })
    check.cancel()
    await running
    expect(check.running).toBe(false)
    expect(check.results).toEqual([])
  })
})

describe('the certificate', () => {
  test('holds every printed number against its value, in the course’s order', async () => {
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

  test('recomputes the rest when asked, tells how far it is, and stops when told', async () => {
    const run = { phase: 'running' as const, at: { part: 'training' as const, seed: 2, done: 1234, total: 10_000 }, measured: { accuracies: [0.9716] }, error: null }
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

  test('says how many agree and goes along as CSV', async () => {
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
