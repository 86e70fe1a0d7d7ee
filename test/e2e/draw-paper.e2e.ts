import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CDPSession } from 'playwright-core'
import { type Lab, launchLab } from './helpers'
import { draw, goTo, notices, untilReady, written } from './window'

/** The paper with real pointers, keys and files. */
let lab: Lab
let cdp: CDPSession
beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await goTo(lab.window, 'Draw')
  lab.window.setDefaultTimeout(8000)
  cdp = await lab.window.context().newCDPSession(lab.window)
})
afterAll(async () => { await lab.close() })

const paper = () => lab.window.locator('.paper canvas')
const answer = () => lab.window.locator('.answer .digit, .answer .waiting').innerText()
const press = (key: string) => lab.window.keyboard.press(key)
beforeEach(async () => { await paper().waitFor() })
afterEach(async () => { await paper().press('Delete') })

/** How many pixels of the paper are dark, in percent. */
const inked = () => paper().evaluate((canvas: HTMLCanvasElement) => {
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
  let count = 0
  for (let i = 0; i < data.length; i += 4) if (data[i]! < 128) count++
  return 400 * count / data.length
})
const png = (width: number, height: number, isInk: (x: number, y: number) => boolean) => {
  const image = new PNG({ width, height })
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) image.data.set(isInk(x, y) ? [20, 20, 60, 255] : [240, 235, 225, 255], 4 * (y * width + x))
  return PNG.sync.write(image)
}
const isSeven = (x: number, y: number) => (y > 60 && y < 80 && x > 60 && x < 150) || (y >= 80 && y < 190 && Math.abs(x - (140 - (y - 80) * 0.45)) < 10)
const choose = (name: string, buffer: Buffer, mimeType = 'image/png') => lab.window.locator('.tools input[type=file]').setInputFiles({ name, mimeType, buffer })

test('a finger draws; a second one and what the system takes away leave nothing', async () => {
  const box = (await paper().boundingBox())!
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel', ...points: readonly (readonly [number, number])[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x: box.x + x * box.width, y: box.y + y * box.height, id })) })
  await touch('touchStart', [0.5, 0.2])
  await touch('touchMove', [0.5, 0.5], [0.9, 0.9])
  await touch('touchMove', [0.5, 0.8], [0.1, 0.9])
  await touch('touchEnd')
  await expect.poll(answer).toBe('1')
  await press('Control+z')
  await touch('touchStart', [0.2, 0.2])
  await touch('touchMove', [0.8, 0.8])
  await touch('touchCancel')
  await expect.poll(inked).toBe(0)
})

test('a pen draws as wide as it presses', async () => {
  const box = (await paper().boundingBox())!
  const at = (x: number, y: number) => ({ x: box.x + x * box.width, y: box.y + y * box.height })
  const pen = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', x: number, y: number, force: number) => cdp.send('Input.dispatchMouseEvent', { type, ...at(x, y), pointerType: 'pen', button: 'left', buttons: 1, force, clickCount: 1 })
  const line = async (force: number) => {
    await pen('mousePressed', 0.2, 0.5, force)
    for (let x = 0.25; x <= 0.8; x += 0.05) await pen('mouseMoved', x, 0.5, force)
    await pen('mouseReleased', 0.8, 0.5, 0)
    await expect.poll(inked).toBeGreaterThan(1)
    return await inked()
  }
  const light = await line(0.1)
  await press('Control+z')
  await expect.poll(inked).toBe(0)
  expect(await line(1) / light).toBeGreaterThan(2) // 1.6 and 0.52 of the usual width
})

test('a stroke that leaves the paper goes on where it comes back, and is undone at once', async () => {
  await draw(lab.window, [[[0.7, 0.3], [1.2, 0.3], [1.2, 0.6], [0.7, 0.6]]])
  await expect.poll(inked).toBeGreaterThan(3)
  await press('Control+z')
  await expect.poll(inked).toBe(0)
})

