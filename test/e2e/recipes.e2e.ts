import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesTabs, type Locale, locales, translate } from '@contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ownName, pseudo } from '../fixtures/pseudo-language'
import { lessonTitles } from '../fixtures/recipes'
import { cutTexts, strayTexts } from './cut-texts'
import { look } from './geometry'
import { keepPicture, type Lab, launchLab } from './helpers'
import { buildCopy, terminalOf } from './project-copy'
import { draw, stateOf, turnTo, typeGraph, written } from './window'

/** A language that is made from English and never shipped */
const tag = 'en-XA'

let lab: Lab
/** A copy of the project in which every recipe of CONTRIBUTING.md was followed */
let project: string
beforeAll(async () => {
  project = await buildCopy(tag)
  lab = await launchLab({ lang: tag as Locale, project })
  await vi.waitUntil(async () => await stateOf(lab.window) !== null, { timeout: 20_000, interval: 50 })
  await lab.app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]!.setContentSize(1280, 800) })
}, 120_000)
afterAll(async () => { await lab?.close(); if (project) rmSync(project, { recursive: true, force: true }) })

const t = (key: string) => pseudo(translate('en', key))
const button = (key: string) => lab.window.getByRole('button', { name: t(key), exact: true })
const rail = (name: string) => lab.window.getByRole('navigation', { name: t('shell.rooms') }).getByRole('button', { name: t(name), exact: true }).click()
const press = (key: string) => lab.window.keyboard.press(key)
const change = (patch: object) => lab.window.evaluate(patch => window.lab.invoke('settings:write', patch), patch)
const settle = () => lab.window.evaluate(() => new Promise<void>((done) => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 80))) }))
const openList = () => lab.window.locator('aside .where').click()
async function toPage(page: string) {
  await openList()
  await lab.window.locator('nav.list').getByText(page, { exact: true }).click()
}
const field = (key: string) => lab.window.locator('.config').getByLabel(t(key))

async function answer(text: string) {
  const card = lab.window.locator('.question').first()
  await card.locator('input').fill(text)
  await card.locator('form button').click()
}

interface Screen { readonly go: () => Promise<unknown>, readonly leave?: () => Promise<unknown> }
const close = () => press('Escape')

/** In this order: a screen begins where the one before it ended. */
const screens: Readonly<Record<string, Screen>> = {
  'the first lesson': { go: () => lab.window.locator('.picture').waitFor() },
  'a wrong answer': { async go() {
    await turnTo(lab.window, lab.window.locator('.question'))
    await answer('5')
    await lab.window.locator('.question .hint').waitFor()
  } },
  'an answer that is no number': { async go() {
    await answer('1/0')
    await lab.window.locator('.question [role=alert]').scrollIntoViewIfNeeded()
  }, leave: () => answer('6') },
  'the list of lessons': { go: openList, leave: () => lab.window.locator('nav.list button').first().click() },
  'the keys of Learn': { go: () => press('?'), leave: close },
  'the progress, to be forgotten': { async go() {
    await button('course.menu.open').click()
    await button('course.menu.progress').click()
    await button('course.export.reset').click()
  }, leave: close },
  'the playground': { go: () => toPage(t('course.page.playground')) },
  'a wrong expression and a wrong number': { async go() {
    await typeGraph(lab.window, 'x * 2')
    await typeGraph(lab.window, 'sigmiod(x) + 2 * x')
    await lab.window.locator('.expression .message').waitFor()
    await lab.window.locator('#input-x').fill('1,2;3,,4')
    await lab.window.locator('.inputs [role=alert]').waitFor()
  } },
  'the certificate': { go: () => toPage(t('course.page.certificate')) },
  'Train': { async go() {
    await rail('shell.room.train')
    for (let i = 0; i < 2; i++) await button('train.transport.stepBatch').click()
  } },
  'the keys of Train': { go: () => press('?'), leave: close },
  'the paper beside Train': { go: () => change({ drawDocked: true, level: 'everything' }) },
  'wrong settings of a network': { async go() {
    await lab.window.locator('.config .layers input').first().fill('1e9')
    await lab.window.locator('.config summary').click()
    for (const [key, value] of [['train.config.learningRate', 'fast'], ['train.config.batchSize', '1 00'], ['train.config.seed', '-1']] as const) await field(key).fill(value)
  }, leave: () => button('train.config.revert').click() },
  'the settings, at the level Everything': { go: () => rail('shell.settings'), async leave() {
    await close()
    await change({ drawDocked: false, level: 'chapter5' })
  } },
  'Draw': { async go() {
    await rail('shell.room.draw')
    await draw(lab.window, written.seven)
  } },
  ...Object.fromEntries(filesTabs.map(tab => [`Files, ${tab}`, { async go() {
    await rail('shell.room.files')
    await lab.window.getByRole('tab', { name: t(`files.tabs.${tab}`), exact: true }).click()
  } }])),
  'a wrong file': { async go() {
    const path = join(project, 'a-picture-with-a-rather-long-name.safetensors')
    writeFileSync(path, '%PDF-1.7 another kind of file')
    await lab.app.evaluate(({ dialog }, path) => { dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] }) }, path)
    await button('files.openFile').click()
    await lab.window.locator('.notices .error').waitFor()
  }, leave: () => button('shell.dismiss').first().click() },
}

