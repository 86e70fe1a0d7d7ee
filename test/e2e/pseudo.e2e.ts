import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Locale, translate } from '@contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { mustRun } from '../../scripts/lib/run.mjs'
import { addPseudoLanguage, ownName, pseudo } from '../fixtures/pseudo-language'
import { look } from './geometry'
import { keepPicture, type Lab, launchLab } from './helpers'
import { draw, stateOf, written } from './window'

const root = resolve(import.meta.dirname, '../..')
const tag = 'en-XA'

/** A copy of the project with one more language, made from English: one folder and one line. It is never shipped. */
let lab: Lab
let project: string
const t = (key: string) => pseudo(translate('en', key))
const rail = (name: string) => lab.window.getByRole('navigation', { name: t('shell.rooms') }).getByRole('button', { name: t(name), exact: true }).click()
const change = (patch: object) => lab.window.evaluate(patch => window.lab.invoke('settings:write', patch), patch)
const settle = () => lab.window.evaluate(() => new Promise<void>((done) => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 80))) }))
async function toPage(page: string) {
  await lab.window.locator('aside .where').click()
  await lab.window.locator('nav.list').getByText(t(page), { exact: true }).click()
}

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'lab-pseudo-'))
  const settings = readdirSync(root).filter(name => /^(?:.*\.config\.ts|tsconfig.*\.json|package\.json)$/.test(name))
  for (const name of ['core', 'electron', 'renderer', 'scripts', ...settings]) cpSync(join(root, name), join(project, name), { recursive: true })
  for (const name of ['node_modules', '.cache', 'build']) symlinkSync(join(root, name), join(project, name))
  addPseudoLanguage(join(project, 'electron/contract/locales'), tag)
  await mustRun('electron-vite', process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], { cwd: project })
  lab = await launchLab({ lang: tag as Locale, project })
  await vi.waitUntil(async () => await stateOf(lab.window) !== null, { timeout: 20_000, interval: 50 })
  await lab.app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]!.setContentSize(1280, 800) })
}, 120_000)
afterAll(async () => { await lab?.close(); rmSync(project, { recursive: true, force: true }) })

const screens: Readonly<Record<string, { go: () => Promise<void>, leave?: () => Promise<void> }>> = {
  lesson: { go: () => rail('shell.room.learn') },
  list: { go: () => lab.window.locator('aside .where').click(), leave: () => lab.window.locator('nav.list button').first().click() },
  playground: { go: () => toPage('course.page.playground') },
  certificate: { go: () => toPage('course.page.certificate') },
  train: { async go() {
    await rail('shell.room.train')
    for (let i = 0; i < 2; i++) await lab.window.getByRole('button', { name: t('train.transport.stepBatch'), exact: true }).click()
  } },
  docked: { go: () => change({ drawDocked: true, level: 'everything' }).then(), leave: () => change({ drawDocked: false, level: 'chapter5' }).then() },
  draw: { async go() {
    await rail('shell.room.draw')
    await draw(lab.window, written.seven)
  } },
  files: { go: () => rail('shell.room.files') },
  settings: { go: () => rail('shell.settings'), leave: () => lab.window.keyboard.press('Escape') },
  keys: { go: () => lab.window.keyboard.press('?'), leave: () => lab.window.keyboard.press('Escape') },
}

/** Texts that an element with hidden overflow cuts off. A single function because it is sent to the page as text. */
function cutTexts(): string[] {
  const cut = new Set<string>()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement!
    // the sheet of a graph can be moved; what is hidden from the eye is for screen readers
    if (!node.textContent!.trim() || parent.closest('.visually-hidden, .katex-mathml, .mirror, .graph-canvas, option, script, style') || !parent.checkVisibility()) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    const scrolled = { x: false, y: false }
    for (let edge: Element | null = parent; edge && edge !== document.body; edge = edge.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(edge)
      scrolled.x ||= overflowX === 'auto' || overflowX === 'scroll'
      scrolled.y ||= overflowY === 'auto' || overflowY === 'scroll'
      const { left, right, top, bottom } = edge.getBoundingClientRect()
      const across = !scrolled.x && overflowX !== 'visible' && (box.left < left - 1.5 || box.right > right + 1.5)
      const down = !scrolled.y && overflowY !== 'visible' && (box.top < top - 4 || box.bottom > bottom + 4)
      const button = edge.matches('button') && edge.scrollWidth > edge.clientWidth + 1
      const framed = edge.matches('.block') && (box.left < left - 1.5 || box.right > right + 1.5) // a frame cuts nothing off, and its text may still stick out
      if (across || down || button || framed) cut.add(`${node.textContent!.trim().slice(0, 60)} (${edge.className || edge.tagName})`)
    }
  }
  return [...cut]
}

test('menus, terminal and settings know the language by its folder and its line alone', async () => {
  expect(await lab.window.locator('html').getAttribute('lang')).toBe(tag)
  expect(await lab.app.evaluate(({ Menu }) => Menu.getApplicationMenu()!.items.map(({ label }) => label))).toContain(t('menu.file'))
  const help = await mustRun('the terminal', process.execPath, [join(project, 'out/main/cli.js'), '--help', '--lang', tag], { cwd: project })
  expect(help).toContain(t('cli.title'))
  expect(help).toContain(`ko|en|ja|${tag}`)
  await rail('shell.settings')
  expect(await lab.window.getByRole('dialog').getByText(ownName, { exact: true }).count()).toBe(1)
  await lab.window.keyboard.press('Escape')
})

test.each(Object.entries(screens))('%s at 1280×800 cuts no text that is longer by two fifths', async (name, { go, leave }) => {
  await go()
  await settle()
  await keepPicture(lab.window, `pseudo-${name}`)
  expect.soft(await lab.window.evaluate(cutTexts)).toEqual([])
  const { covered, ...found } = await lab.window.evaluate(look)
  expect.soft(found).toEqual({ overlaps: [], outside: [], cut: [], type: [] })
  if (name !== 'list') expect.soft(covered).toEqual([]) // the list lies over the lesson
  await leave?.()
})

test('a text that is cut would be seen', async () => {
  expect(await lab.window.evaluate(cutTexts)).toEqual([])
  await lab.window.locator('.rail button span').first().evaluate((label: HTMLElement) => { Object.assign(label.style, { maxWidth: '20px', whiteSpace: 'nowrap', overflow: 'hidden' }) })
  expect((await lab.window.evaluate(cutTexts)).join('\n')).toContain(t('shell.room.learn'))
})

test('nothing was refused or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
