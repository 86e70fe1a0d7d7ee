import { type Block, locales, type ProbeFrame, type RunState, translate } from '@contract'
import type { LayerSpec } from '@core'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import BlockContents from '../../../../renderer/inspector/block/BlockContents.vue'
import { firingAfter } from '../../../../renderer/inspector/block/dead-units'
import { useRun } from '../../../../renderer/stores/run'
import { recordCanvases } from '../../canvas'
import { fakeMain, runState, show, soFar } from '../../lab'
import { probeFrame, tensorStats } from '../../probe'
import { runConfig } from '../../../fixtures/run-config'

beforeEach(() => { recordCanvases() })
afterEach(() => { vi.unstubAllGlobals(); vi.restoreAllMocks(); document.body.replaceChildren() })

const blockOf = (kind: string, outputs = 4): Block => ({ name: `${kind}1`, kind, inputs: outputs, outputs })

/** What is shown of a block, in the answer of the training thread. */
async function contents(block: Block, frame: Partial<ProbeFrame>, state: Partial<RunState> = {}) {
  fakeMain({ 'run:read': () => soFar(runState({ step: 1, loss: 2, blocks: [block], ...state })) })
  await useRun().load()
  const view = await show(BlockContents, { block, frame: probeFrame(frame) })
  await flushPromises()
  return view
}
const units = (layer: string, patch: Partial<NonNullable<ProbeFrame['units']>> = {}): NonNullable<ProbeFrame['units']> => ({ layer, rows: 3, fired: null, saturatedShare: null, mask: null, ...patch })
const mask = Uint8Array.of(1, 0, 0, 1, /**/ 1, 0, 0, 0, /**/ 0, 0, 0, 1)

