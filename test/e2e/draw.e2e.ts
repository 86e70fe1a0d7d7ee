import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { choosePace, draw, goTo, pause, untilReady, written } from './window'

let lab: Lab
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window); await goTo(lab.window, 'Draw') })
afterAll(async () => { await lab.close() })

const sentence = () => lab.window.locator('.answer .digit, .answer .waiting').innerText()
const toDraw = /^Draw a digit/
const shares = async () => (await lab.window.locator('.bars .share').allInnerTexts()).map(text => Number(/[\d.]+/.exec(text)![0]))
const source = (name: string) => lab.window.getByRole('radiogroup', { name: 'Network that answers' }).getByText(name, { exact: true }).click()
const clear = () => lab.window.getByRole('button', { name: 'Clear', exact: true }).click()

test('at the very first start a drawn digit is recognized, by the sample weights', async () => {
  expect(await sentence()).toMatch(toDraw)
  await draw(lab.window, written.seven)
  await expect.poll(sentence).toMatch(/^7$/)
  const all = await shares()
  expect(all).toHaveLength(10)
  expect(all.reduce((a, b) => a + b, 0)).toBeGreaterThan(99)
})

test('untrained weights only guess, trained ones are certain: the switch shows it', async () => {
  await source('Untrained')
  await expect.poll(async () => Math.max(...await shares())).toBeLessThan(60)
  await source('Trained')
  await expect.poll(async () => Math.max(...await shares())).toBeGreaterThan(80)
})

test('undo removes a stroke, clear removes all, and undo restores it', async () => {
  await clear()
  await expect.poll(sentence).toMatch(toDraw)
  await lab.window.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(sentence).toMatch(/^7$/)
  await lab.window.locator('.paper canvas').press('Delete')
  await expect.poll(sentence).toMatch(toDraw)
})

test.each([['one', 1], ['zero', 0]] as const)('a written %s reads as %i', async (name, digit) => {
  await draw(lab.window, written[name])
  await expect.poll(sentence).toMatch(new RegExp(`^${digit}$`))
  await lab.window.locator('.paper canvas').press('Delete')
})

test('the keyboard is enough: a test digit is chosen, classified and cleared', async () => {
  await lab.window.getByRole('button', { name: 'Test digit' }).press('Enter')
  await expect.poll(sentence).toMatch(/^\d$/)
  await lab.window.getByText(/the answer is \d/).waitFor()
  await lab.window.locator('.paper canvas').press('Delete')
  await expect.poll(sentence).toMatch(toDraw)
})

test('the bars of the current network move while it learns, and settle on the digit', async () => {
  await draw(lab.window, written.zero)
  await source('In training')
  await goTo(lab.window, 'Train')
  await choosePace(lab.window, '100')
  await lab.window.getByRole('button', { name: 'Run', exact: true }).click()
  await goTo(lab.window, 'Draw')
  const seen = new Set<string>()
  const until = performance.now() + 4000
  while (performance.now() < until) {
    seen.add((await shares()).join())
    await lab.window.waitForTimeout(60)
  }
  expect(seen.size).toBeGreaterThan(8)
  await expect.poll(sentence, { timeout: 10_000 }).toMatch(/^0$/)
  await goTo(lab.window, 'Train')
  await pause(lab.window)
})

test('by the keyboard alone: a 4 that the network misreads is found among its mistakes and sent to Draw, where the answer is the same', async () => {
  const { window } = lab
  const press = (key: string) => window.keyboard.press(key)
  const focused = () => window.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  const list = window.locator('.mistakes .list')
  await window.getByRole('tab', { name: 'Block' }).focus()
  await press('ArrowRight')
  await window.locator('.matrix [role=rowheader]').first().focus()
  for (let row = 0; row < 4; row++) await press('ArrowDown')
  await press('Enter')
  await expect.poll(() => list.getByRole('heading').innerText()).toMatch(/^4 misread: \d+/)
  const inGrid = () => window.evaluate(() => document.activeElement?.matches('.digits [role=gridcell]') === true)
  for (let stop = 0; stop < 8 && !await inGrid(); stop++) await press('Tab')
  const [, read] = /^4, read as (\d)$/.exec(await list.locator('.verdict').innerText())!
  const image = /image ([\d,]+)/.exec(await list.locator('.foot').innerText())![1]!
  const scrolled = () => window.locator('.parts').evaluate(({ scrollTop }) => scrollTop)
  const before = await scrolled()
  expect(before).toBeGreaterThan(0)
  for (let stop = 0; stop < 8 && await focused() !== 'Draw'; stop++) await press('Shift+Tab')
  await press('Enter')
  await expect.poll(sentence).toBe(read)
  expect(await window.locator('.answer .test').innerText()).toContain(`Test image ${image} · the answer is 4`)

  await window.getByRole('button', { name: 'Back to the mistakes' }).focus()
  await press('Enter')
  await list.waitFor()
  expect(await list.getByRole('heading').innerText()).toMatch(/^4 misread/)
  expect(await list.locator('.foot').innerText()).toContain(`image ${image}`)
  await expect.poll(scrolled).toBe(before)
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
