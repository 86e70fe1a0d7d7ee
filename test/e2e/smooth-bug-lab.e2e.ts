import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { look } from './geometry'
import { keepPicture, type Lab, launchLab, newUserData } from './helpers'
import { mend } from './mending'
import { goTo, untilReady } from './window'

const userData = newUserData()
let lab: Lab
beforeAll(async () => { lab = await launchLab({ userData, lang: 'en' }); await untilReady(lab.window); await goTo(lab.window, 'Learn') })
afterAll(async () => {
  await lab?.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const facts = () => lab.window.locator('.bugs header[role=group]').innerText()
const answer = () => lab.window.locator('.bug-panel .answer').innerText()
const failing = () => lab.window.locator('.check tbody tr', { has: lab.window.getByRole('img', { name: 'fails' }) }).locator('th').allInnerTexts()

test('the bug lab stands after lesson 25; its network learns at 100 steps a second at least, and the window goes on painting', async () => {
  const { window: page } = lab
  await page.locator('aside .where').click()
  const entries = await page.locator('nav.list ol button b').allInnerTexts()
  expect(entries[entries.indexOf('Bug lab') - 1]).toBe('Gradient check')
  await page.locator('nav.list button', { hasText: 'Bug lab' }).click()
  await page.getByRole('button', { name: 'Case 3' }).click()
  const learned = await page.evaluate(async () => {
    const shown = () => Number(/\d+/.exec(document.querySelector('.bugs header p')!.textContent)![0])
    const gaps: number[] = []
    const begun = performance.now()
    let before = begun
    document.querySelector<HTMLElement>('.bugs .run')!.click()
    while (shown() < 300 && performance.now() - begun < 20_000) {
      await new Promise(requestAnimationFrame)
      gaps.push(performance.now() - before)
      before = performance.now()
    }
    return { perSecond: 300_000 / (performance.now() - begun), frame: gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.95)]! }
  })
  console.log(`bug lab: ${Math.round(learned.perSecond)} steps/s, p95 between frames ${Math.round(learned.frame)} ms`)
  expect(learned.perSecond).toBeGreaterThanOrEqual(100)
  expect(learned.frame).toBeLessThanOrEqual(100)
})

test('a wrong guess is answered; the gradient check and the numbers lead to the line', async () => {
  const { window: page } = lab
  await mend(page, 'Affine 2', 'self.dW =')
  expect(await answer()).toMatch(/It is not line 11 of Affine 2\.[^]*W of this layer alone would fail[^]*something else fails the check before the first step: W1, b1/)
  await page.getByRole('button', { name: 'Check the gradients' }).click()
  await expect.poll(failing).toEqual(['W1', 'b1'])
  await page.getByRole('radiogroup', { name: 'Layers and trainer' }).getByText('ReLU 1', { exact: true }).click()
  const [formula, network] = await page.locator('.products .sum output').allInnerTexts()
  expect(formula).not.toBe(network)
})

test('it fits small windows and large letters, in every language', async () => {
  const { window: page } = lab
  for (const locale of ['ko', 'ja', 'en'] as const) for (const [width, height, zoom] of [[1024, 640, 1], [1280, 800, 2], [1280, 800, 1]] as const) {
    await page.evaluate(locale => window.lab.invoke('settings:write', { locale }), locale)
    await page.waitForFunction(locale => document.documentElement.lang === locale, locale)
    await lab.app.evaluate(({ BrowserWindow }, [width, height, zoom]) => {
      const [window] = BrowserWindow.getAllWindows()
      window!.setContentSize(width!, height!)
      window!.webContents.setZoomFactor(zoom!)
    }, [width, height, zoom])
    await page.waitForFunction(width => innerWidth === width, width / zoom)
    // a chart follows its size a frame later
    await expect.poll(() => page.evaluate(look), { message: `${locale} at ${width}×${height}, ${zoom}`, timeout: 4_000 }).toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
  }
})

test('by the keyboard alone the bug is mended, and the network learns', async () => {
  const { window: page } = lab
  await page.getByRole('radio', { name: /^ReLU 1/ }).focus()
  const choices = page.locator('.listing .choice')
  await choices.first().locator('input').focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown')
  expect(await page.locator('.listing .chosen code').innerText()).toContain('dx[~self.mask] = 0')
  await page.getByRole('button', { name: 'Mend this line' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(answer).toContain('Found. Lines tried: 2, hints: 0.')
  await expect.poll(facts, { timeout: 15_000 }).toContain('Step 300 of 300')
  const [, loss] = /mean loss\s*([\d.]+)/.exec(await facts())!
  expect(Number(loss)).toBeLessThan(0.3)
  await keepPicture(page, 'bug-lab')
})

test('what was solved is there after a reload, in the lab and in the list', async () => {
  const { window: page } = lab
  await page.reload()
  const mark = page.getByRole('button', { name: 'Case 3' }).getByRole('img')
  await mark.waitFor()
  expect(await mark.getAttribute('aria-label')).toBe('solved')
  await page.locator('aside .where').click()
  expect(await page.locator('nav.list button', { hasText: 'Bug lab' }).innerText()).toContain('1 of 10 solved')
  expect(lab.errors).toEqual([])
})
