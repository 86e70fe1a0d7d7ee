import type { Channel, RequestArg, RequestResult, KernelSpeed, RunSoFar, RunState } from '@contract'
import { expect, vi } from 'vitest'
import type { ElectronApplication, Locator, Page } from 'playwright-core'

/** Actions of a user in the window, by the labels shown there (in English). */

export type RoomName = 'Learn' | 'Train' | 'Draw' | 'Files'

/** Opens a room from the rail. */
export const goTo = (page: Page, room: RoomName): Promise<void> => page.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: room, exact: true }).click()

/** Opens Files at one of its tabs. */
export async function goToFiles(page: Page, tab: 'Runs' | 'Weights' | 'Datasets'): Promise<void> {
  await goTo(page, 'Files')
  await page.getByRole('tab', { name: tab, exact: true }).click()
}

/** Leaves the scene of the first start by its key. */
export async function leaveFirstScene(page: Page): Promise<void> {
  await page.locator('.scene h1').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('navigation', { name: 'Rooms' }).waitFor()
}

/** Opens a page of the course from its list. */
export async function toPage(page: Page, name: string): Promise<void> {
  await page.locator('aside .where').click()
  await page.locator('aside .list button', { hasText: name }).first().click()
  await page.locator('aside .list').waitFor({ state: 'hidden' })
}

/** Turns the cards of the open lesson until one shows what is looked for. */
export async function turnTo(page: Page, wanted: Locator): Promise<void> {
  const place = () => page.locator('article').getAttribute('aria-label')
  for (let turned = 0; turned < 6; turned++) {
    // a figure's view may have to be loaded first: without it what is looked for is not there yet
    await page.locator('.workspace > .figure, .workspace .graph-canvas').filter({ visible: true }).first().waitFor()
    if (await wanted.count()) return
    const before = await place()
    await page.keyboard.press('PageDown')
    await expect.poll(place, { interval: 20 }).not.toBe(before)
  }
  throw new Error(`no card shows ${wanted}`)
}

/** Opens the free playground from the list of lessons. */
export async function toPlayground(page: Page): Promise<void> {
  await page.locator('aside .where').click()
  await page.locator('nav.list').getByText('Free playground', { exact: true }).click()
  await page.locator('aside').getByRole('heading', { name: 'Free playground' }).waitFor()
}

/** Types an expression into the graph's field. */
export async function typeGraph(page: Page, text: string): Promise<void> {
  for (const key of ['Escape', '/', 'Control+A']) await page.keyboard.press(key)
  await page.keyboard.insertText(text)
  if (text.length >= 300) await page.waitForTimeout(400) // a long text is parsed when the typing pauses
  await page.keyboard.press('Escape')
}

/** Goes to Train and waits until the digits are loaded and a network stands ready. */
export async function untilReady(page: Page): Promise<void> {
  await goTo(page, 'Train')
  await vi.waitUntil(async () => await stateOf(page) !== null, { timeout: 20_000, interval: 50 })
  await vi.waitUntil(() => page.getByRole('button', { name: 'Run', exact: true }).isEnabled(), { timeout: 10_000, interval: 50 })
}

/** The state of the run according to main. */
export async function stateOf(page: Page): Promise<RunState | null> {
  const reply = await page.evaluate(() => window.lab.invoke('run:read', null)) as { ok: boolean, value: RunSoFar | null }
  return reply.ok && reply.value ? reply.value.state : null
}

/** The curves of the run according to main. */
export async function historyOf(page: Page): Promise<RunSoFar['history']> {
  const reply = await page.evaluate(() => window.lab.invoke('run:read', null)) as { ok: boolean, value: RunSoFar }
  return reply.value.history
}

/** The backend of the training thread, and the limit of the processor's registers. */
export async function kernelSpeed(page: Page): Promise<KernelSpeed> {
  const reply = await page.evaluate(() => window.lab.invoke('kernels:speed', null)) as { ok: boolean, value: KernelSpeed }
  if (!reply.ok) throw new Error('the training thread did not answer')
  return reply.value
}

