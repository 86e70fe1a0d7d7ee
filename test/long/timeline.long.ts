import type { Page } from 'playwright-core'
import type { Channel, RequestArg } from '@contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectSmooth, frames } from '../e2e/frames'
import { type Lab, launchLab } from '../e2e/helpers'
import { askMain, choosePace, goTo, goToFiles, stateOf, untilReady } from '../e2e/window'

// A long training and two twins of it, while it goes on learning: whatever a person does with the mouse or keys stays smooth.

const steps = 200_000
const seconds = 6
let lab: Lab
beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await goTo(lab.window, 'Train')
  await choosePace(lab.window, 'Full')
})
afterAll(async () => { await lab.close() })

const ask = <K extends Channel>(channel: K, arg: RequestArg<K>) => askMain(lab.window, channel, arg)
const run = () => lab.window.getByRole('button', { name: 'Run', exact: true }).click()

/** Measures frames while a person does something again and again. */
async function during(what: string, act: (i: number) => Promise<void>): Promise<void> {
  const measured = frames(lab.window, seconds)
  const ends = performance.now() + seconds * 1000
  for (let i = 0; performance.now() < ends; i++) await act(i)
  expectSmooth(`${what} at step ${(await stateOf(lab.window))!.step}`, await measured)
}

/** Zooms by wheel, pinch and keys, in turns. */
async function zooming(page: Page, plot: ReturnType<Page['locator']>, what: string): Promise<void> {
  const box = (await plot.boundingBox())!
  await page.mouse.move(box.x + 0.6 * box.width, box.y + 0.4 * box.height)
  await during(`${what}: zooming by wheel`, i => page.mouse.wheel(0, i % 20 < 10 ? -100 : 100))
  await page.keyboard.down('Control') // as a pinch
  await during(`${what}: zooming by pinch`, i => page.mouse.wheel(0, i % 40 < 20 ? -20 : 20))
  await page.keyboard.up('Control')
  await plot.focus()
  await during(`${what}: zooming by keys`, i => page.keyboard.press(['+', '+', 'ArrowLeft', 'PageUp', '-', '-'][i % 6]!))
  await page.keyboard.press('0')
}

/** Drags the bar to and fro. */
async function scrubbing(page: Page, what: string): Promise<void> {
  const box = (await page.getByRole('slider', { name: 'Timeline of this training' }).boundingBox())!
  await page.mouse.move(box.x + 0.9 * box.width, box.y + box.height / 2)
  await page.mouse.down()
  await during(what, i => page.mouse.move(box.x + box.width * (0.5 + 0.4 * Math.cos(i / 30)), box.y + box.height / 2))
  await page.mouse.up()
  await page.getByRole('button', { name: 'Back to now' }).first().click()
}

test(`a run and two twins learn ${steps} steps each`, async () => {
  await ask('run:stopWhen', { condition: { kind: 'step', step: steps } })
  await run()
  await expect.poll(async () => (await stateOf(lab.window))!.stopped?.step, { timeout: 300_000, interval: 500 }).toBe(steps)
  for (const learningRate of [0.01, 1]) {
    await ask('twin:begin', { step: 0, change: { optimizer: { learningRate } }, name: `rate ${learningRate}` })
    await expect.poll(async () => (await ask('twin:read', null))!.twin.state.step, { timeout: 300_000, interval: 500 }).toBe(steps)
  }
})

test('training on with a twin beside it, scrubbing, and zooming never block the window', async () => {
  const { window: page } = lab
  await ask('run:stopWhen', { condition: null })
  await run()
  await during('training beside a twin', () => new Promise((next) => { setTimeout(next, 100) }))
  await scrubbing(page, 'scrubbing beside a twin')
  await zooming(page, page.getByRole('slider', { name: 'Loss by step' }), 'Train beside a twin')
  await ask('twin:end', null)
  await scrubbing(page, 'scrubbing')
  await during('training', () => new Promise((next) => { setTimeout(next, 100) }))
  await zooming(page, page.getByRole('slider', { name: 'Loss by step' }), 'Train')
})

test('three runs are compared smoothly, while one of them goes on learning', async () => {
  const { window: page } = lab
  await goToFiles(page, 'Runs')
  await page.getByRole('listbox', { name: 'Runs' }).getByRole('option').first().click()
  for (let i = 0; i < 3; i++) for (const key of ['Space', 'ArrowDown']) await page.keyboard.press(key)
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: 'Comparing 3 runs' }).waitFor()
  await zooming(page, page.getByRole('slider', { name: 'Loss by step' }), 'Compare')
  expect(lab.errors).toEqual([])
})
