import { type FilesTab, type InspectorTab, type Locale, translate } from '@contract'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { look } from './geometry'
import { keepPicture, type Lab, launchLab } from './helpers'
import { smallTexts } from './small-texts'
import { draw, stateOf, typeGraph, written } from './window'

/** All rooms at every zoom level and window size: nothing overlaps, is covered, clipped or unreachable. One app start for all. */
let lab: Lab
let locale: Locale = 'en'
const t = (key: string) => translate(locale, key)
const rail = (name: string) => lab.window.getByRole('navigation', { name: t('shell.rooms') }).getByRole('button', { name: t(name), exact: true }).click()
const settle = () => lab.window.evaluate(() => new Promise<void>((done) => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 80))) }))
const change = (patch: object) => lab.window.evaluate(patch => window.lab.invoke('settings:write', patch), patch)

async function resize([width, height, zoom]: readonly [number, number, number]) {
  await lab.app.evaluate(({ BrowserWindow }, [width, height, zoom]) => {
    const window = BrowserWindow.getAllWindows()[0]!
    window.setContentSize(width!, height!)
    window.webContents.setZoomFactor(zoom!)
  }, [width, height, zoom])
  await expect.poll(() => lab.window.evaluate(() => Math.abs(innerWidth * devicePixelRatio - outerWidth) < 4 || innerWidth)).toBe(true)
}
async function speak(next: Locale) {
  await change({ locale: next })
  await vi.waitUntil(async () => await lab.window.locator('html').getAttribute('lang') === next, { interval: 50 })
  locale = next
}
async function toPage(page: string) {
  await lab.window.locator('aside .where').click()
  await lab.window.locator('nav.list').getByText(t(page), { exact: true }).click()
}

async function toFiles(tab: FilesTab) {
  await rail('shell.room.files')
  await lab.window.getByRole('tab', { name: t(`files.tabs.${tab}`), exact: true }).click()
}

const toTab = (tab: InspectorTab) => lab.window.getByRole('tab', { name: t(`train.inspector.tab.${tab}`), exact: true }).click()
const toPace = (pace: string) => lab.window.getByRole('radiogroup', { name: t('train.transport.pace') }).getByText(pace, { exact: true }).click()
const toBlock = (at: number) => lab.window.locator('.network .column').nth(at).click()

type Screens = Readonly<Record<string, { go: () => Promise<void>, leave?: () => Promise<void> }>>
/** The screens, each with functions to enter and leave it. */
const screens: Screens = {
  lesson: { go: () => rail('shell.room.learn') },
  playground: { go: () => toPage('course.page.playground') },
  certificate: { go: () => toPage('course.page.certificate'), async leave() {
    await lab.window.locator('aside .where').click()
    await lab.window.locator('nav.list button').first().click()
  } },
  train: { go: () => rail('shell.room.train') },
  // a ReLU's two tensors leave its numbers the least room
  docked: { async go() {
    await change({ drawDocked: true, level: 'everything' })
    await toBlock(1)
  }, async leave() {
    await toBlock(0)
    await change({ drawDocked: false, level: 'chapter5' })
  } },
  draw: { go: () => rail('shell.room.draw') },
  weights: { go: () => toFiles('weights') },
  datasets: { go: () => toFiles('datasets') },
  runs: { go: () => toFiles('runs') },
  settings: { go: () => rail('shell.settings'), leave: () => lab.window.keyboard.press('Escape') },
  keys: { go: () => lab.window.keyboard.press('?'), leave: () => lab.window.keyboard.press('Escape') },
}

/** Screens that are walked only where there is the least room, to save time. */
const narrow: Screens = {
  health: { async go() {
    await rail('shell.room.train')
    await change({ level: 'everything' })
    await toTab('health')
    await lab.window.locator('.health figure').last().waitFor()
  } },
  check: { async go() {
    await toTab('check')
    await lab.window.locator('.check-tab .numbers').waitFor()
  }, async leave() {
    await toTab('block')
    await change({ level: 'chapter5' })
  } },
  image: { async go() {
    await toBlock(3)
    await lab.window.locator('.batch [role=gridcell]').last().dblclick()
    await lab.window.locator('.xray .graph').waitFor()
  }, async leave() {
    await lab.window.keyboard.press('Escape')
    await toBlock(0)
  } },
  slow: { go: () => toPace(t('train.slow.pace')), leave: () => toPace('1') },
}

