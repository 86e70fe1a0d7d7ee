import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultProgress, type Progress, translate } from '@contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lessons } from '../../renderer/course/all'
import { keepPicture, type Lab, launchLab, newUserData } from './helpers'
import { mend } from './mending'
import { stateOf, toPage, turnTo } from './window'

/** The quiz, lessons 24 and 25 and the certificate, for a learner who has completed the course. */

const userData = newUserData()
const file = join(userData, 'progress.json')
let lab: Lab

beforeAll(async () => {
  const at = Date.now() - 40 * 86_400_000
  const progress: Progress = {
    ...defaultProgress,
    current: 'quiz',
    firstScene: true,
    lessons: Object.fromEntries(lessons.map(({ id }) => [id, { visitedAt: at, doneAt: at, card: '' }])),
    questions: Object.fromEntries(lessons.flatMap(({ id, questions }) => questions.map(({ key }) =>
      [`${id}/${key}`, { firstTryRight: true, tries: 1, shown: false, given: [], answeredAt: at, reviews: 0, box: 0, dueAt: at }]))),
  }
  writeFileSync(file, JSON.stringify(progress))
  lab = await launchLab({ lang: 'en', userData })
  await lab.window.locator('aside h1').waitFor({ timeout: 20_000 })
})
afterAll(async () => {
  await lab?.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const saved = () => JSON.parse(readFileSync(file, 'utf8')) as Progress
const heading = () => lab.window.locator('aside h1').innerText()
/** Turns the cards of the lesson until its last. */
const toLastCard = async (page: Page) => {
  while (!await page.locator('aside footer .next').filter({ hasText: 'Next lesson' }).count()) await page.locator('aside footer .next').click()
}
const goTo = (name: string) => toPage(lab.window, name)
/** Turns the cards of the open lesson until one has this figure, and shows it. */
async function toFigure(name: string) {
  const figure = lab.window.locator('.tabs').getByRole('button', { name, exact: true })
  await turnTo(lab.window, figure)
  await figure.click()
}

test('the lab opens where it was left, and shows what is due', async () => {
  expect(await heading()).toBe('Mixed quiz')
  await lab.window.getByText(/^Questions due today: \d+/).waitFor()
})

test('a round of ten is answered by keyboard, and summarizes which ideas are firm', async () => {
  const { window: page } = lab
  await page.locator('aside .start .primary').focus()
  await page.keyboard.press('Enter')
  for (let n = 1; n <= 10; n++) {
    const card = page.getByRole('region', { name: `Question ${n}`, exact: true })
    await card.waitFor()
    const reveal = card.locator('.reveal')
    // the answer field is focused; after two wrong answers the correct one is shown
    for (let tries = 0; tries < 3 && await reveal.count() === 0; tries++) {
      if (await card.locator('input').count()) await page.keyboard.type(tries === 0 ? '98765' : '4')
      else if (await card.locator('.order').count()) { // another order each time
        await card.locator('.order .down').nth(tries).press('ArrowDown')
        await card.locator('.order .check').focus()
      }
      else if (await card.locator('.point').count()) { // on the curve beside the card
        await page.locator('.picture [role=slider]').press(tries === 0 ? 'Home' : 'End')
        await card.locator('.point button').focus()
      }
      else if (tries > 0) await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await page.waitForTimeout(20)
    }
    if (await reveal.count() === 0) {
      await card.getByRole('button', { name: 'Show me' }).focus()
      await page.keyboard.press('Enter')
    }
    await reveal.waitFor()
    if (n === 1) await keepPicture(page, 'quiz-answered')
    await page.locator('aside .on .primary').focus()
    await page.keyboard.press('Enter')
  }
  await page.locator('aside .score', { hasText: 'right on the first try' }).waitFor()
  expect(await heading()).toBe('This round')
  await keepPicture(page, 'quiz-summary')
  expect(Object.values(saved().questions).filter(({ reviews }) => reviews === 1)).toHaveLength(10)
})

test('lesson 24 trains the current run, one step per click', async () => {
  const { window: page } = lab
  await goTo('The learning algorithm')
  await toLastCard(page)
  const step = page.getByRole('button', { name: 'One step', exact: true })
  await expect.poll(() => step.isEnabled(), { timeout: 20_000 }).toBe(true)
  await page.keyboard.press('n')
  await page.keyboard.press('n')
  await page.getByText('2 steps', { exact: true }).waitFor()
  await page.locator('.update .sum').waitFor()
  expect(await page.locator('.steps .digits canvas').count()).toBe(8)
  const [before, rate, gradient, after] = (await page.locator('.update .sum span').nth(1).innerText()).replaceAll('−', '-').match(/[-+]?[\d.]+(?:e-?\d+)?/g)!.map(Number) as [number, number, number, number]
  expect(Math.abs(before - rate * gradient - after)).toBeLessThan(0.002) // three digits of each are shown
  await keepPicture(page, 'learning')
})

test('lesson 25 checks a small network at once, and a large one until it is stopped', async () => {
  const { window: page } = lab
  await goTo('Gradient check')
  await toLastCard(page)
  await toFigure('MNIST')
  const run = page.getByRole('button', { name: 'Compare every gradient' })
  await expect.poll(() => run.isEnabled(), { timeout: 20_000 }).toBe(true)
  await run.click()
  await page.locator('.results tbody tr').first().waitFor({ timeout: 30_000 })
  const means = await page.locator('.results tbody td:nth-of-type(1)').allInnerTexts()
  expect(means).toHaveLength(2)
  for (const mean of means) expect(Number(mean.replace('−', '-'))).toBeLessThanOrEqual(1e-7)

  await page.locator('.check .settings label', { hasText: '784-50-10' }).click()
  await run.click()
  await page.locator('.check progress').waitFor()
  await keepPicture(page, 'gradient-check')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await run.waitFor()
  expect(await page.locator('.results tbody tr').count()).toBe(2) // no partial results
})

test('the capstone is done by keyboard, and its summary saved as a PDF of one page', async () => {
  const { window: page } = lab
  const pdf = join(userData, 'summary.pdf')
  const press = async (name: string) => {
    const button = page.getByRole('button', { name, exact: true })
    await expect.poll(() => button.isEnabled(), { timeout: 40_000, interval: 30 }).toBe(true)
    await button.focus()
    await page.keyboard.press('Enter')
  }
  await goTo('Capstone')
  await press('Train from nothing')
  await press('Next: Draw ten digits')
  for (let digit = 0; digit < 10; digit++) {
    await press(`Take a sample ${digit}`)
    await press('Have it read')
    await press(digit < 9 ? `Next: ${digit + 1}` : 'Next: Check the network’s gradients')
  }
  await press('Compare every gradient')
  await press('Next: Find three bugs')
  await press('To the bug lab')
  for (const [place, code] of [['Trainer', 'p +='], ['Softmax-with-Loss', 'self.y - self.t'], ['ReLU 1', '~self.mask']] as const) {
    await page.locator('.bugs .listing .choice').first().waitFor()
    await mend(page, place, code)
    if (place !== 'ReLU 1') await press('Next case')
  }
  await press('To the capstone')
  await press('Next: Summary page')
  await lab.app.evaluate(({ dialog }, filePath) => { dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath }) }, pdf)
  await press('Save as PDF…')
  await page.getByText('summary.pdf was saved.').waitFor()
  const bytes = readFileSync(pdf, 'latin1')
  expect([bytes.slice(0, 5), bytes.match(/\/Type\s*\/Page\b/g)?.length]).toEqual(['%PDF-', 1])
  expect(bytes.length).toBeGreaterThan(20_000) // an empty page has about 1,000 bytes
  const { capstone } = saved()
  expect(capstone?.trained?.accuracy).toBeGreaterThanOrEqual(0.95)
  expect(capstone?.digits.map(({ digit, sample, tries }) => [digit, sample, tries])).toEqual(Array.from({ length: 10 }, (_, digit) => [digit, true, 1]))
  for (const { mean } of capstone!.checked!.parameters) expect(mean).toBeLessThanOrEqual(1e-7)
  expect(capstone?.doneAt).not.toBeNull()
  await keepPicture(page, 'capstone')
}, 90_000)

