import { filesTabs, graphPanels, translate } from '@contract'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { keepPicture, type Lab, launchLab } from './helpers'
import { draw, stateOf, written } from './window'

/** The language of this run of the file: vitest.e2e.config.ts runs it once for each language. */
const locale = inject('locale')
/** Other languages than English get no screenshots, and only the small window, since what fits there in one theme fits everywhere. */
const overflowOnly = locale !== 'en'

// Takes screenshots of every screen for visual inspection and checks them: nothing is clipped or overlaps.
describe(`in ${locale}`, () => {
  let lab: Lab
  const t = (key: string) => translate(locale, key)
  const rail = (name: string) => lab.window.getByRole('navigation', { name: t('shell.rooms') }).getByRole('button', { name: t(name), exact: true }).click()
  const inspect = (tab: string) => lab.window.getByRole('tab', { name: t(`train.inspector.tab.${tab}`), exact: true }).click()
  const resize = (width: number, height: number) => lab.app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]!.setContentSize(w!, h!), [width, height])

  /** Takes a screenshot of the current screen, where nothing may be clipped. */
  async function look(name: string, width: number) {
    await lab.window.waitForTimeout(overflowOnly ? 100 : 300) // wait for layouts, charts and probes
    if (!overflowOnly) {
      const picture = await keepPicture(lab.window, `${name}${width === 1280 ? '' : '-small'}`)
      expect(picture.length).toBeGreaterThan(10_000)
    }
    const spilled = await lab.window.evaluate(() => ({
      page: document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight,
      buttons: [...document.querySelectorAll('button')].filter(({ scrollWidth, clientWidth, offsetParent }) => offsetParent && scrollWidth > clientWidth + 1).map(node => node.textContent ?? node.ariaLabel),
    }))
    expect(spilled, name).toEqual({ page: false, buttons: [] })
  }
  /** Opens a page of the course from its list. */
  async function go(page: string) {
    await lab.window.locator('aside .where').click()
    await lab.window.locator('nav.list').getByText(t(page), { exact: true }).click()
  }

  afterAll(async () => { await lab.close() })

  test('the window speaks the system’s language', async () => {
    lab = await launchLab({ lang: locale })
    await expect.poll(() => stateOf(lab.window), { timeout: 20_000 }).not.toBeNull()
    expect(await lab.window.locator('html').getAttribute('lang')).toBe(locale)
    await lab.window.getByRole('heading', { level: 1 }).first().waitFor() // the first lesson
    await lab.window.locator('.picture svg').first().waitFor()
    await go('course.page.playground')
    for (const key of ['fit', 'zoomIn', 'zoomOut', 'follow', 'takePicture'])
      expect(await lab.window.locator('.graph-canvas').getByRole('button', { name: t(`graph.canvas.${key}`), exact: true }).count(), key).toBe(1)
    await lab.window.locator('aside .where').click()
    await lab.window.locator('nav.list button').first().click()
    await rail('shell.room.train')
    await lab.window.getByRole('button', { name: t('train.transport.run'), exact: true }).waitFor()
    await lab.window.getByRole('button', { name: t('train.transport.stepBatch'), exact: true }).click()
    await lab.window.getByRole('button', { name: t('train.transport.stepBatch'), exact: true }).click()
  })

  test.each(overflowOnly ? ['light'] as const : ['light', 'dark'] as const)('every screen fits, %s', async (theme) => {
    await lab.window.evaluate(theme => window.lab.invoke('settings:write', { theme }), theme)
    await expect.poll(() => lab.window.locator('html').getAttribute('data-theme')).toBe(theme)
    // What fits in one theme fits in the other, so the small window is checked in light only.
    const sizes = [...overflowOnly ? [] : [[1280, 800]] as const, ...theme === 'light' ? [[1024, 640]] as const : []]
    for (const [width, height] of sizes) {
      await resize(width, height)
      for (const room of ['learn', 'train', 'draw', 'files'] as const) {
        await rail(`shell.room.${room}`)
        if (room === 'draw') await draw(lab.window, written.seven)
        await look(`${room}-${locale}-${theme}`, width)
        for (const tab of room === 'files' ? filesTabs.toReversed() : []) {
          await lab.window.getByRole('tab', { name: t(`files.tabs.${tab}`), exact: true }).click()
          await look(`files-${tab}-${locale}-${theme}`, width)
        }
        if (room !== 'train') continue
        await inspect('mistakes')
        await lab.window.locator('.mistakes .digits [role=gridcell]').first().waitFor()
        await look(`mistakes-${locale}-${theme}`, width)
        await lab.window.getByTitle(t('browse.allOfHint')).click()
        await lab.window.locator('.images [role=gridcell]').first().waitFor()
        await look(`browse-${locale}-${theme}`, width)
        await lab.window.locator('.images').press('Enter')
        await lab.window.locator('.large .pixels').waitFor()
        await look(`browse-large-${locale}-${theme}`, width)
        for (const selector of ['.images', '.mistakes']) {
          await lab.window.keyboard.press('Escape')
          await lab.window.locator(selector).waitFor()
        }
        await inspect('block')
      }
      await rail('shell.room.learn')
      await go('course.page.playground')
      for (const panel of graphPanels) {
        await lab.window.getByRole('tab', { name: t(`graph.panel.${panel}`), exact: true }).click()
        await look(`graphs-${panel}-${locale}-${theme}`, width)
      }
      await lab.window.getByRole('tab', { name: t('graph.panel.step'), exact: true }).click()
      await lab.window.getByRole('button', { name: new RegExp(t('graph.examples.threeLayers')) }).click()
      await lab.window.locator('body').press('Home')
      for (let i = 0; i < 9; i++) await lab.window.locator('body').press('ArrowRight')
      await look(`graphs-network-${locale}-${theme}`, width)
      await lab.window.getByRole('button', { name: new RegExp(t('graph.examples.apples')) }).click()
    }
    await resize(1280, 800)
    await rail('shell.settings')
    await lab.window.getByRole('dialog').waitFor()
    await look(`settings-${locale}-${theme}`, 1280)
    await lab.window.keyboard.press('Escape')
  }, 180_000)

  test('nothing was blocked or thrown in the window', () => {
    expect(lab.errors).toEqual([])
  })
})
