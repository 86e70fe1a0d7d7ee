import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectSmooth, frames } from './frames'
import { type Lab, launchLab } from './helpers'
import { goToFiles, untilReady } from './window'

let lab: Lab
beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await goToFiles(lab.window, 'Datasets')
  await lab.window.getByRole('button', { name: 'Browse the images of MNIST' }).click()
  await lab.window.locator('.images [role=gridcell]').first().waitFor()
})
afterAll(async () => { await lab.close() })

const grid = () => lab.window.locator('.images')
const shown = async () => await grid().getAttribute('aria-label')

test('70,000 images are scrolled smoothly by wheel, scroll bar and held keys', async () => {
  const { window: page } = lab
  expect(await shown()).toBe('70,000 of 70,000 images')
  const box = (await grid().boundingBox())!
  const seconds = 2.5
  const during = async (what: string, act: (passed: number) => Promise<unknown>) => {
    const measured = frames(page, seconds)
    const began = performance.now()
    for (let passed = 0; passed < 1; passed = (performance.now() - began) / 1000 / seconds) {
      await act(passed)
      await page.waitForTimeout(15)
    }
    expectSmooth(`70,000 images, ${what}`, await measured)
  }
  const top = () => grid().evaluate(({ scrollTop, scrollHeight }) => scrollTop / scrollHeight)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await during('by the wheel', passed => page.mouse.wheel(0, passed < 0.7 ? 700 : -400))
  expect(await top()).toBeGreaterThan(0.01)

  await page.keyboard.press('Home')
  await grid().focus()
  await page.keyboard.press('Home')
  await expect.poll(top).toBe(0)
  const bar = box.x + box.width - 7
  await page.mouse.move(bar, box.y + 24) // on the thumb, below its arrow
  await page.mouse.down()
  let reached = 0
  await during('by the scroll bar', async (passed) => {
    await page.mouse.move(bar, box.y + 24 + (box.height - 60) * Math.abs(Math.sin(4 * passed)))
    if (passed > 0.35 && reached === 0) reached = await top()
  })
  await page.mouse.up()
  expect(reached).toBeGreaterThan(0.5)

  await page.keyboard.press('Home')
  await expect.poll(top).toBe(0)
  await during('with Page Down held', () => page.keyboard.down('PageDown'))
  await page.keyboard.up('PageDown')
  expect(await top()).toBeGreaterThan(0.02)
  await page.keyboard.press('End')
  await expect.poll(() => grid().evaluate(element => element.querySelector('[aria-selected=true]')?.ariaLabel)).toMatch(/^Test image 9,999,/)
  expect(lab.errors).toEqual([])
}, 60_000)
