import { beginUphill, type ExplainedNetwork, uphill } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import PixelsTab from '../../../../renderer/draw/why/PixelsTab.vue'
import { frame, recordCanvases } from '../../canvas'
import { fakeMain, show } from '../../lab'
import { predictionOf, randomNetwork, readingOf, sampleNetwork, seven } from './drawn-seven'

beforeEach(() => { recordCanvases(); fakeMain() })
afterEach(() => { vi.restoreAllMocks() })

async function tab(network = sampleNetwork(), pixels: Float32Array | null = seven, meant: number | null = null) {
  const view = await show(PixelsTab, { network, reading: readingOf(pixels, meant), prediction: pixels && predictionOf(network, pixels) })
  await frame()
  await frame()
  const press = async (name: string) => { await view.findAll('.change button').find(button => (button.attributes('aria-label') ?? button.text()) === name)!.trigger('click'); await frame(); await frame() }
  const isEnabled = (name: string) => view.findAll('.change button').find(button => (button.attributes('aria-label') ?? button.text()) === name)!.attributes('disabled') === undefined
  const said = () => view.get('.said').text()
  const target = async (value: string) => { await view.get('.change select').setValue(value); await frame() }
  return { view, press, said, target, isEnabled, network }
}
const wanted = (network: ExplainedNetwork, target: number) => uphill(network, seven, target)

describe('what speaks for an answer', () => {
  test('is shown for the answer first, with a sentence for each sign and the reason for the score', async () => {
    const { view } = await tab()
    expect(view.get('.saliency h3').text()).toBe('What speaks for 7')
    expect(view.findAll('.key li').map(line => line.text())).toEqual(['+More ink here would speak for 7.', '−More ink here would speak against 7.'])
    expect(view.get('.saliency').text()).toContain('before softmax')
    expect(view.get('.saliency .scale').attributes('aria-label')).toMatch(/^Colours from −\S+ to \+\S+$/)
  })

  test('turns to the ink that is there, and to one class rather than another', async () => {
    const { view } = await tab()
    await view.findAll('.saliency input[type=radio]')[1]!.setValue(true)
    expect(view.findAll('.key li').map(line => line.text())).toEqual(['+The ink here speaks for 7.', '−The ink here speaks against 7.'])
    await view.get('select.over').setValue('1')
    await frame()
    expect(view.get('.saliency h3').text()).toBe('What speaks for 7 rather than 1')
    expect(view.findAll('.key li').map(line => line.text())).toEqual(['+The ink here speaks for 7.', '−The ink here speaks for 1.'])
  })

  test('reads a pixel by the arrow keys', async () => {
    const { view } = await tab()
    const map = view.get('.saliency .sheet')
    await map.trigger('keydown', { key: 'ArrowRight' })
    expect(view.get('.saliency .reading').text()).toMatch(/^pixel row 14, column 15: [+−]?[\d.e−]+$/)
  })
})

describe('the smallest change', () => {
  test('goes to the target step by step, and says how large it is; undo takes one back, "back" all of them', async () => {
    const { press, said, target, isEnabled, network } = await tab()
    await target('3')
    expect(said()).toContain('until the network reads 3')
    expect([isEnabled('Step'), isEnabled('Undo'), isEnabled('Back to my drawing')]).toEqual([true, false, false])
    const end = wanted(network, 3)
    expect(end.steps).toBeGreaterThan(1)
    await press('Step')
    expect(said()).toMatch(/^Step 1: still read as \d\. Size of the change \d\.\d\d \(your drawing: \d+\.\d\d\); \d+ of 784 pixels changed by more than 0\.1\.$/)
    for (let step = 1; step < end.steps; step++) await press('Step')
    expect(said()).toContain(`Step ${end.steps}: now read as 3. Size of the change ${end.size.toFixed(2)}`)
    expect(said()).toContain(`${end.changed} of 784`)
    expect(isEnabled('Step')).toBe(false)
    await press('Undo')
    expect(said()).toContain(`Step ${end.steps - 1}: still`)
    await press('Step')
    await press('Back to my drawing')
    expect(said()).toContain('until the network reads 3')
  })

  test('runs to the end by itself, one step in a frame, and shows the outputs before and now', async () => {
    const { view, press, said, target, network } = await tab()
    await target('0')
    await press('To the end')
    await vi.waitFor(() => expect(said()).toContain(`Step ${wanted(network, 0).steps}: now read as 0.`))
    const rows = view.findAll('.outputs li')
    expect(rows).toHaveLength(10)
    expect(rows[0]!.classes()).toContain('best')
    expect(rows[7]!.attributes('aria-label')).toMatch(/^7: (> )?[\d.]+% before, [\d.]+% now$/)
  })

  test('begins again with another target or another drawing, and never changes the drawing itself', async () => {
    const { view, press, said, target } = await tab()
    const before = [...seven]
    await target('3')
    await press('Step')
    await target('5')
    expect(said()).toContain('until the network reads 5')
    await press('Step')
    await view.setProps({ reading: readingOf(seven.map((pixel, i) => i < 300 ? 0 : pixel)) })
    await frame()
    expect(said()).not.toContain('Step 1')
    expect([...seven]).toEqual(before)
  })

  test('keeps its steps while the network learns, whose new weights take the next one', async () => {
    const { view, press, said, target, network } = await tab()
    await target('0')
    await press('Step')
    network.model.tensor('affine2.b')!.data[0]! += 100
    await view.setProps({ network: { ...network } })
    await frame()
    expect(said()).toContain('Step 1: still read as')
    await press('Step')
    expect(said()).toContain('Step 2: now read as 0.')
  })

  test('offers every class but the answer, first what was meant', async () => {
    fakeMain()
    const { view } = await tab(sampleNetwork(), seven, 4)
    expect(view.findAll('.change option').map(option => option.text())).toEqual(['0', '1', '2', '3', '4', '5', '6', '8', '9'])
    expect(view.get<HTMLSelectElement>('.change select').element.value).toBe('4')
  })

  test('says so where it cannot get there', async () => {
    const network = randomNetwork('affine 20, relu, affine 10')
    network.model.tensor('affine1.W')!.data.fill(0)
    const { press, said, network: { model } } = await tab(network)
    expect(beginUphill(network, seven, 1).phase).toBe('moving')
    await press('Step')
    expect(said()).toMatch(/no small change leads on to \d/)
    expect(model.out.value.size).toBe(10)
  })
})

test('a blank paper is said in words', async () => {
  const { view } = await tab(sampleNetwork(), null)
  expect(view.text()).toContain('Draw something first')
})
