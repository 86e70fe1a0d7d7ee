import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { askMain, choosePace, goTo, learnTo, untilReady } from './window'

let lab: Lab
/** The run's weights before its next step: they tell whether something disturbed it. */
const weights = async () => (await askMain(lab.window, 'run:batch', { rows: 1 })).tensors.map(({ data }) => data.reduce((sum, w, i) => sum + w * (i % 97 + 1), 0))
let before: readonly number[]
beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await goTo(lab.window, 'Train')
})
afterAll(async () => { await lab.close() })

const tab = () => lab.window.locator('.check-tab')
const shown = async () => (await tab().locator('.weight select option:checked').innerText()) + JSON.stringify(await tab().locator('.weight input').evaluateAll(fields => fields.map(field => Number((field as HTMLInputElement).value))))
const verdict = () => tab().locator('.numbers .verdict').innerText()
const slider = () => tab().getByRole('slider', { name: /^h, the distance/ })

describe('a weight under the microscope', () => {
  test('comes from a cell of the heat map, by the mouse, at the level that has the tab', async () => {
    await choosePace(lab.window, '100')
    await learnTo(lab.window, 40)
    before = await weights()
    const map = lab.window.locator('.tensor canvas').first()
    await map.click({ position: { x: 100, y: 60 } }) // an image is shown large
    await map.click({ position: { x: 120, y: 110 } })
    const pinned = /dW\[(\d+), (\d+)\]/.exec(await lab.window.locator('.tensor .pin b').innerText())!
    await lab.window.getByRole('button', { name: 'Look at it with the microscope' }).click()
    await expect.poll(shown).toBe(`W1[${pinned[1]},${pinned[2]}]`)
    expect(await lab.window.getByRole('tab', { name: 'Check' }).getAttribute('aria-selected')).toBe('true')
    await tab().locator('.numbers').waitFor()
  })

  test('shows both sides of the valley, by the keyboard', async () => {
    await tab().getByLabel('Parameter').selectOption('affine2.b')
    await slider().press('End')
    await expect.poll(verdict).toMatch(/^Truncation/)
    expect(await slider().getAttribute('aria-valuetext')).toBe('h = 1e−1')
    await slider().press('Home')
    await expect.poll(verdict).toMatch(/^Rounding/)
    for (let i = 0; i < 28; i++) await slider().press('ArrowRight')
    expect(await slider().getAttribute('aria-valuetext')).toBe('h = 1e−5')
    await expect.poll(verdict).toMatch(/^The bottom of the valley/)
  })

  test('takes h from a press on the valley, and the loss along the weight follows', async () => {
    const valley = tab().getByRole('img', { name: /logarithmic axes/ })
    const along = tab().getByRole('img', { name: /^The loss in float64/ })
    const { width } = (await valley.boundingBox())!
    await valley.click({ position: { x: 46 + (width - 70) * (12.4 - 2) / 11.8, y: 60 } })
    expect(await slider().getAttribute('aria-valuetext')).toBe('h = 1e−2')
    await expect.poll(() => along.getAttribute('aria-label')).toContain('from w − 0.0250 to w + 0.0250')
  })
})

test('the race of some weights ends with a ratio, and its worst weight opens in the microscope, by the keyboard', async () => {
  await tab().getByRole('radio', { name: '1,000 drawn at random' }).press('Space')
  await tab().getByRole('button', { name: 'Start both' }).press('Enter')
  await tab().locator('.race .verdict').filter({ hasText: /1,000 of 39,760 weights; .* times as long/ }).waitFor()
  const worst = tab().locator('.worst button').first()
  const [, name, index] = /^([Wb]\d)\[(.*)\]$/.exec(await worst.innerText())!
  await slider().press('Home')
  await worst.press('Enter')
  await expect.poll(shown).toBe(`${name}[${index!.replace(', ', ',')}]`)
  expect(await slider().getAttribute('aria-valuetext')).toBe('h = 1e−2') // of the check
})

test('a visited moment has its own mini-batch and weights; the run stays as it is', async () => {
  await lab.window.getByRole('slider', { name: 'Timeline of this training' }).press('Home')
  await tab().getByText('of the 100 of the next mini-batch, at step 0').waitFor()
  await lab.window.getByRole('slider', { name: 'Timeline of this training' }).press('End')
  await tab().getByText('of the 100 of the next mini-batch, at step 40').waitFor()
  expect(await weights()).toEqual(before)
  expect(lab.errors).toEqual([])
})