describe('a language', () => {
  test('is known to menus, terminal and settings by its folder and its line alone', async () => {
    expect(await lab.window.locator('html').getAttribute('lang')).toBe(tag)
    expect(await lab.app.evaluate(({ Menu }) => Menu.getApplicationMenu()!.items.map(({ label }) => label))).toContain(t('menu.file'))
    const help = await terminalOf(project, ['--help', '--lang', tag])
    const { title } = JSON.parse(readFileSync(join(project, 'electron/contract/locales', tag, 'terminal.json'), 'utf8')) as { title: string }
    expect(help).toContain(title)
    expect(help).toContain(`ko|en|ja|${tag}`)
    await rail('shell.settings')
    expect(await lab.window.getByRole('dialog').getByText(ownName, { exact: true }).count()).toBe(1)
    await close()
  })

  test.each(Object.entries(screens))('longer by two fifths, is not cut at 1280×800: %s', async (name, { go, leave }) => {
    await go()
    await settle()
    await keepPicture(lab.window, `recipes-${name.replaceAll(/[ ,]+/g, '-')}`)
    expect.soft(await lab.window.evaluate(cutTexts)).toEqual([])
    expect.soft(await lab.window.evaluate(strayTexts)).toEqual([])
    const { covered, ...found } = await lab.window.evaluate(look)
    expect.soft(found).toEqual({ overlaps: [], outside: [], cut: [], type: [] })
    if (name !== 'the list of lessons') expect.soft(covered).toEqual([]) // it lies over the lesson
    await leave?.()
  })

  test('that is cut would be seen', async () => {
    expect(await lab.window.evaluate(cutTexts)).toEqual([])
    const label = lab.window.locator('.rail button span').first()
    await label.evaluate((label: HTMLElement) => { Object.assign(label.style, { maxWidth: '20px', whiteSpace: 'nowrap', overflow: 'hidden' }) })
    expect((await lab.window.evaluate(cutTexts)).join('\n')).toContain(t('shell.room.learn'))
    await label.evaluate((label: HTMLElement) => { label.removeAttribute('style') })
  })
})