/** Sizes of essential elements, in CSS pixels; null where the screen has none. */
const smallestSides = () => lab.window.evaluate(() => {
  const sides = (query: string) => {
    const shown = [...document.querySelectorAll(query)].find(node => node.checkVisibility())
    if (!shown) return null
    const { width, height } = shown.getBoundingClientRect()
    return [Math.round(width), Math.round(height)] as const
  }
  return { paper: sides('.draw-wide .paper canvas'), canvas: sides('.graph-canvas, .picture .place'), plot: sides('.charts .plot') }
})

async function walk(size: readonly [number, number, number], walked = screens) {
  await resize(size)
  for (const [name, { go, leave }] of Object.entries(walked)) {
    await go()
    await settle()
    const at = `${name} in ${locale} at ${size[0]}×${size[1]}, ${Math.round(100 * size[2])} %`
    expect.soft(await lab.window.evaluate(look), at).toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
    const { paper, canvas, plot } = await smallestSides()
    if (name === 'draw') expect.soft(Math.min(...paper ?? [0]), at).toBeGreaterThanOrEqual(240)
    if (name === 'lesson' || name === 'playground') {
      expect.soft(canvas?.[0], at).toBeGreaterThanOrEqual(280)
      expect.soft(canvas?.[1], at).toBeGreaterThanOrEqual(200)
    }
    if (name === 'train') expect.soft(plot?.[1], at).toBeGreaterThanOrEqual(80)
    await leave?.()
  }
}

beforeAll(async () => {
  lab = await launchLab({ lang: 'en' })
  await vi.waitUntil(async () => await stateOf(lab.window) !== null, { timeout: 20_000, interval: 50 })
  await rail('shell.room.train')
  for (let i = 0; i < 2; i++) await lab.window.getByRole('button', { name: t('train.transport.stepBatch'), exact: true }).click()
  await rail('shell.room.draw')
  await draw(lab.window, written.seven)
})
afterAll(() => lab?.close())

describe('at 1280×800 every screen is sound at', () => {
  test.each([0.67, 0.8, 1, 1.25, 1.5, 1.75, 2])('a zoom of %f', zoom => walk([1280, 800, zoom]), 60_000)
})

describe('at its usual zoom every screen is sound in a window of', () => {
  test.each([[960, 600], [1024, 640], [1440, 900], [1920, 1080]])('%i×%i', (width, height) => walk([width, height, 1]), 60_000)
})

// Korean breaks lines at other places and Japanese has the widest characters: these leave the least room.
describe.each(['ko', 'ja'] as const)('in %s every screen is sound at', (language) => {
  beforeAll(() => speak(language))
  afterAll(() => speak('en'))
  test.each([[1280, 800, 2], [1280, 800, 1.5], [960, 600, 1]] as const)('%i×%i at a zoom of %f', (...size) => walk(size), 60_000)
  test('960×600 with Health, Check, an image’s X-ray and slow motion', () => walk([960, 600, 1], narrow), 60_000)
})

test.each([[960, 600, 1], [1024, 640, 1], [1280, 800, 2]] as const)('Health, Check, an image’s X-ray and slow motion are sound at %i×%i and a zoom of %f', (...size) => walk(size, narrow), 60_000)

test('every lesson’s first figure opens with texts of at least 12 px, in the smallest window', async () => {
  await resize([1024, 640, 1])
  await rail('shell.room.learn')
  const heading = lab.window.locator('aside h1')
  const seen = new Map<string, string[]>()
  for (let n = 0; n < 27; n++) {
    await settle()
    seen.set(await heading.innerText(), await lab.window.evaluate(smallTexts))
    await lab.window.keyboard.press('Alt+ArrowRight')
  }
  expect(seen.size).toBe(27)
  expect([...seen].filter(([, texts]) => texts.length)).toEqual([])
  for (let n = 0; n < 27; n++) await lab.window.keyboard.press('Alt+ArrowLeft')
}, 60_000)

