import type { DigitCollection } from '@contract'
import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import OwnDigits from '../../../renderer/draw/own/OwnDigits.vue'
import { useNotices } from '../../../renderer/stores/notices'
import { useNetworks } from '../../../renderer/stores/sketch/networks'
import { useSketch } from '../../../renderer/stores/sketch/sketch'
import { useReading } from '../../../renderer/stores/sketch/useReading'
import { networkThatAnswers } from '../draw-network'
import { fakeMain, show } from '../lab'

beforeEach(() => {
  Object.assign(HTMLElement.prototype, { showPopover: () => undefined, hidePopover: () => undefined }) // happy-dom has no popovers
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => { for (const name of ['showPopover', 'hidePopover']) Reflect.deleteProperty(HTMLElement.prototype, name); vi.useRealTimers(); vi.unstubAllGlobals(); document.body.replaceChildren() })

/** The panel, with digits in memory and a network that reads everything as 7. */
async function panel(labels: readonly number[] = []) {
  let kept: DigitCollection = { images: new Uint8Array(784 * labels.length).fill(100), labels: Uint8Array.from(labels), hidden: [] }
  const main = fakeMain({
    'draw:network': ({ source }) => networkThatAnswers({ source, at: null, outputs: Float32Array.from({ length: 10 }, (_, i) => i === 7 ? 0.91 : 0.01), areProbabilities: true }),
    'digits:read': () => kept,
    'digits:add': ({ image, label }) => kept = { images: Uint8Array.from([...kept.images, ...image]), labels: Uint8Array.from([...kept.labels, label]), hidden: kept.hidden },
    'digits:hide': ({ index, isHidden }) => kept = { ...kept, hidden: [...kept.hidden.filter(other => other !== index), ...isHidden ? [index] : []] },
    'digits:export': () => ({ name: 'mine-images.idx' }),
  })
  await useNetworks().copy('sample')
  const view = await show(OwnDigits, { reading: useReading(() => 'room') })
  const settle = async (ms = 0) => { await vi.advanceTimersByTimeAsync(ms); await flushPromises() }
  await settle(50)
  const sketch = useSketch()
  const draw = () => { sketch.begin({ x: 0.3, y: 0.2 }); sketch.move([{ x: 0.7, y: 0.2 }, { x: 0.5, y: 0.8 }]); sketch.end() }
  const press = async (name: string) => { await view.findAll('button').find(button => (button.attributes('aria-label') ?? button.text()) === name)!.trigger('click'); await settle() }
  return { main, view, settle, sketch, draw, press, added: () => (main.asked('digits:add') as { label: number, image: Uint8Array }[]).map(({ label }) => label), tiles: () => view.findAll('.grid .sub').map(sub => sub.text()) }
}

describe('my digits', () => {
  test('say what they are for while there are none', async () => {
    const { view } = await panel()
    expect(view.get('.empty').text()).toContain('never seen your hand')
    expect(view.findAll<HTMLButtonElement>('.digit').every(({ element }) => element.closest('fieldset')!.disabled)).toBe(true)
  })

  test('are kept by the number that is pressed: what the network sees of the drawing', async () => {
    const { main, draw, press, settle, sketch, tiles } = await panel()
    draw()
    await settle()
    await press('Keep this drawing as 4')
    const [{ label, image }] = main.asked('digits:add') as [{ label: number, image: Uint8Array }]
    expect([label, image.length, image.reduce((a, b) => Math.max(a, b), 0)]).toEqual([4, 784, 255])
    expect(sketch.said).toBe(4)
    await settle(50)
    expect(tiles()).toEqual(['4→7'])
    expect(useNotices().notices.at(-1)).toMatchObject({ key: 'draw.own.kept' })
  })

  test('show which are misread, the newest first, and how many are not', async () => {
    const { view, tiles } = await panel([7, 2, 7])
    expect(tiles()).toEqual(['7', '2→7', '7'])
    expect(view.text()).toContain('The network reads 2 of 3 as you meant them.')
  })

  test('leave the others as they are when one is deleted, and it can come back', async () => {
    const { view, press, settle, tiles } = await panel([7, 2, 5])
    await view.findAll('[role=gridcell]')[1]!.trigger('focus')
    await settle()
    await view.get('.more').trigger('click')
    await settle()
    await press('Remove')
    await settle(50)
    expect(tiles()).toEqual(['5→7', '7'])
    await press('Bring the last one back')
    await settle(50)
    expect(tiles()).toEqual(['5→7', '2→7', '7'])
  })
})

describe('ten guided digits', () => {
  test('are asked for in any order, each once, and kept when the pen has rested', async () => {
    const { view, press, draw, settle, added } = await panel()
    await press('Draw ten digits in a minute')
    const wished: number[] = []
    for (let i = 0; i < 10; i++) {
      wished.push(Number(/Now draw (\d)/.exec(view.get('.wish').text())![1]))
      draw()
      await settle(850)
      expect(added()).toHaveLength(i)
      await settle(100)
      expect(added()).toEqual(wished)
    }
    expect([...wished].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(view.text()).toContain('All 10 are kept.')
    expect(useSketch().empty).toBe(true)
  })

  test('wait for a second stroke', async () => {
    const { press, draw, settle, sketch, added } = await panel()
    await press('Draw ten digits in a minute')
    draw()
    await settle(600)
    sketch.begin({ x: 0.5, y: 0.5 })
    await settle(2_000)
    expect(added()).toEqual([])
    sketch.move([{ x: 0.6, y: 0.6 }])
    sketch.end()
    await settle(950)
    expect(added()).toHaveLength(1)
  })

  test('end when they are stopped: what was drawn stays', async () => {
    const { view, press, draw, settle, added } = await panel()
    await press('Draw ten digits in a minute')
    draw()
    await settle(950)
    await press('Stop')
    draw()
    await settle(2_000)
    expect(added()).toHaveLength(1)
    expect(view.find('.wish').exists()).toBe(false)
  })
})
