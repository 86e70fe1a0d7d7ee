import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { askMain, choosePace, historyOf, stateOf, stepShown, untilReady } from './window'

let lab: Lab
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window) })
afterAll(async () => { await lab?.close() })

/** Forward and backward through four blocks, then W and b of two layers */
const stages = 4 + 4 + 4
const press = (key: string) => lab.window.keyboard.press(key)
const title = () => lab.window.locator('.slow h2').innerText()
const tensors = async () => (await askMain(lab.window, 'draw:network', { source: 'run' })).tensors
const layers = async (n: number, key = 'Space') => {
  for (let i = 0; i < n; i++) await press(key)
}
const isDone = (n: number) => expect.poll(() => lab.window.locator('.slow .track').getAttribute('aria-label')).toBe(`${n} of ${stages} parts of this step are computed`)

test('a step goes through the network layer by layer, by keyboard and mouse, and survives a reload', async () => {
  await choosePace(lab.window, 'Layer')
  await layers(2)
  await expect.poll(title).toBe('Step 1 · Forward, 2 of 4 · ReLU 1')
  await lab.window.getByRole('button', { name: 'Next layer' }).click()
  await press('n')
  await layers(2)
  await expect.poll(title).toBe('Step 1 · Backward, 2 of 4 · Affine 2')
  expect(await lab.window.locator('.network .lit-backward').innerText()).toContain('Affine 2')
  const cell = lab.window.locator('.slow .index input').last()
  const column = Number(await cell.inputValue())
  await lab.window.locator('.slow [data-entry=dW]').focus()
  await press(column > 0 ? 'ArrowLeft' : 'ArrowRight')
  await expect.poll(async () => Math.abs(Number(await cell.inputValue()) - column)).toBe(1)
  await lab.window.reload()
  await expect.poll(title).toBe('Step 1 · Backward, 2 of 4 · Affine 2')
  expect([await stepShown(lab.window), (await lab.window.locator('.counters .part').innerText()).trim()]).toEqual([0, '+ 6/12'])
  await press('c')
  await isDone(stages)
  expect([await stepShown(lab.window), await title()]).toEqual([1, 'Step 1 · Update, 4 of 4 · b · Affine 2'])
})

test('three steps of it leave the bits and the losses that full speed does', async () => {
  await layers(2 * stages)
  await expect.poll(() => stepShown(lab.window)).toBe(3)
  await isDone(stages)
  const slow = [await tensors(), (await historyOf(lab.window)).loss]
  await press('Home') // rewinds
  await expect.poll(() => stepShown(lab.window)).toBe(0)
  for (let i = 0; i < 3; i++) await askMain(lab.window, 'run:step', { unit: 'batch' })
  expect([await tensors(), (await historyOf(lab.window)).loss]).toEqual(slow)
})

test('a moment of the past goes on layer by layer to the present; the run and its record stay', async () => {
  await expect.poll(async () => (await stateOf(lab.window))?.phase).toBe('idle')
  const before = [await tensors(), (await historyOf(lab.window)).loss, (await stateOf(lab.window))!.step]
  await expect.poll(() => stepShown(lab.window)).toBe(3)
  await press('ArrowLeft')
  await expect.poll(() => stepShown(lab.window)).toBe(2)
  expect(await lab.window.locator('.slow .empty').innerText()).toContain('Nothing is recorded')
  await layers(3)
  await expect.poll(title).toBe('Step 3 · Forward, 3 of 4 · Affine 2')
  await layers(stages - 3)
  await isDone(stages)
  expect(await stepShown(lab.window)).toBe(3)
  expect(await lab.window.locator('.slow .end').innerText()).toMatch(/past ends here/)
  expect(await lab.window.getByRole('button', { name: 'Next layer' }).isEnabled()).toBe(false)
  expect(await tensors()).toEqual(before[0]) // of the moment, learned again
  await press('Escape')
  await expect.poll(() => lab.window.getByRole('button', { name: 'Next layer' }).isEnabled()).toBe(true)
  expect([await tensors(), (await historyOf(lab.window)).loss, (await stateOf(lab.window))!.step]).toEqual(before)
  expect(lab.errors).toEqual([])
})
