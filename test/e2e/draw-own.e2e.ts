import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idxFile } from '../fixtures/idx-files'
import { type Lab, launchLab } from './helpers'
import { askMain, draw, goTo, untilReady, written } from './window'

let lab: Lab
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window); await goTo(lab.window, 'Draw') })
afterAll(async () => { await lab.close() })

const press = (name: string | RegExp) => lab.window.getByRole('button', { name }).first().click()
const tiles = async () => (await lab.window.locator('.own .grid .sub').allInnerTexts()).map(text => text.trim())
const answerDialogs = (path: string) => lab.app.evaluate(({ dialog }, path) => {
  dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
  dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
}, path)

test('a drawing is kept by the number that is pressed, read by the network, and there after a reload', async () => {
  await press('My digits')
  await draw(lab.window, written.seven)
  await press('Keep this drawing as 7')
  await draw(lab.window, written.one)
  await lab.window.locator('.paper canvas').press('Delete')
  await draw(lab.window, written.zero)
  await press('Keep this drawing as 6') // said wrongly: the network reads a 0
  await expect.poll(tiles).toEqual(['6→0', '7'])
  await expect.poll(() => lab.window.locator('.network-answer .facts').innerText()).toContain('your digits 1 of 2')
  await lab.window.reload()
  await untilReady(lab.window)
  await goTo(lab.window, 'Draw')
  await press(/^My digits/)
  await expect.poll(tiles).toEqual(['6→0', '7'])
})

test('a guided digit is asked for on the paper, and kept when the pen has rested', async () => {
  await press('Draw ten digits in a minute')
  const wished = /Now draw (\d), quickly/.exec(await lab.window.locator('.invitation').innerText())![1]!
  await draw(lab.window, written.one)
  await expect.poll(async () => (await tiles())[0]?.[0]).toBe(wished)
  await expect.poll(() => lab.window.locator('.own .wish').innerText()).not.toContain(wished)
  await press('Stop')
  expect(await tiles()).toHaveLength(3)
})

test('they go as an IDX pair and come back; with ten of them there is a dataset to learn', async () => {
  const path = join(lab.userData, 'mine-images.idx')
  await answerDialogs(path)
  await press('Export…')
  await lab.window.getByText('mine-images.idx is saved').waitFor()
  await press('Import…')
  await expect.poll(tiles).toHaveLength(6)
  writeFileSync(path, idxFile([4, 28, 28], new Uint8Array(4 * 784).fill(9)))
  writeFileSync(join(lab.userData, 'mine-labels.idx'), idxFile([4], [1, 2, 3, 12]))
  await press('Import…')
  await lab.window.getByText(/mine-labels\.idx: label 3.*is 12/).waitFor()
  await expect.poll(tiles).toHaveLength(6)
  writeFileSync(join(lab.userData, 'mine-labels.idx'), idxFile([4], [1, 2, 3, 4]))
  await press('Import…')
  await expect.poll(tiles).toHaveLength(10)
  await press('Make a dataset')
  await lab.window.getByText(/My digits 10 is now a dataset in Train/).waitFor()
  const made = (await askMain(lab.window, 'data:list', null)).find(({ info }) => info?.name === 'My digits 10')!.info!
  expect([made.preprocessing, made.counts]).toEqual(['digit', { train: 10, test: 10_000 }])
  const { state } = (await askMain(lab.window, 'run:read', null))!
  const next = await askMain(lab.window, 'run:configure', { ...state.config, dataset: made.id, batchSize: 3 })
  expect(next.dataset.name).toBe('My digits 10')
  await askMain(lab.window, 'run:step', { unit: 'epoch' })
})

test('one that is removed is gone from the grid, and can be brought back', async () => {
  await lab.window.locator('.own [role=gridcell]').first().click({ button: 'right' })
  await lab.window.locator('.menu:popover-open').getByRole('button', { name: 'Remove' }).click()
  await expect.poll(tiles).toHaveLength(9)
  await press('Bring the last one back')
  await expect.poll(tiles).toHaveLength(10)
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