// The field shrank to 18 px and the gradient covered it.
test('where there is little space, a gradient of many digits neither covers nor shrinks an input', async () => {
  await rail('shell.room.learn')
  await toPage('course.page.playground')
  await typeGraph(lab.window, 'a_very_long_name_of_an_input * y * 123456.789 / 0.0000123 + x * y')
  for (const size of [[1280, 800, 2], [960, 600, 1.5], [1024, 640, 1]] as const) {
    await resize(size)
    await settle()
    expect.soft(await lab.window.evaluate(look), size.join(' ')).toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
  }
})

test('a large window gives the inspector space: 560 px, and a weight’s image 56', async () => {
  await resize([1920, 1080, 1])
  await rail('shell.room.train')
  await settle()
  const inspector = lab.window.getByRole('region', { name: t('train.inspector.title') })
  expect((await inspector.boundingBox())!.width).toBeGreaterThanOrEqual(560)
  const tile = await inspector.locator('.sheet canvas[role=img]').evaluate((canvas: HTMLCanvasElement) => 28 * canvas.clientWidth / canvas.width)
  expect(tile).toBeGreaterThanOrEqual(56)
  await keepPicture(lab.window, 'lab-large')
})

// They were four screens further down, below everything else, and nothing hinted at them.
test.each([[1280, 860, 1.5], [1280, 800, 2], [1024, 640, 1.25]] as const)('at %i×%i and a zoom of %f the network’s settings are one visible line, which opens in place', async (...size) => {
  await resize(size)
  await rail('shell.room.train')
  await settle()
  const form = lab.window.getByRole('form', { name: t('train.config.title') })
  const line = form.getByRole('button', { expanded: false })
  const button = form.getByRole('button', { name: t('train.config.apply') })
  const height = await lab.window.evaluate(() => innerHeight)
  const box = (await line.boundingBox())!
  expect(box.y + box.height).toBeLessThan(height)
  expect(box.height).toBeLessThan(60)
  expect(await button.isVisible()).toBe(false)
  for (const level of ['chapter5', 'everything'] as const) {
    await change({ level })
    await line.click()
    if (level === 'everything') {
      await form.locator('.add').click()
      await form.locator('.tools [popover]').getByText(t('terms.layer.dropout'), { exact: true }).click()
    }
    await settle()
    expect.soft(await lab.window.evaluate(look), `${level} at ${size.join(' ')}`).toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
    await keepPicture(lab.window, `lab-settings-${level}-${100 * size[2]}`)
    // the field next to the hidden layers was as tall as all of them
    const heights = await form.locator('.fields :is(select, input:not([type=radio]))').evaluateAll(fields => fields.map(field => Math.round(field.getBoundingClientRect().height)))
    expect.soft(Math.max(...heights), level).toBeLessThanOrEqual(Math.min(...heights) + 4)
    // typed text stays when the form is folded, and is shown
    await form.locator('.layers input').first().fill('30')
    await form.getByRole('button', { expanded: true }).click()
    await form.getByText(t('train.config.pending')).waitFor()
    await line.click()
    await form.getByRole('button', { name: t('train.config.revert') }).click()
    await form.getByRole('button', { expanded: true }).click()
  }
  await change({ level: 'chapter5' })
}, 60_000)

test('in a window with enough space the form is open next to the network', async () => {
  await resize([1024, 640, 1])
  await rail('shell.room.train')
  await settle()
  const form = lab.window.getByRole('form', { name: t('train.config.title') })
  expect([await form.getByRole('button', { name: t('train.config.apply') }).isVisible(), await form.locator('.fold').isVisible()]).toEqual([true, false])
})

