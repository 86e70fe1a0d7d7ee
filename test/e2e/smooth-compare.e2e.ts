import { rmSync } from 'node:fs'
import { RunStore, runsFolder } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bytesAt, idOf, recordWith } from '../fixtures/recorded-run'
import { expectSmooth, frames } from './frames'
import { type Lab, launchLab, newUserData } from './helpers'
import { goToFiles, untilReady } from './window'

const userData = newUserData()
const steps = 200_000
let lab: Lab
beforeAll(async () => {
  const store = new RunStore(runsFolder(userData))
  for (const n of [1, 2, 3]) {
    const writer = await store.create(recordWith({ id: idOf(n), name: `Run ${n}`, created: 1_795_000_000_000 + n }))
    for (let first = 1; first <= steps; first += 1000) writer.append({ kind: 'losses', firstStep: first, losses: Float32Array.from({ length: 1000 }, (_, i) => 2 / n * Math.exp(-(first + i) / 40_000) + 0.1 * ((first + i) * 7919 % 101) / 101 + 0.02) })
    await writer.checkpoint(0, bytesAt(0))
    await writer.close()
  }
  lab = await launchLab({ userData })
  await untilReady(lab.window)
}, 120_000)
afterAll(async () => {
  await lab?.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

test('three runs of 200,000 steps are zoomed smoothly by wheel, pinch and keys, down to single steps', async () => {
  const page = lab.window
  await goToFiles(page, 'Runs')
  await page.getByRole('listbox', { name: 'Runs' }).getByRole('option').first().click()
  for (let i = 0; i < 3; i++) for (const key of ['Space', 'ArrowDown']) await page.keyboard.press(key)
  await page.keyboard.press('c')
  await page.getByRole('heading', { name: 'Comparing 3 runs' }).waitFor()
  const surface = page.getByRole('slider', { name: 'Loss by step' })
  await surface.focus()
  const box = (await surface.boundingBox())!
  await page.mouse.move(box.x + 0.6 * box.width, box.y + 40)
  const measured = frames(page, 6)
  for (let i = 0; i < 40; i++) await page.mouse.wheel(0, i % 20 < 10 ? -100 : 100)
  await page.keyboard.down('Control')
  for (let i = 0; i < 40; i++) await page.mouse.wheel(0, i % 20 < 10 ? -20 : 20)
  await page.keyboard.up('Control')
  for (let i = 0; i < 40; i++) await page.keyboard.press(['+', '+', 'ArrowLeft', 'PageUp', '-', '-'][i % 6]!)
  expectSmooth('6 s of zooming three runs', await measured)

  for (const key of ['0', 'End']) await page.keyboard.press(key)
  for (let i = 0; i < 20; i++) await page.keyboard.press('+')
  await page.keyboard.press('ArrowLeft')
  const figure = page.locator('figure').filter({ has: surface })
  await expect.poll(async () => await figure.innerText()).not.toContain('mean of') // every loss has a point of its own
  const said = await surface.getAttribute('aria-valuetext')
  expect(said).toMatch(/^At step [\d,]+, A [\d.]+, B [\d.]+, C [\d.]+$/)
  expect(lab.errors).toEqual([])
}, 60_000)
