import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { choosePace, copiedSize, learnTo, untilReady } from './window'

let lab: Lab
const last = 2000
const health = () => lab.window.locator('.health')
const figure = (name: string) => health().locator('figure', { has: lab.window.getByRole('heading', { name, exact: true }) })
const strips = () => figure('Sizes of the numbers, layer by layer')
const surface = (of = strips()) => of.getByRole('slider')
const reading = (of = strips()) => of.locator('.reading').innerText()
const state = () => health().locator('.state').innerText()
const press = (...keys: readonly string[]) => keys.reduce(async (before, key) => { await before; await lab.window.keyboard.press(key) }, Promise.resolve())
/** The step that is read: 'step 1,200 · …' */
const stepRead = async () => Number(/^step ([\d,]+)/.exec(await reading())?.[1]!.replaceAll(',', ''))

beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await lab.window.evaluate(() => window.lab.invoke('settings:write', { level: 'everything' }))
  await choosePace(lab.window, 'Full')
})
afterAll(async () => { await lab?.close() })

test('opened after two thousand steps, it fills in the past, the early steps included', async () => {
  await learnTo(lab.window, last)
  await lab.window.getByRole('tab', { name: 'Health', exact: true }).click()
  await health().getByText('Logarithmic', { exact: true }).click()
  await expect.poll(async () => await strips().count() && await reading(), { timeout: 10_000 }).toMatch(/^step 2,000 · Affine 1 dW: half of the numbers between [\d.e−]+ and [\d.e−]+, zeros [\d.]+%$/)
  await surface().focus()
  for (const [key, step] of [['Home', 1], ['ArrowRight', 2], ['ArrowRight', 3], ['ArrowRight', 4]] as const) {
    await press(key)
    await expect.poll(stepRead, { timeout: 20_000 }).toBe(step)
    await expect.poll(() => reading(), { timeout: 20_000 }).toMatch(/half of the numbers between/)
  }
  const ratios = figure('Size of the updates ‖ΔW‖ / ‖W‖')
  expect(await reading(ratios)).toMatch(/^step 4 · A1 [\d.e−]+, A2 [\d.e−]+$/)
  expect(await ratios.locator('.said').textContent()).toContain('10⁻³')
})

test('a range that is dragged is asked for in detail, and a key shows the whole run again', async () => {
  await health().getByText('Linear', { exact: true }).click()
  const { x, y, width } = (await surface().boundingBox())!
  await lab.window.mouse.move(x + 0.5 * width, y + 30)
  await lab.window.mouse.down()
  await lab.window.mouse.move(x + 0.55 * width, y + 30, { steps: 3 })
  await lab.window.mouse.up()
  await expect.poll(state).toMatch(/steps [\d,]+ to [\d,]+/)
  const [from, to] = [...(await state()).matchAll(/[\d,]+/g)].map(([digits]) => Number(digits.replaceAll(',', ''))) as [number, number]
  expect(to - from).toBeGreaterThan(0.03 * last)
  expect(to - from).toBeLessThan(0.07 * last)
  // every step is there: the one beside the last one, too
  await surface().focus()
  await press('Home')
  for (let step = from; step < from + 3; step++) {
    await expect.poll(stepRead, { timeout: 20_000 }).toBe(step)
    await press('ArrowRight')
  }
  await press('0')
  await expect.poll(state).not.toContain('steps')
})

test('a press shows the network as it was at that step', async () => {
  const { width } = (await surface().boundingBox())!
  await surface().click({ position: { x: width / 4, y: 40 } })
  const visited = lab.window.locator('.timeline').getByText(/^Step [\d,]+ of 2,000$/)
  await visited.waitFor()
  const step = Number(/Step ([\d,]+)/.exec(await visited.innerText())![1]!.replaceAll(',', ''))
  expect(Math.abs(step - last / 4)).toBeLessThan(0.02 * last)
  expect(await health().locator('.line.shown').count()).toBe(4)
  await lab.window.getByRole('button', { name: 'Back to now' }).click()
  await expect.poll(() => health().locator('.line.shown').count()).toBe(0)
})

test('its figures can be copied', async () => {
  await strips().getByRole('button', { name: /copy and save/ }).click()
  await lab.window.getByRole('button', { name: 'Copy picture' }).click()
  await expect.poll(async () => (await copiedSize(lab.app)).width, { timeout: 5000 }).toBeGreaterThan(400)
})

test('the unit map comes when it is asked for, and a unit is opened by keys', async () => {
  const show = health().getByRole('button', { name: /^Show the unit map \(about [\d.]+% of speed\)$/ })
  await show.press('Enter')
  const map = health().locator('.unit-map')
  await expect.poll(() => map.locator('.time-figure > .reading').allInnerTexts(), { timeout: 20_000 }).toEqual([expect.stringMatching(/^\d+ of 50 units fired for no image of the mini-batch at step 2,000\.$/)])
  const cells = map.getByRole('slider')
  await cells.focus()
  await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter')
  expect(await map.locator('.time-figure > .reading').innerText()).toMatch(/^step 2,000 · unit 2: fires for [\d.]+% of the images/)
  const unit = map.getByRole('region', { name: 'Unit 2 of ReLU 1' })
  await expect.poll(() => unit.getByRole('grid', { name: 'Images that wake it most' }).getByRole('gridcell').count(), { timeout: 10_000 }).toBe(12)
  expect(await unit.innerText()).toContain('Incoming weights, from Affine 1')
  await unit.getByRole('button', { name: 'Close the unit' }).click()
  await map.getByRole('button', { name: 'Hide the unit map' }).click()
  await show.waitFor()
  expect(lab.errors).toEqual([])
})

test('more measurements say their price first, and measure the step and its images when wanted', async () => {
  const more = health().locator('details', { hasText: 'More measurements' })
  await more.locator('summary').focus()
  await press('Enter')
  const part = (name: string) => more.getByRole('region', { name, exact: true })
  const measure = async (name: string) => {
    await expect.poll(() => part(name).innerText(), { timeout: 10_000 }).toMatch(/Takes about [\d.]+ m?s/)
    await part(name).getByRole('button', { name: 'Measure', exact: true }).press('Enter')
  }
  await measure('Gradients of single images')
  await expect.poll(() => part('Gradients of single images').innerText(), { timeout: 10_000 }).toMatch(/The mean gradient of the 100 images is [\d.]+ long/)
  expect(await part('Gradients of single images').getByRole('gridcell').count()).toBe(12)
  await measure('The step along its own line')
  await expect.poll(() => part('The step along its own line').innerText(), { timeout: 10_000 }).toMatch(/Loss [\d.]+ before the step, [\d.]+ after it; slope −[\d.]+/)
  await measure('The loss over two weights')
  const plane = part('The loss over two weights')
  await expect.poll(() => plane.innerText(), { timeout: 10_000 }).toMatch(/Now W\d\[\d+, \d+\] = −?[\d.]+, W\d\[\d+, \d+\] = −?[\d.]+: loss [\d.]+/)
  await expect.poll(() => plane.locator('.way').getAttribute('d'), { timeout: 20_000 }).toMatch(/^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){100,}$/) // its past is filled in
})
