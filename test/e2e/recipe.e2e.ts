import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printLayers } from '@core'
import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { choosePace, draw, goTo, notices, stateOf, stepShown, untilReady, written } from './window'

/** A network of one's own, from the first key to a drawn digit. */
let lab: Lab
const folder = mkdtempSync(join(tmpdir(), 'backprop-recipe-'))
const chain = 'affine 100, batchNormalization, relu, dropout 0.2, affine 10'
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window) })
afterAll(async () => { await lab.close(); rmSync(folder, { recursive: true }) })

const press = async (...keys: readonly string[]) => { for (const key of keys) await lab.window.keyboard.press(key) }
const button = (name: string) => lab.window.getByRole('button', { name, exact: true })
const layer = (n: number) => lab.window.locator('.config .row .trigger').nth(n - 1)
const learningRate = () => lab.window.locator('.config').getByLabel('Learning rate').filter({ visible: true })
const config = async () => (await stateOf(lab.window))!.config
const isFocused = (place: Locator) => place.evaluate(element => element === document.activeElement)

/** Reaches a control as a keyboard does. */
async function tabTo(place: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
  for (let i = 0; i < 60; i++) {
    if (await isFocused(place)) return
    await press(key)
  }
  throw new RangeError('Tab does not reach it')
}
/** Opens a menu with the focus on its button, and chooses an entry. */
async function choose(entry: string) {
  await press('Enter')
  await expect.poll(() => lab.window.evaluate(() => document.activeElement?.closest('[popover]') !== null)).toBe(true)
  for (let i = 0; i < 12; i++) {
    if (await lab.window.evaluate(() => document.activeElement?.textContent?.trim()) === entry) return press('Enter')
    await press('ArrowDown')
  }
  throw new RangeError(`no entry ${entry}`)
}

test('a network is built with the keyboard alone, and a new network has its layers', async () => {
  await press('Control+2')
  await tabTo(lab.window.getByRole('radio', { name: 'Chapter 5' }))
  await press('ArrowRight')
  await tabTo(lab.window.locator('.config .row input').first())
  await lab.window.keyboard.type('100')
  await tabTo(lab.window.locator('.config .add'))
  await choose('Batch Norm') // below the layer that had the focus
  await expect.poll(() => isFocused(layer(2))).toBe(true)
  await press('ArrowDown')
  await tabTo(lab.window.locator('.config .add'))
  await choose('Dropout')
  await expect.poll(() => lab.window.locator('.config .row').nth(3).locator('input').evaluate(input => input === document.activeElement)).toBe(true)
  expect(await lab.window.locator('.config .row .shape').allInnerTexts()).toEqual(['→ 100', '→ 100', '→ 100', '→ 100', '→ 10'])
  await press('Shift+Tab', 'Alt+ArrowUp', 'Alt+ArrowDown') // moved, and moved back
  await tabTo(lab.window.getByLabel('Optimizer', { exact: true }))
  await press('End') // Adam
  await tabTo(learningRate())
  await lab.window.keyboard.type('0.001')
  await press('Enter')
  await expect.poll(async () => printLayers((await config()).network.layers)).toBe(chain)
  expect((await config()).optimizer).toMatchObject({ kind: 'adam', learningRate: 0.001 })
})

test('a layer is dragged to another place with the mouse, and undo moves it back', async () => {
  const order = async () => (await lab.window.locator('.config .row .trigger span').allInnerTexts()).join(' ')
  const before = await order()
  await layer(4).dragTo(layer(1))
  await expect.poll(order).toBe('Dropout Affine Batch Norm ReLU Affine')
  await press('Control+z')
  await expect.poll(order).toBe(before)
  expect(await lab.window.locator('.config').getByText(/not applied yet/).count()).toBe(0)
})