test('the certificate shows every printed number next to its value', async () => {
  const { window: page } = lab
  await goTo('Numbers, recomputed')
  await page.locator('.certificate tbody tr').first().waitFor()
  expect(await page.locator('.certificate .bad').count()).toBe(0)
  expect(await page.locator('.certificate .good').count()).toBeGreaterThan(90)
  await keepPicture(page, 'certificate')
})

test('the certificate also recomputes the long part, while the current run stays as it is', async () => {
  const { window: page } = lab
  const value = (name: string) => page.locator('.certificate tr', { has: page.getByRole('rowheader', { name, exact: true }) }).locator('td').nth(1).innerText()
  const before = await stateOf(page)
  expect(await value('accuracy, seed 1')).toBe('not recomputed yet')
  await page.getByRole('button', { name: 'Recompute the rest' }).click()
  await page.getByText(/Training 2 of 5: step/).waitFor({ timeout: 60_000 })
  await keepPicture(page, 'certificate-running')
  expect(Number(await value('accuracy, seed 1'))).toBeGreaterThanOrEqual(0.966)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Recompute the rest' }).waitFor()
  expect(Number(await value('accuracy, seed 1'))).toBeGreaterThanOrEqual(0.966) // known results stay
  expect(await page.locator('.certificate .bad').count()).toBe(0)
  expect(await stateOf(page)).toEqual(before)
}, 90_000)

test('a restart restores the page, the answers and the boxes', async () => {
  const before = saved()
  await lab.close()
  lab = await launchLab({ lang: 'ko', userData })
  await lab.window.locator('aside h1').waitFor({ timeout: 20_000 })
  await lab.window.locator('.certificate').waitFor()
  expect(saved()).toEqual(before)
  expect(lab.errors).toEqual([])
})

test('the capstone’s network is there again after a restart, without training', async () => {
  const { window: page } = lab
  await toPage(page, translate('ko', 'course.page.capstone'))
  await page.locator('.task').nth(1).click() // the digits
  await page.locator('.task-view.draw, .paper').first().waitFor({ timeout: 20_000 })
  expect((await stateOf(page))?.step).toBe(saved().capstone!.trained!.steps)
})