test('the eraser opens a zero; undo closes it, redo opens it again', async () => {
  await draw(lab.window, written.zero)
  await expect.poll(answer).toBe('0')
  const whole = await inked()
  await press('e')
  await draw(lab.window, [[[0.2, 0.5], [0.35, 0.5]]])
  await expect.poll(inked).toBeLessThan(whole - 0.5)
  const opened = await inked()
  await press('Control+z')
  await expect.poll(inked).toBeGreaterThan(opened + 0.5)
  await press('Control+y')
  await expect.poll(async () => Math.abs(await inked() - opened)).toBeLessThan(0.1)
})

test('by the keyboard alone a one is drawn and read', async () => {
  await paper().press('Enter')
  for (let i = 0; i < 9; i++) await press('ArrowUp')
  await press('Space')
  for (let i = 0; i < 18; i++) await press('ArrowDown')
  expect(await lab.window.locator('.paper [role=status]').innerText()).toBe('Row 24, column 15, pen down')
  await press('Space')
  await press('Escape')
  await expect.poll(answer).toBe('1')
})

test('an image is chosen by its number, and one that the network misreads is found', async () => {
  await press('i')
  await lab.window.locator('.chooser input[type=number]').fill('0')
  await press('Enter')
  await expect.poll(() => lab.window.locator('.answer .test').innerText()).toContain('Test image 0 · the answer is 7')
  await press('i')
  await lab.window.getByRole('button', { name: 'A misread one' }).press('Enter')
  await expect.poll(() => lab.window.locator('.answer .test.wrong').count(), { timeout: 20_000 }).toBe(1)
})

test('a picture is read, its ink corrected with one slider, and damaged or foreign files leave the paper as it is', async () => {
  await choose('seven.png', png(220, 220, isSeven))
  await expect.poll(answer).toBe('7')
  await lab.window.getByRole('slider', { name: 'Ink' }).press('ArrowRight')
  await expect.poll(answer).toBe('7')
  for (const [name, buffer] of [['text.png', Buffer.from('not a picture')], ['none.png', png(1, 1, () => true).subarray(0, 20)]] as const) {
    await choose(name, buffer)
    await expect.poll(() => notices(lab.window)).toContain(name)
    expect(await answer()).toBe('7')
  }
  await choose('dot.png', png(1, 1, () => true))
  await expect.poll(answer).toContain('no ink')
})

test('a pasted picture goes to the paper', async () => {
  const bytes = [...png(220, 220, isSeven)]
  await paper().focus()
  await lab.window.evaluate((bytes) => {
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }))
    document.activeElement!.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, bytes)
  await expect.poll(answer).toBe('7')
})

test('a black paper and ten thousand points in one stroke neither freeze nor crash', async () => {
  const longest = await lab.window.evaluate(async () => {
    const canvas = document.querySelector<HTMLCanvasElement>('.paper canvas')!
    const { left, top, width, height } = canvas.getBoundingClientRect()
    canvas.setPointerCapture = () => undefined
    const send = (type: string, x: number, y: number, buttons = 1) => canvas.dispatchEvent(new PointerEvent(type, { clientX: left + x * width, clientY: top + y * height, pointerId: 7, pointerType: 'mouse', button: type === 'pointermove' ? -1 : 0, buttons, bubbles: true }))
    const frame = () => new Promise<number>((done) => { requestAnimationFrame(done) })
    let [longest, before] = [0, await frame()]
    send('pointerdown', 0, 0)
    for (let i = 0; i < 10_000; i++) {
      send('pointermove', Math.abs((i * 0.0137) % 2 - 1), i / 10_000)
      if (i % 50 === 49) {
        const now = await frame()
        longest = Math.max(longest, now - before)
        before = now
      }
    }
    send('pointerup', 1, 1, 0)
    return longest
  })
  expect(longest).toBeLessThan(1000) // milliseconds; also on a machine that is shared with other tests
  await expect.poll(inked).toBeGreaterThan(60)
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