/** Parses a number as the window prints it: '1,234' → 1234 */
export const numberIn = async (place: Locator): Promise<number> => Number((await place.innerText()).replace(/[^\d.]/g, ''))

export const stepShown = (page: Page): Promise<number> => numberIn(page.locator('.counters .step dd'))

export const choosePace = (page: Page, pace: 'Layer' | '1' | '10' | '100' | 'Full'): Promise<void> =>
  page.getByRole('radiogroup', { name: 'Pace' }).getByText(pace, { exact: true }).click()

export async function runUntil(page: Page, step: number): Promise<void> {
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(() => stepShown(page), { timeout: 40_000, interval: 50 }).toBeGreaterThanOrEqual(step)
}

/** Asks main as the window does. @throws what main refuses */
export async function askMain<K extends Channel>(page: Page, channel: K, arg: RequestArg<K>): Promise<RequestResult<K>> {
  const reply = await page.evaluate(({ channel, arg }) => window.lab.invoke(channel as Channel, arg as never), { channel: channel as string, arg: arg as unknown }) as { ok: true, value: RequestResult<K> } | { ok: false, error: object }
  if (!reply.ok) throw new Error(JSON.stringify(reply.error))
  return reply.value
}

/** Learns up to a step exactly, and rests there. */
export async function learnTo(page: Page, step: number): Promise<void> {
  await page.evaluate(step => window.lab.invoke('run:stopWhen', { condition: { kind: 'step', step } }), step)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(async () => (await stateOf(page))?.stopped?.step, { timeout: 30_000 }).toBe(step)
  await expect.poll(async () => (await stateOf(page))?.phase, { timeout: 20_000 }).toBe('idle')
}

export const pause = (page: Page): Promise<void> => page.getByRole('button', { name: 'Pause', exact: true }).click()

/** Draws strokes with the mouse. @param strokes points from 0 to 1, to the right and down */
export async function draw(page: Page, strokes: readonly (readonly (readonly [number, number])[])[]): Promise<void> {
  const box = await page.locator('.paper canvas').first().boundingBox()
  if (!box) throw new Error('there is no paper to draw on')
  for (const [first, ...rest] of strokes) {
    if (!first) continue
    await page.mouse.move(box.x + first[0] * box.width, box.y + first[1] * box.height)
    await page.mouse.down()
    for (const [x, y] of rest) await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 8 })
    await page.mouse.up()
  }
}

/** Handwritten digits. */
export const written = {
  seven: [[[0.25, 0.25], [0.75, 0.25], [0.6, 0.5], [0.45, 0.82]]],
  one: [[[0.5, 0.18], [0.5, 0.82]]],
  zero: [[[0.5, 0.18], [0.32, 0.28], [0.27, 0.5], [0.32, 0.72], [0.5, 0.82], [0.68, 0.72], [0.73, 0.5], [0.68, 0.28], [0.5, 0.18]]],
} as const

/**
 * Width and height of the picture in the clipboard, in pixels. Electron 45 reads it as a page does; its types omit the older API
 * of version 33, the stand-in.
 */
export const copiedSize = (app: ElectronApplication): Promise<{ width: number, height: number }> => app.evaluate(async ({ clipboard, nativeImage }) => {
  const older = clipboard as unknown as { readImage?: () => { getSize: () => { width: number, height: number } } }
  if (older.readImage) return older.readImage().getSize()
  const [item] = await clipboard.read()
  const picture = await item!.getType('image/png')
  return nativeImage.createFromBuffer(Buffer.from(await picture.arrayBuffer())).getSize()
})

/** The window's current messages: errors above the room, notices at the edge. */
export const notices = async (page: Page): Promise<string> => (await page.locator('.notices').allInnerTexts()).join('\n')
