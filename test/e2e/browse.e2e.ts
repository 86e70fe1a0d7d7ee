import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { askMain, choosePace, goTo, learnTo, untilReady } from './window'

let lab: Lab
beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
})
afterAll(async () => { await lab.close() })

const grid = () => lab.window.locator('.images')
const shown = async () => await grid().getAttribute('aria-label')

test('every image that the network misreads is found from Mistakes, among all of the split', async () => {
  const { window: page } = lab
  await choosePace(page, 'Full')
  await learnTo(page, 600)
  await page.getByRole('tab', { name: 'Mistakes', exact: true }).click()
  await page.getByTitle('All of them, out of the whole dataset').click()
  await page.locator('.images [role=gridcell]').first().waitFor()
  // another way to the same number: the evaluation at rest, which takes all test images
  const evaluated = (await askMain(page, 'run:mistakes', { split: 'test', first: 0, count: 1, order: 'loss' }))!
  const wrong = evaluated.score.images - evaluated.score.correct.reduce((a, b) => a + b)
  expect([evaluated.score.images, wrong > 100]).toEqual([10_000, true])
  expect(await shown()).toBe(`${wrong.toLocaleString('en')} of 10,000 images`)
  await page.getByText(`${wrong.toLocaleString('en')} of 10,000 misread at step 600`).waitFor()
  const names = await page.locator('.images [role=gridcell]').evaluateAll(cells => cells.map(cell => cell.ariaLabel ?? ''))
  expect(names.every(name => /^Test image [\d,]+, class (\d), read as (?!\1)\d$/.test(name))).toBe(true)
})

test('an image is found by its number, looked at large, and put on the paper; the place is kept', async () => {
  const { window: page } = lab
  await page.keyboard.press('Control+F')
  await page.keyboard.insertText('#247')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('.card h2').innerText()).toBe('Test image 247')
  await page.keyboard.press('Enter')
  const reading = page.locator('.reading')
  for (const key of ['Home', 'ArrowRight']) await page.keyboard.press(key)
  expect(await reading.innerText()).toMatch(/^row 14, column 1: 0, for the network 0\.0000$/)
  const bytes = await askMain(page, 'data:bytes', { dataset: 'mnist', split: 'test', indices: [247] }) as unknown as Record<string, number>
  for (let i = 0; i < 13; i++) await page.keyboard.press('ArrowRight')
  const value = Object.values(bytes)[14 * 28 + 14]!
  expect(await reading.innerText()).toBe(`row 14, column 14: ${value}, for the network ${(value / 255).toFixed(4)}`)
  await page.getByRole('button', { name: 'Put on the paper' }).click()
  await expect.poll(() => page.locator('.answer .digit').innerText()).toMatch(/^\d$/)
  await page.getByText(/test image 247/i).first().waitFor()
  await page.getByRole('button', { name: 'Back to the images' }).click()
  await page.locator('.large h2').getByText('Test image 247').waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => grid().evaluate(element => element.querySelector('[aria-selected=true]')?.ariaLabel)).toMatch(/^Test image 247, class \d/)
})

test('an image of the mistakes is found among all, and the way out leads back to them', async () => {
  const { window: page } = lab
  await page.getByRole('button', { name: 'Back to the mistakes' }).click()
  const image = page.locator('.mistakes .digits [role=gridcell]').nth(3)
  await image.click({ button: 'right' })
  await page.getByRole('button', { name: 'Among all images' }).click()
  await expect.poll(() => grid().evaluate(element => element.querySelector('[aria-selected=true]')?.ariaLabel)).toMatch(/^Test image [\d,]+, class (\d), read as (?!\1)\d$/)
  const chosen = (await page.locator('.images [aria-selected=true]').boundingBox())!
  const box = (await grid().boundingBox())!
  expect([chosen.y >= box.y, chosen.y + chosen.height <= box.y + box.height]).toEqual([true, true])
  await page.keyboard.press('Escape')
  await page.locator('.mistakes').waitFor()
  await goTo(page, 'Files')
  expect(await grid().count()).toBe(0)
  expect(lab.errors).toEqual([])
})