describe('a layer and an optimizer', () => {
  const terminal = async <T>(...args: readonly string[]) => JSON.parse(await terminalOf(project, [...args, '--json'])) as T
  const inShort = ['--layers', '784,10,10', '--activation', 'leakyRelu']
  const train = (...args: readonly string[]) => terminal<{ loss: number, testAccuracy: number, backend: string, weightsSha256: string }>('train', '--optimizer', 'nesterov', '--learning-rate', '0.01', '--iterations', '30', ...args)

  test('learn in the terminal, where kernels, reference and numerical gradients agree', async () => {
    const [fast, slow, chain, checks] = await Promise.all([
      train(...inShort), train(...inShort, '--backend', 'reference'), train('--network', 'affine 10, leakyRelu, affine 10'),
      terminal<Record<string, { mean: number }>>('gradcheck', '--layers', '784,2,10', '--activation', 'leakyRelu', '--samples', '1'),
    ])
    expect(chain.weightsSha256).toBe(fast.weightsSha256)
    expect(fast.testAccuracy).toBeGreaterThan(0.3) // guessing is 0.1
    expect([fast.backend.startsWith('wasm'), slow.backend]).toEqual([true, 'reference-float32'])
    expect(fast.loss).toBeCloseTo(slow.loss, 5) // they differ by rounding, in the seventh digit
    for (const [name, { mean }] of Object.entries(checks)) expect(mean, name).toBeLessThan(1e-9) // about 1e-10: h² and rounding
  })

  test('are chosen and used in Train, and shown in lesson 23', async () => {
    await change({ level: 'everything' })
    await rail('shell.room.train')
    await lab.window.locator('.config .row').nth(1).getByRole('button').first().click()
    await lab.window.locator('.config .row [popover]').getByText(t('Leaky ReLU'), { exact: true }).click()
    await field('train.config.optimizer').selectOption('nesterov')
    await field('train.config.learningRate').fill('0.01')
    await button('train.config.apply').click()
    await expect.poll(async () => (await stateOf(lab.window))?.config).toMatchObject({ network: { layers: [{ kind: 'affine' }, { kind: 'leakyRelu' }, { kind: 'affine' }] }, optimizer: { kind: 'nesterov', momentum: 0.9 } })
    for (let i = 0; i < 2; i++) await button('train.transport.stepBatch').click()
    await expect.poll(async () => (await stateOf(lab.window))?.step).toBe(2)
    expect((await stateOf(lab.window))?.blocks.map(({ kind }) => kind)).toEqual(['affine', 'leakyRelu', 'affine', 'softmaxWithLoss'])
    expect(await lab.window.locator('.block').allInnerTexts()).toContainEqual(expect.stringContaining(t('Leaky ReLU')))
    await change({ level: 'chapter5' })
    await rail('shell.room.learn')
    await openList()
    await lab.window.locator('nav.list .lesson').nth(23).click()
    const tab = lab.window.locator('.tabs').getByText(pseudo('MNIST mini-batch'), { exact: true })
    await turnTo(lab.window, tab)
    await tab.click()
    await lab.window.locator('.graph-canvas').getByText('LReLU', { exact: true }).first().waitFor()
  })
})

test('a lesson stands in the list and opens, in every language', async () => {
  await rail('shell.room.learn')
  for (const locale of [...locales, tag]) {
    await change({ locale })
    const title = locale === tag ? pseudo(lessonTitles.en) : lessonTitles[locale as keyof typeof lessonTitles]
    await toPage(title)
    await lab.window.locator('aside').getByRole('heading', { name: title }).waitFor()
    expect(await lab.window.locator('aside').innerText()).toContain('0.9')
    await lab.window.locator('.graph-canvas').getByText('dw', { exact: true }).first().waitFor()
  }
  await change({ locale: 'system' })
})

test('a command has its key, its place in the list of keys and its tooltip', async () => {
  await rail('shell.room.train')
  const dock = lab.window.locator('.transport .dock')
  expect(await dock.getAttribute('aria-pressed')).toBe('false')
  expect(await dock.getAttribute('title')).toMatch(/\(D\)$/)
  await press('d')
  await expect.poll(() => dock.getAttribute('aria-pressed')).toBe('true')
  await press('?')
  await lab.window.getByRole('dialog').getByText(pseudo('Show or hide the drawing paper')).waitFor()
  await close()
})

test('a channel answers, from main and from the training thread, and refuses junk', async () => {
  const ask = (channel: string, arg: unknown) => lab.window.evaluate(([channel, arg]) => window.lab.invoke(channel as 'app:info', arg as null), [channel, arg] as const) as Promise<unknown>
  expect(await ask('data:count', { split: 'test', label: 7 })).toEqual({ ok: true, value: 1028 }) // as published
  expect(await ask('data:count', { split: 'all', label: 7 })).toMatchObject({ ok: false, error: { code: 'ipc.schema' } })
  expect(await ask('run:size', null)).toEqual({ ok: true, value: 784 * 50 + 50 + 50 * 10 + 10 })
})

test('nothing was refused or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