test('its learning rate changes while it learns: Enter applies it, and it is an event', async () => {
  await choosePace(lab.window, '100')
  await press('Control+Enter')
  await expect.poll(() => stepShown(lab.window)).toBeGreaterThan(60)
  const field = learningRate() // in the recipe's line
  await field.fill('0.002')
  await lab.window.locator('.config').getByText('not applied yet; in use: 0.001').waitFor()
  await field.press('Enter')
  await expect.poll(async () => (await config()).optimizer['learningRate']).toBe(0.002)
  const { events, step } = (await stateOf(lab.window))!
  expect(events).toEqual([{ step: expect.any(Number) as number, change: { optimizer: expect.objectContaining({ learningRate: 0.002 }) as object } }])
  expect(events[0]!.step).toBeGreaterThan(60)
  await expect.poll(() => stepShown(lab.window)).toBeGreaterThan(step)
  expect(await lab.window.locator('.config').getByText(/not applied yet/).count()).toBe(0)
})

test('it is saved, opened again, learns on, and answers for a drawn digit', async () => {
  await choosePace(lab.window, 'Full')
  await expect.poll(() => stepShown(lab.window), { timeout: 20_000 }).toBeGreaterThan(600)
  await press('Control+.')
  await expect.poll(async () => (await stateOf(lab.window))?.phase).not.toBe('running')
  const { step } = (await stateOf(lab.window))!
  const path = join(folder, 'own.safetensors')
  await lab.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
  }, path)
  await press('Control+S')
  await expect.poll(() => notices(lab.window)).toContain('own.safetensors')
  await button('Rewind').click()
  await expect.poll(() => stepShown(lab.window)).toBe(0)
  await press('Control+O')
  await expect.poll(async () => (await stateOf(lab.window))?.origin).toMatchObject({ from: 'file', step })
  expect([printLayers((await config()).network.layers), (await config()).optimizer['learningRate']]).toEqual([chain, 0.002])
  await goTo(lab.window, 'Train')
  await button('One step').click()
  await expect.poll(() => stepShown(lab.window)).toBe(step + 1)
  await goTo(lab.window, 'Draw')
  await lab.window.getByRole('radiogroup', { name: 'Network that answers' }).getByText('In training', { exact: true }).click()
  await draw(lab.window, written.seven)
  await expect.poll(() => lab.window.locator('.answer .digit').innerText()).toBe('7')
}, 60_000)

test('a network that cannot learn is named, and the advised one learns, by keyboard alone', async () => {
  const textField = lab.window.getByLabel('Layers as text')
  await press('Control+2')
  await tabTo(lab.window.getByRole('button', { name: /^Add a layer/ }))
  await press('Enter')
  await press('ArrowUp') // the last entry
  await press('Enter')
  await tabTo(textField)
  await press('Control+A')
  await lab.window.keyboard.type(`${'affine 50, sigmoid, '.repeat(5)}affine 10`)
  await tabTo(lab.window.getByLabel('Optimizer', { exact: true }))
  await press('Home') // SGD
  await tabTo(learningRate())
  await press('Control+A')
  await lab.window.keyboard.type('0.1')
  await tabTo(lab.window.getByText('More settings', { exact: true }))
  await press('Enter')
  await tabTo(lab.window.getByLabel('Weight initialization'))
  await press('Home') // standard deviation 0.01
  await tabTo(button('New network'))
  await press('Enter')
  await expect.poll(async () => (await config()).init).toBe('small')
  await expect.poll(() => button('New network').isEnabled()).toBe(false) // the window knows it, too: until then it may show a run that learns
  await press('Control+Enter')
  const line = lab.window.locator('.diagnosis')
  await line.getByText('The gradient vanishes on its way back.').waitFor()
  expect(await line.locator('.layer').innerText()).toBe('Affine 1')
  await tabTo(line.locator('.cure'))
  expect(await line.locator('.cure').innerText()).toBe('New run: He weights and ReLU')
  await press('Enter')
  await expect.poll(async () => (await config()).network.layers.map(({ kind }) => kind)).toEqual([...Array.from({ length: 5 }, () => ['affine', 'relu']).flat(), 'affine'])
  await expect.poll(async () => (await stateOf(lab.window))?.evaluation?.test.accuracy ?? 0, { timeout: 20_000 }).toBeGreaterThanOrEqual(0.9) // it runs on
  expect(await line.count()).toBe(0)
  expect(await lab.window.locator('.kept').innerText()).toContain('The training before is kept') // to compare with
  await press('Control+.')
}, 60_000)

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