describe('a ReLU', () => {
  const relu = blockOf('relu')
  const frame = { units: units('relu1', { fired: [2, 0, 0, 2], mask }) }
  const activity = (fired: readonly number[]) => ({
    step: 600, epoch: 1, activity: [{ layer: 'relu1', images: 1000, fired, saturated: 0, extreme: 0 }],
  }) as unknown as RunState['evaluation']

  test('counts the units that gave 0 for every image of the mini-batch, and names them', async () => {
    const view = await contents(relu, frame)
    expect(view.get('.firing p').text()).toBe('2 of 4 units gave 0 for every image of this mini-batch.')
    expect(view.text()).toContain('Always 0: units 1, 2')
  })

  test('says so when none did', async () => {
    const view = await contents(relu, { units: units('relu1', { fired: [2, 1, 3, 2], mask }) })
    expect(view.get('.firing p').text()).toBe('Each of the 4 units was above 0 for at least one image of this mini-batch.')
    expect(view.text()).not.toContain('Always 0')
  })

  test.each<[fired: number, text: string]>([[0, 'The only unit gave 0 for every image of this mini-batch.'], [3, 'The only unit was above 0 for at least one image of this mini-batch.']])('of a single unit, above 0 for %i images, speaks of one', async (fired, text) => {
    const view = await contents(blockOf('relu', 1), { units: units('relu1', { fired: [fired], mask: new Uint8Array(3).fill(Number(fired > 0)) }) })
    expect(view.get('.firing p').text()).toBe(text)
    expect(view.get('figcaption').text()).toContain('→ units: 1 · ↓ images: 3')
  })

  // The whole sentence was underlined.
  test('one word of the sentence has the card, with the numbers', async () => {
    const view = await contents(relu, frame)
    const word = view.get('.firing p [data-card]')
    expect([word.text(), word.attributes('data-card'), JSON.parse(word.attributes('data-values')!)]).toEqual(['gave 0', 'deadUnits', { dead: 2, count: 4 }])
  })

  test('of many dead units names the first and counts the rest', async () => {
    const view = await contents(blockOf('relu', 50), { units: units('relu1', { fired: new Array<number>(50).fill(0).with(3, 1), mask: new Uint8Array(150) }) })
    expect(view.text()).toContain('49 of 50 units')
    expect(view.text()).toContain('Always 0: units 0, 1, 2, 4, 5, 6 and 43 more')
  })

  test('names none when all are dead', async () => {
    const view = await contents(relu, { units: units('relu1', { fired: [0, 0, 0, 0], mask: new Uint8Array(12) }) })
    expect(view.text()).toContain('4 of 4 units')
    expect(view.text()).not.toContain('Always 0')
  })

  test('counts them on fixed images, too, when asked', async () => {
    const view = await contents(relu, frame, { evaluation: activity([500, 0, 9, 0]) })
    expect(view.text()).not.toContain('Evaluation at step')
    const details = view.get('details').element as HTMLDetailsElement
    details.open = true
    details.dispatchEvent(new Event('toggle'))
    await flushPromises()
    expect(view.get('details').text()).toBe('And on 1,000 training images?Evaluation at step 600: 3 of 4 units are dead: they gave 0 for over 99% of 1,000 images.Dead: units 1, 2, 31 of these were above 0 for a few images.')
  })

  test('says what is missing before the first evaluation', async () => {
    const view = await contents(relu, frame)
    const details = view.get('details').element as HTMLDetailsElement
    details.open = true
    details.dispatchEvent(new Event('toggle'))
    await flushPromises()
    expect(view.get('details').text()).toContain('The next evaluation counts it')
  })

  test('shows its mask, which arrow keys read unit by unit', async () => {
    const view = await contents(relu, frame)
    const picture = view.get('.picture')
    expect(picture.attributes('aria-label')).toContain('Units: 4, images: 3. 33.3% of the values pass')
    expect(view.get('figcaption').text()).toContain('→ units: 4 · ↓ images: 3')
    await picture.trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('figcaption').text()).toContain('unit 0: passes 2 of 3')
    for (let i = 0; i < 9; i++) await picture.trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('figcaption').text()).toContain('unit 3: passes 2 of 3')
    await picture.trigger('keydown', { key: 'ArrowLeft' })
    expect(view.get('figcaption').text()).toContain('unit 2: passes 0 of 3')
  })

  test('of a large mini-batch says which images the mask shows', async () => {
    const view = await contents(relu, { units: units('relu1', { rows: 10_000, fired: [9, 9, 9, 9], mask: new Uint8Array(4 * 10_000) }) })
    expect(view.get('figcaption').text()).toContain('images: first 100 of 10,000')
  })

  test('does not show the answer about another layer', async () => {
    expect((await contents(relu, { units: units('relu2', { fired: [0, 0, 0, 0], mask }) })).find('.firing').exists()).toBe(false)
  })
})

describe('dropout', () => {
  test('counts what it dropped beside the rate, and says by how much the rest was multiplied', async () => {
    const config = runConfig()
    const layers: readonly LayerSpec[] = [{ kind: 'dropout', rate: 0.5 }, { kind: 'affine', units: 10 }]
    const view = await contents(blockOf('dropout'), { units: units('dropout1', { mask }) }, { config: { ...config, network: { ...config.network, layers } } })
    expect(view.get('.dropped p').text()).toBe('8 of 12 values were dropped: 66.7% (rate 50%). The kept ones are multiplied by 2, so that their sum stays about the same.')
    expect(view.get('h3').text()).toBe('Mask of this mini-batch')
  })
})

describe('a sigmoid', () => {
  test('says which share of its inputs lies where the curve is flat, and shows them below the curve', async () => {
    const view = await contents(blockOf('sigmoid'), { units: units('sigmoid1', { saturatedShare: 0.234 }), details: [tensorStats('sigmoid1.x', { min: -6, max: 9 })] })
    expect(view.get('p').text()).toBe('23.4% of the inputs lie beyond ±4, where the slope is below 0.0177 and hardly any gradient gets through.')
    expect(view.findAll('.note').map(note => note.text())).toEqual(expect.arrayContaining(['−4', '0', '4']))
    expect(view.get('svg').attributes('aria-label')).toContain('The curve of Sigmoid')
  })

  test('has the limit of its own kind: tanh is flat beyond ±2', async () => {
    const view = await contents(blockOf('tanh'), { units: units('tanh1', { saturatedShare: 0 }), details: [tensorStats('tanh1.x')] })
    expect(view.get('p').text()).toContain('beyond ±2')
  })

  test('waits until all of its numbers are there', async () => {
    expect((await contents(blockOf('sigmoid'), { units: units('sigmoid1', { saturatedShare: 0.1 }) })).find('figure').exists()).toBe(false)
  })
})

