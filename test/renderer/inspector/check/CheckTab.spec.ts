import { createReferenceOps, type RunConfig, Trainer } from '@core'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import CheckTab from '../../../../renderer/inspector/check/CheckTab.vue'
import { useCheckedBatch } from '../../../../renderer/stores/checked-batch'
import { useMicroscope } from '../../../../renderer/stores/microscope'
import { useRun } from '../../../../renderer/stores/run'
import { runConfig } from '../../../fixtures/run-config'
import { smallDataset } from '../../../fixtures/small-dataset'
import { batchFrame } from '../../batch-frame'
import { fakeMain, runState, show } from '../../lab'
import { fakePopovers } from '../../terms/popovers'

afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const config: RunConfig = runConfig({ dataset: 'small', layers: [12, 8, 6], batchSize: 20 })

/** The tab on a run after three steps. */
async function tab(patch: Parameters<typeof runState>[0] = {}) {
  fakePopovers()
  const trainer = new Trainer(config, smallDataset(), { ops: createReferenceOps('float32') })
  for (let i = 0; i < 3; i++) trainer.learn()
  const main = fakeMain({ 'run:batch': ({ rows }) => batchFrame(trainer, rows) })
  const state = runState({ config, dataset: trainer.dataset.info, input: [12], step: 3, ...patch })
  useRun().accept(state)
  const view = await show(CheckTab)
  await settled()
  return { main, view, trainer, state }
}
const settled = () => vi.waitUntil(() => useMicroscope().along !== null && useMicroscope().share === null, { interval: 1 })
const numbers = (view: VueWrapper) => Object.fromEntries(view.findAll('.numbers tbody tr').map(row => [row.get('th').text(), row.findAll('td').map(cell => cell.text())]))
const slider = (view: VueWrapper) => view.get('.microscope input[type="range"]')
const number = (text: string) => Number(text.replace('−', '-').replace('e−', 'e-'))

describe('the microscope', () => {
  test('shows the weight with the largest gradient: its numeric slope beside backpropagation, in both precisions', async () => {
    const { view } = await tab()
    const { place, reading } = useMicroscope()
    expect(view.get('header').text()).toContain('of the 20 of the next mini-batch, at step 3')
    expect(place).toEqual(useCheckedBatch().batch!.microscope.largest())
    const { backpropagation, 'numeric slope': numeric, difference } = numbers(view) as Record<string, [string, string]>
    expect(number(backpropagation![0])).toBeCloseTo(reading!.gradient.float64, 9)
    expect(number(numeric![0])).toBeCloseTo(number(backpropagation![0]), 6) // h = 1e-4: an error of 1e-8
    expect(number(difference![0])).toBeLessThan(number(difference![1]))
    expect(slider(view).attributes('aria-valuetext')).toBe('h = 1e−4')
  })

  test('says in words what the difference comes from, as h shrinks', async () => {
    const { view } = await tab()
    useMicroscope().choose({ path: 'affine2.b', row: 0, column: 0 }) // above the ReLU: no kinks
    await settled()
    const verdict = async (at: number) => {
      await slider(view).setValue(String(at))
      return view.get('.verdict').text()
    }
    expect(await verdict(44)).toMatch(/^Truncation:/)
    expect(await verdict(8)).toMatch(/^Rounding:/)
    expect(await verdict(44)).toMatch(/Best h in float64: \d.*, with a difference of \d/)
    await view.get('.how [value="float32"]').setValue()
    expect(await verdict(0)).toMatch(/^h is lost:/)
    expect(view.get('.kinks').text()).toBe('No ReLU switches between w − 0.1 and w + 0.1.')
  })

  test('says why a weight has no gradient', async () => {
    const { view, trainer } = await tab()
    trainer.model.params.find(({ path }) => path === 'affine1.b')!.slot.value.data[3] = -100
    useCheckedBatch().load()
    useMicroscope().choose({ path: 'affine1.W', row: 2, column: 3 })
    await vi.waitUntil(() => useMicroscope().reading?.zero, { interval: 1 })
    await settled()
    expect(view.get('.verdict').text()).toBe('The loss does not change with this weight on these images: both gradients are 0. The unit behind it, unit 3 of ReLU 1, fires for none of these images, so no gradient comes back through it.')
  })

  test('names the nearest kinks, of which each chooses an h that reaches it', async () => {
    const { view } = await tab()
    useMicroscope().choose({ path: 'affine1.b', row: 0, column: 0 })
    await vi.waitUntil(() => useMicroscope().reading!.place.path === 'affine1.b', { interval: 1 })
    await settled()
    const [nearest] = useMicroscope().reading!.kinks
    const buttons = view.findAll('.kinks button')
    expect(buttons[0]!.text()).toMatch(/^ReLU 1 unit 0, image \d+: w [+−] 0\.0/)
    await buttons[0]!.trigger('click')
    expect(useMicroscope().h).toBeGreaterThan(Math.abs(nearest!.offset))
    expect(view.get('.verdict').text()).toMatch(/^A kink: .* for \d+ inputs/)
  })

  test('finds a weight with a kink near it', async () => {
    const { view } = await tab()
    await view.get('.weight select').setValue('affine1.W')
    await settled()
    await view.findAll('.weight button').find(button => button.text() === 'Nearest kink')!.trigger('click')
    await vi.waitUntil(() => useMicroscope().reading?.kinks.length && useMicroscope().share === null, { interval: 1 })
    expect(view.get('.kinks button').text()).toMatch(/^ReLU 1 unit/)
    await view.get('.weight select').setValue('affine2.W')
    expect(view.findAll('.weight button').some(button => button.text() === 'Nearest kink')).toBe(false)
  })

  test('takes a weight by row and column, by its neighbours and by its parameter', async () => {
    const { view } = await tab()
    await view.get('.weight select').setValue('affine1.W')
    expect(useMicroscope().place).toEqual(useCheckedBatch().batch!.microscope.largest('affine1.W'))
    const [row, column] = view.findAll('.weight input')
    await row!.setValue('99')
    await column!.setValue('0')
    expect(useMicroscope().place).toEqual({ path: 'affine1.W', row: 11, column: 0 }) // the last one there is
    const press = (name: string) => view.findAll('.weight button').find(button => button.attributes('aria-label') === name)!.trigger('click')
    await press('Previous weight')
    expect(useMicroscope().place).toEqual({ path: 'affine1.W', row: 10, column: 7 })
    await press('Next weight')
    expect(useMicroscope().place).toEqual({ path: 'affine1.W', row: 11, column: 0 })
  })

  test('takes h from a press on the valley', async () => {
    const { view } = await tab()
    const svg = view.findAll('svg').find(svg => svg.attributes('aria-label')?.includes('logarithmic axes'))!
    // the plot begins 54 pixels from the left at 10^−12.4 and ends 24 before the right edge at 10^−0.6
    const width = Number(svg.attributes('width'))
    const pixelOf = (exponent: number) => 54 + (width - 78) * (exponent + 12.4) / 11.8
    await svg.trigger('pointerdown', { button: 0, clientX: pixelOf(-6), pointerId: 1 })
    expect(useMicroscope().h).toBe(1e-6)
    await svg.trigger('pointermove', { clientX: pixelOf(-2.01), pointerId: 1 })
    expect(useMicroscope().h).toBe(1e-2)
    await svg.trigger('pointerup', { pointerId: 1 })
    await svg.trigger('pointermove', { clientX: pixelOf(-9), pointerId: 1 })
    expect(useMicroscope().h).toBe(1e-2)
  })
})

