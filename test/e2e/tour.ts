import { filesTabs, graphPanels, type Locale, translate } from '@contract'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { lessons } from '../../renderer/course/all'
import { draw, stateOf, written } from './window'

/** Walks through every room as a user would, in any language. */
export async function tour(page: Page, locale: Locale): Promise<void> {
  page.setDefaultTimeout(15_000)
  const t = (key: string, parameters = {}) => translate(locale, key, parameters)
  const button = (key: string) => page.getByRole('button', { name: t(key), exact: true })
  const rail = (room: string) => page.getByRole('navigation', { name: t('shell.rooms') }).getByRole('button', { name: t(`shell.room.${room}`), exact: true }).click()
  const list = async (choose: () => Promise<void>) => {
    await page.locator('aside .where').click()
    await choose()
  }
  const coursePage = (name: string) => list(() => page.locator('nav.list').getByText(t(`course.page.${name}`), { exact: true }).click())

  // Learn: every lesson, the playground with its panels, the quiz, a part's check, the bug lab, the certificate
  await rail('learn') // the lab opens in the room where it was left
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  for (const { texts } of lessons) {
    await list(() => page.locator('nav.list ol').getByText(texts[locale].title, { exact: true }).click())
    await page.locator('aside h1').getByText(texts[locale].title, { exact: true }).waitFor()
  }
  await coursePage('playground')
  await page.locator('.graph-canvas').waitFor()
  for (const panel of graphPanels) await page.getByRole('tab', { name: t(`graph.panel.${panel}`), exact: true }).click()
  await page.locator('body').press('ArrowRight')
  for (const key of ['Escape', '/', 'Control+A']) await page.keyboard.press(key)
  await page.keyboard.type('mispeled * wrods') // for a spelling checker
  await page.keyboard.press('Escape')
  await coursePage('quiz')
  await page.locator('aside .start').waitFor()
  await list(() => page.locator('nav.list .check').first().click())
  await page.locator('aside .check .primary').click()
  await page.locator('aside .question').waitFor()
  await coursePage('bugs')
  await page.locator('.bugs .run').click()
  await page.locator('.bugs .numbers canvas').first().waitFor()
  await coursePage('certificate')
  await page.locator('.certificate tbody tr').first().waitFor()

  // Lab: a network learns at full speed, and is looked into
  await rail('train')
  await expect.poll(() => stateOf(page), { timeout: 30_000 }).not.toBeNull()
  await page.getByRole('radiogroup', { name: t('train.transport.pace') }).locator('label').last().click()
  await button('train.transport.run').click()
  await expect.poll(async () => (await stateOf(page))?.step, { timeout: 30_000 }).toBeGreaterThan(30)
  await button('train.transport.pause').click()
  await page.getByRole('radiogroup', { name: t('train.network.choose') }).locator('label').last().click()

  await rail('draw')
  await draw(page, written.seven)
  await expect.poll(() => page.locator('.answer .digit').innerText(), { timeout: 20_000 }).toMatch(/\d/)

  await rail('files')
  for (const tab of filesTabs.toReversed()) {
    await page.getByRole('tab', { name: t(`files.tabs.${tab}`), exact: true }).click()
    await page.getByRole('tabpanel', { name: t(`files.tabs.${tab}`) }).waitFor()
    if (tab === 'weights') await page.locator('table tbody tr').first().waitFor()
  }

  await page.getByRole('navigation', { name: t('shell.rooms') }).getByRole('button', { name: t('shell.settings'), exact: true }).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  for (const theme of ['dark', 'light'] as const) await page.evaluate(theme => window.lab.invoke('settings:write', { theme }), theme)
  await page.reload()
  await page.getByRole('navigation', { name: t('shell.rooms') }).waitFor()
}
