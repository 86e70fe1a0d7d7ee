import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { letter, letterFiles, writeTree } from '../fixtures/picture-folder'
import { type Lab, launchLab } from './helpers'
import { goToFiles, notices, untilReady } from './window'

const place = mkdtempSync(join(tmpdir(), 'lab-import-'))
let lab: Lab
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window) })
afterAll(async () => {
  await lab.close()
  rmSync(place, { recursive: true, force: true, maxRetries: 5 })
})

test('a folder of pictures is looked at, imported, verified and renamed', async () => {
  const { window } = lab
  const folder = join(place, 'Letters')
  writeTree(folder, { ...letterFiles(['기역', '니은', 'ㄷ'], 12), '기역/large.png': letter(0, 1, { width: 20, height: 26 }), 'ㄷ/photo.jpg': 'x', '니은/cut.png': letter(1, 0).subarray(0, 60) })
  await goToFiles(window, 'Datasets')
  await window.locator('[data-dataset=mnist] canvas').first().waitFor()
  await lab.app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] }) }, folder)
  await window.getByRole('button', { name: 'Import…' }).click()
  await window.getByRole('button', { name: 'A folder of pictures…' }).click()
  await window.getByRole('dialog').getByText('3 classes').first().waitFor()
  await window.getByRole('dialog').getByLabel('Size of the images').selectOption('28×28')
  await expect.poll(() => window.getByRole('dialog').innerText()).toContain('28×28 pixels')
  await window.getByRole('dialog').getByLabel('Name', { exact: true }).fill('MNIST')
  await window.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
  await window.getByRole('dialog').getByRole('alert').waitFor()
  await window.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Letters')
  await window.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click()
  await window.locator('li').filter({ hasText: 'Letters' }).locator('canvas').first().waitFor()
  await window.locator('li[data-dataset]').filter({ hasText: 'Letters' }).getByRole('button', { name: /rename/ }).click()
  await window.getByRole('button', { name: 'Verify the files' }).click()
  await expect.poll(() => notices(window)).toContain('as they were imported')
  await window.locator('li[data-dataset]').filter({ hasText: 'Letters' }).getByRole('button', { name: /rename/ }).click()
  await window.getByRole('button', { name: 'Name and classes…' }).click()
  await window.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Hangul')
  await window.getByRole('dialog').getByRole('button', { name: 'Change' }).click()
  await window.locator('li[data-dataset]').filter({ hasText: 'Hangul' }).waitFor()
  expect(lab.errors).toEqual([])
})

test('a dataset is deleted after a question, and brought back from the trash of the program', async () => {
  const { window } = lab
  const row = window.locator('li[data-dataset]').filter({ hasText: 'Hangul' })
  await lab.app.evaluate(({ shell }) => { shell.trashItem = () => Promise.reject(new Error('no trash here')) })
  await row.getByRole('button', { name: /rename/ }).click()
  await window.getByRole('button', { name: 'Move to the trash…' }).click()
  await window.getByRole('dialog', { name: 'Move this dataset to the trash?' }).getByRole('button', { name: 'Move to trash' }).click()
  await row.waitFor({ state: 'detached' })
  await expect.poll(() => notices(window)).toContain('“Hangul” is in the trash of this program for 30 days.')
  await window.getByRole('button', { name: 'Undo' }).click()
  await row.locator('canvas').first().waitFor()
  expect(lab.errors).toEqual([])
})