test('while the run learns on, the step stays until a later one is asked for; at rest it follows', async () => {
  const { main, view, trainer, state } = await tab({ phase: 'running' })
  trainer.learn()
  useRun().accept({ ...state, step: 4 })
  await view.vm.$nextTick()
  expect(main.asked('run:batch')).toHaveLength(1)
  await view.get('header button').trigger('click')
  await vi.waitUntil(() => useCheckedBatch().batch!.frame.step === 4, { interval: 1 })
  expect(view.find('header button').exists()).toBe(false)
  trainer.learn()
  useRun().accept({ ...state, step: 5, phase: 'idle' })
  await vi.waitUntil(() => useCheckedBatch().batch!.frame.step === 5, { interval: 1 })
})

test('the race ends with a ratio and the parameters that differ most, which open in the microscope', async () => {
  const scrolled: (string | null)[] = []
  vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(function (this: Element) { scrolled.push(this.textContent) })
  const { view } = await tab()
  expect(view.get('.race').text()).toContain('316 forward passes')
  await view.findAll('.race button').find(button => button.text() === 'Start both')!.trigger('click')
  await vi.waitUntil(() => view.find('.verdict + p, .race .verdict').exists() && view.find('.worst').exists(), { interval: 1 })
  expect(view.get('.race .verdict').text()).toMatch(/^For all 158 gradients, backpropagation took .*: [\d,]+ times as long\.$/)
  expect(view.get('.lanes').text()).toContain('316 of 316 forward passes')
  const first = view.get('.worst button')
  expect(first.text()).toMatch(/^[Wb]\d\[/)
  useMicroscope().chooseH(1e-9)
  await first.trigger('click')
  expect(useMicroscope().h).toBe(1e-4) // as in the check
  // The microscope may be far above, out of view.
  expect(document.activeElement).toBe(view.get('.microscope h3').element)
  expect(scrolled).toEqual(['Gradient microscope'])
  const { path, row, column } = useMicroscope().place!
  expect(first.text()).toBe(`${path.endsWith('W') ? 'W' : 'b'}${path.charAt(6)}[${path.endsWith('W') ? `${row}, ` : ''}${column}]`)
  expect(view.findAll('.race details tbody tr').map(line => line.get('th').text())).toEqual(['W1', 'b1', 'W2', 'b2'])
})
