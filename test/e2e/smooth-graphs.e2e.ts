import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectSmooth, frames } from './frames'
import { keepPicture, type Lab, launchLab } from './helpers'
import { toPage, toPlayground, turnTo, typeGraph } from './window'

let lab: Lab
beforeAll(async () => { lab = await launchLab() })
afterAll(async () => { await lab.close() })

test.each([['seen whole', false], ['seen near', true]] as const)('500 nodes are stepped smoothly, %s', async (name, near) => {
  const { window: page } = lab
  await toPlayground(page)
  await typeGraph(page, Array.from({ length: 125 }, (_, i) => `p${i}*q${i}`).join('+'))
  await expect.poll(() => page.locator('.scrubber .number').innerText(), { timeout: 10_000 }).toContain('499')
  for (const key of ['Escape', 'Home']) await page.keyboard.press(key)
  await page.waitForTimeout(600)
  const canvas = page.locator('.graph-canvas')
  if (near) {
    const box = (await canvas.boundingBox())!
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    for (let i = 0; i < 24; i++) await page.mouse.wheel(0, -200)
    await page.waitForTimeout(600)
  }
  const follow = canvas.getByRole('button', { name: 'Follow the node at work', exact: true })
  if ((await follow.getAttribute('aria-pressed') === 'true') !== near) await follow.click()
  const intervals = await frames(page, 4, 'ArrowRight') // the fastest pace of the transport
  await keepPicture(page, `graph-canvas-500-${near ? 'near' : 'whole'}`)
  expectSmooth(`499 nodes, ${name}, a step each 50 ms`, intervals)
}, 60_000)

test('the window stays smooth while 784-50-10 has its gradients checked', async () => {
  const { window: page } = lab
  await toPage(page, 'Gradient check')
  await turnTo(page, page.locator('.check .settings'))
  const run = page.getByRole('button', { name: 'Compare every gradient' })
  await page.locator('.check .settings label', { hasText: '784-50-10' }).click()
  await expect.poll(() => run.isEnabled(), { timeout: 20_000 }).toBe(true)
  await run.click()
  await page.locator('.check progress').waitFor()
  expectSmooth('the gradient check of 784-50-10', await frames(page, 2))
  expect(await page.locator('.check progress').count()).toBe(1) // it was training all the time
})