test.each([[1280, 800], [1024, 640]] as const)('at %i×%i nothing moves when the run begins and pauses, and folded settings are one line with the learning rate', async (...size) => {
  await resize([...size, 1])
  await rail('shell.room.train')
  const form = lab.window.getByRole('form', { name: t('train.config.title') })
  const places = async () => await lab.window.evaluate(() => ['.config', '.network', '.charts', '.inspector', '.transport .run'].map((part) => {
    const { left, top, width, height } = document.querySelector(part)!.getBoundingClientRect()
    return [part, left, top, width, height]
  }))
  const press = (text: 'run' | 'pause') => lab.window.getByRole('button', { name: t(`train.transport.${text}`), exact: true }).click()
  await settle()
  const before = await places()
  await press('run')
  await lab.window.getByRole('button', { name: t('train.transport.pause'), exact: true }).waitFor()
  await settle()
  expect(await places()).toEqual(before)
  await form.getByRole('button', { name: t('train.config.close') }).last().click()
  await form.locator('.line').getByLabel(t('train.config.learningRate')).waitFor()
  await settle()
  expect.soft(await lab.window.evaluate(look), 'folded').toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
  expect((await form.boundingBox())!.height).toBeLessThan(60)
  for (const level of ['chapter5', 'everything'] as const) {
    await change({ level })
    await form.getByRole('button', { expanded: false }).click()
    await settle()
    expect.soft(await lab.window.evaluate(look), level).toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
    await form.locator('.fold-away').click()
  }
  await keepPicture(lab.window, `lab-learning-${size[0]}`)
  await change({ level: 'chapter5', recipeFolded: false })
  await settle()
  await press('pause')
  await settle()
  expect(await places()).toEqual(before)
}, 60_000)

// It covered the chart and stayed in every room.
test('an error covers nothing and stays in its room', async () => {
  await resize([1280, 800, 1])
  await rail('shell.room.files')
  await lab.window.evaluate(() => {
    const dropped = new DataTransfer()
    dropped.items.add(new File(['no weights'], 'broken.safetensors'))
    document.querySelector('.drop')!.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: dropped }))
  })
  const alert = lab.window.getByRole('alert')
  await alert.waitFor()
  expect(await lab.window.evaluate(look)).toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
  await rail('shell.room.train')
  expect(await alert.count()).toBe(0)
  await rail('shell.room.files')
  await alert.getByRole('button', { name: t('shell.dismiss') }).click()
  expect(await alert.count()).toBe(0)
})

test('choosing another pace does not move the layout', async () => {
  await resize([1280, 800, 1])
  await rail('shell.room.train')
  const places = () => lab.window.evaluate(() => [...document.querySelectorAll('main :is(button, label, h1, h2, p)')].filter(node => node.checkVisibility()).map((node) => {
    const { left, top, width } = node.getBoundingClientRect()
    return [left, top, width].map(Math.round).join(' ')
  }))
  const pace = lab.window.getByRole('radiogroup', { name: t('train.transport.pace') })
  await pace.getByText('1', { exact: true }).click()
  await settle()
  const before = await places()
  await pace.getByText(t('train.transport.paceFull'), { exact: true }).click()
  await settle()
  expect(await places()).toEqual(before)
  await pace.getByText('1', { exact: true }).click()
})

// Moves the window to another screen: its size in CSS pixels stays, and no resize event fires.
test('canvases are sharp on a screen of another density', async () => {
  await resize([1280, 800, 1])
  const session = await lab.window.context().newCDPSession(lab.window)
  const { width, height } = await lab.window.evaluate(() => ({ width: innerWidth, height: innerHeight }))
  const pixels = (query: string) => lab.window.evaluate(query => [...document.querySelectorAll<HTMLCanvasElement>(query)].filter(node => node.checkVisibility()).map((canvas) => {
    const screen = canvas.getBoundingClientRect().width * devicePixelRatio
    // a map of cells uses whole screen pixels per cell, everything else one canvas pixel per screen pixel
    return canvas.closest('.map') ? Number((screen / canvas.width).toFixed(2)) % 1 : Math.abs(canvas.width - Math.round(canvas.clientWidth * devicePixelRatio)) <= 2 ? 0 : canvas.width
  }), query)
  try {
    for (const density of [2, 1.5, 1.25, 1, 3]) {
      // the event fires only when the emulation begins; hidden rooms must update, too
      await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: density, mobile: false })
      for (const [room, query, count] of [['train', '.plot canvas, .sheet canvas', 4], ['draw', '.paper canvas', 1]] as const) {
        await rail(`shell.room.${room}`)
        await expect.poll(() => pixels(query), { message: `${room} at ${density}` }).toEqual(Array.from({ length: count }, () => 0))
      }
      await session.send('Emulation.clearDeviceMetricsOverride')
      await expect.poll(() => lab.window.evaluate(() => devicePixelRatio)).toBe(1)
      await settle()
    }
  }
  finally { await session.send('Emulation.clearDeviceMetricsOverride') }
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