describe('batch normalization', () => {
  const block = blockOf('batchNormalization', 3)
  const tensor = (part: string, data: readonly number[]) => ({ path: `batchNormalization1.${part}`, shape: [data.length], firstRow: 0, rows: 1, firstColumn: 0, columns: data.length, data: Float32Array.from(data), absMax: 1, norm: 1, robustMax: 1 })
  const tensors = [tensor('batchMean', [0.5, 1, 2]), tensor('mean', [0.25, 0.5, 1]), tensor('batchVariance', [4, 5, 6]), tensor('variance', [1, 2, 3]), tensor('gamma', [1, 1.5, 1]), tensor('beta', [0, -0.5, 0])]
  const strips = (view: Awaited<ReturnType<typeof contents>>) => view.findAll('.strip p').map(strip => strip.findAll('span, b').filter(({ element }) => element.parentElement === strip.element).map(part => part.text()))

  test('shows mean and variance of the mini-batch beside the running ones, γ and β, unit by unit', async () => {
    const view = await contents(block, { tensors })
    expect(strips(view)).toEqual([['mean μ', '0.500', '0.250'], ['variance σ²', '4.00', '1.00'], ['γ', '1.00'], ['β', '0']])
    await view.get('.strips').trigger('keydown', { key: 'ArrowRight' })
    expect(strips(view)).toEqual([['mean μ', '1.00', '0.500'], ['variance σ²', '5.00', '2.00'], ['γ', '1.50'], ['β', '−0.500']])
    expect(view.get('.unit').text()).toBe('unit 1')
  })

  test('of a wide layer shows a page of units, and says which', async () => {
    const wide = blockOf('batchNormalization', 4096)
    const view = await contents(wide, { tensors: [tensor('gamma', new Array<number>(64).fill(1))] })
    expect(view.get('.unit').text()).toBe('unit 0 units 0–63 of 4,096')
  })

  test('says that a mini-batch of one image has no variance', async () => {
    expect((await contents(block, { tensors }, { config: runConfig({ batchSize: 1 }) })).text()).toContain('A mini-batch of one image has no variance')
  })
})

describe('the units of a matrix of weights', () => {
  const chain = (...kinds: readonly string[]) => kinds.map((kind, i): Block => ({ name: `${kind}${i}`, kind, inputs: 4, outputs: 4 }))

  test('are those of the ReLU that follows, batch normalization and dropout between them or not', () => {
    expect(firingAfter(chain('affine', 'relu', 'affine', 'softmaxWithLoss'), 'affine0')).toBe('relu1')
    expect(firingAfter(chain('affine', 'batchNormalization', 'dropout', 'relu', 'affine'), 'affine0')).toBe('relu3')
  })

  test('are judged by no activation when the units change before one, or when the next one does not fire', () => {
    expect(firingAfter(chain('affine', 'affine', 'relu'), 'affine0')).toBeNull()
    expect(firingAfter(chain('affine', 'sigmoid', 'relu'), 'affine0')).toBeNull()
    expect(firingAfter(chain('affine', 'softmaxWithLoss'), 'affine0')).toBeNull()
    expect(firingAfter(chain('affine', 'relu'), 'affine9')).toBeNull()
  })
})

test('an affine layer has no more than its tensors', async () => {
  expect((await contents(blockOf('affine'), {})).text()).toBe('')
})

test.each(locales)('in %s each word that has a card is part of its sentence', (locale) => {
  const words = [['units.dead', 'units.deadWord'], ['units.deadOnly', 'units.deadWord'], ['units.noneDead', 'units.noneDeadWord'], ['units.noneDeadOnly', 'units.noneDeadWord'], ['units.dropped', 'units.droppedWord'], ['curve.saturated', 'curve.saturatedWord']] as const
  for (const [sentence, word] of words) expect(translate(locale, `train.${sentence}`)).toContain(translate(locale, `train.${word}`))
})
