import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bandFiles } from '../fixtures/idx-files'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, goTo, goToFiles, notices, pause, runUntil, stateOf, untilReady } from './window'

/** Debian's package dataset-fashion-mnist; without it the bands below are the only imported dataset. */
const fashionFolder = '/usr/share/datasets/fashion-mnist'
const clothes = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot']
const userData = newUserData()
const folder = mkdtempSync(join(tmpdir(), 'lab-datasets-'))
let lab: Lab
beforeAll(async () => { lab = await launchLab({ userData }); await untilReady(lab.window) })
afterAll(async () => {
  await lab.close()
  for (const path of [userData, folder]) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
})

/** Imports in the terminal, while the app runs. */
function imported(from: string, files: Readonly<Record<'trainImages' | 'trainLabels' | 'testImages' | 'testLabels', string>>, name: string, classes: readonly string[]): void {
  const path = (file: string) => join(from, file)
  const tests = ['--test-images', path(files.testImages), '--test-labels', path(files.testLabels)]
  execFileSync(process.execPath, [resolve('out/main/cli.js'), 'data', 'import', path(files.trainImages), path(files.trainLabels), ...tests, '--name', name, '--classes', classes.join(',')], { env: { ...process.env, LAB_USER_DATA: userData }, stdio: 'pipe' })
}
const field = () => lab.window.getByLabel('Dataset', { exact: true })
async function learn(name: string, steps: number) {
  await field().selectOption({ label: name })
  await lab.window.getByRole('button', { name: 'New network' }).click()
  await expect.poll(async () => (await stateOf(lab.window))?.dataset.name, { timeout: 15_000 }).toBe(name)
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, steps)
}

test('a dataset that the terminal imports is seen in Files and can then be chosen in Train', async () => {
  const { window } = lab
  await window.getByText('Everything', { exact: true }).click()
  expect(await field().count()).toBe(0)
  const bands = bandFiles()
  for (const [name, bytes] of Object.entries(bands)) writeFileSync(join(folder, name), bytes)
  imported(folder, { trainImages: 'trainImages', trainLabels: 'trainLabels', testImages: 'testImages', testLabels: 'testLabels' }, 'Bands', ['top', '둘째', '三番', 'middle', 'fifth 🎀', 'sixth', 'bottom'])
  if (existsSync(fashionFolder)) imported(fashionFolder, { trainImages: 'train-images-idx3-ubyte.gz', trainLabels: 'train-labels-idx1-ubyte.gz', testImages: 't10k-images-idx3-ubyte.gz', testLabels: 't10k-labels-idx1-ubyte.gz' }, 'Fashion-MNIST', clothes)
  await goToFiles(window, 'Datasets')
  const row = window.getByRole('region', { name: 'Datasets' }).locator('li').filter({ hasText: 'Bands' })
  await row.waitFor()
  expect(await row.innerText()).toMatch(/20×30 pixels[^]*7 classes[^]*700 training images[^]*140 test images[^]*둘째, 三番/)
  await goTo(window, 'Train')
  await field().waitFor()
})

test('its images are browsed from its card, also by a network that cannot read them', async () => {
  const { window } = lab
  await goToFiles(window, 'Datasets')
  await window.getByRole('button', { name: 'Browse the images of Bands', exact: true }).click()
  const grid = window.locator('.images')
  await grid.locator('[role=gridcell]').first().waitFor()
  expect(await grid.getAttribute('aria-label')).toBe('840 of 840 images')
  expect(await grid.locator('[role=gridcell]').first().getAttribute('aria-label')).toBe('Training image 0, class bottom') // the last class is the first image
  await window.locator('.classes .row').filter({ hasText: '둘째' }).click()
  await expect.poll(() => grid.locator('[role=gridcell]').evaluateAll(cells => new Set(cells.map(cell => cell.ariaLabel?.split(', class ')[1])).size)).toBe(1)
  await grid.press('Enter')
  await window.locator('.large .reading').getByText(/^row 10, column 15: \d+/).waitFor()
  for (const heading of ['Bands: images', 'Files']) {
    await window.keyboard.press('Escape')
    await window.getByRole('heading', { name: heading, level: 1 }).waitFor()
  }
  await goTo(window, 'Train')
  await field().waitFor()
})

test('images of 20×30 pixels are learned, looked at and drawn on in their own proportions', async () => {
  const { window } = lab
  await learn('Bands', 300)
  await pause(window)
  expect(await stateOf(window)).toMatchObject({ input: [600], dataset: { name: 'Bands' } })
  await window.getByText('Weights W', { exact: true }).or(window.getByText('Weights', { exact: true })).first().click()
  await window.getByText('20×30', { exact: true }).waitFor()
  await goTo(window, 'Draw')
  await window.getByText('In training', { exact: true }).click()
  const box = (await window.locator('.paper').boundingBox())!
  expect(box.width / box.height).toBeCloseTo(1.5, 1)
  await window.getByRole('button', { name: 'Test image' }).click()
  await expect.poll(() => window.locator('.answer .digit').innerText()).toMatch(/^(top|둘째|三番|middle|fifth 🎀|sixth|bottom)$/)
  expect(await window.locator('.bars li').count()).toBe(7)
  await goTo(window, 'Train')
})

test('the X-ray marks the pixel of a product in an image of 20×30 pixels', async () => {
  const { window } = lab
  await window.locator('.network .column input').first().focus()
  await window.keyboard.press('Enter')
  for (const entry of ['dW', '0']) {
    await window.locator(`.xray [data-entry="${entry}"]:focus`).waitFor()
    await window.keyboard.press('Enter')
  }
  const product = window.locator('.xray .product')
  await product.waitFor()
  const [, index, row, column] = /x\[\d+, (\d+)\][^]*pixel row (\d+), column (\d+)/.exec(`${await product.locator('ul').innerText()} ${await product.locator('figcaption').innerText()}`)!.map(Number)
  expect(index).toBe(30 * row! + column!)
  expect(await product.locator('figcaption').innerText()).toMatch(/label (top|둘째|三番|middle|fifth 🎀|sixth|bottom)/)
  for (let level = 0; level < 4; level++) await window.keyboard.press('Escape')
  await window.locator('.xray').waitFor({ state: 'detached' })
})

test.skipIf(!existsSync(fashionFolder))('Fashion-MNIST replaces a run at full speed; Draw names its test images, Files says what is in Train', async () => {
  const { window } = lab
  await window.getByRole('button', { name: 'Run', exact: true }).click()
  await learn('Fashion-MNIST', 300)
  await pause(window)
  await goTo(window, 'Draw')
  await window.getByRole('button', { name: 'Test image' }).click()
  await expect.poll(async () => clothes.includes(await window.locator('.answer .digit').innerText())).toBe(true)
  expect(clothes).toContain(/answer is (.+)$/m.exec(await window.locator('.answer .test').innerText())?.[1])
  await goToFiles(window, 'Datasets')
  expect(await window.getByRole('region', { name: 'Datasets' }).locator('li').filter({ hasText: 'in Train now' }).innerText()).toContain('Fashion-MNIST')
  expect([(await notices(window)).trim(), lab.errors]).toEqual(['', []])
})
