import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readGraphDocument } from '@core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepPicture, type Lab, launchLab, newUserData } from './helpers'
import { copiedSize, notices, toPlayground } from './window'

let lab: Lab
const userData = newUserData()
const folder = mkdtempSync(join(tmpdir(), 'backprop-graphs-'))
const open = async () => { lab = await launchLab({ userData }) }
beforeAll(async () => { await open(); await toPlayground(lab.window) })
afterAll(async () => {
  await lab.close()
  for (const path of [folder, userData]) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
})

const apples = '(apple * a + orange * o) * tax'
const keys = (...names: readonly string[]) => names.reduce((before, name) => before.then(() => lab.window.keyboard.press(name)), Promise.resolve())
const expression = () => lab.window.getByRole('textbox', { name: 'Expression' })
const canvas = () => lab.window.locator('.graph-canvas')
const field = (name: string) => lab.window.locator(`#input-${name}`)
const gradients = async () => Object.fromEntries(await lab.window.locator('.inputs .row').evaluateAll(rows => rows.map(row => [row.querySelector('.name')?.textContent, row.querySelector('output')?.textContent])))
const where = () => lab.window.locator('.scrubber .number').innerText()
const tab = (name: string) => lab.window.getByRole('tab', { name, exact: true }).click()
const notice = () => notices(lab.window)
const dismiss = () => lab.window.getByRole('button', { name: 'Dismiss' }).first().click()
const clipboard = () => lab.app.evaluate(({ clipboard }) => clipboard.readText())
/** Clicks an item of the native menu. */
const menu = (label: string) => lab.app.evaluate(({ Menu, BrowserWindow }, label) => {
  const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? [])
  items.find(item => item.label === label)!.click(undefined, BrowserWindow.getAllWindows()[0], undefined)
}, label)
/** Answers the native dialogs, which a test cannot press. */
const answer = (path: string) => lab.app.evaluate(({ dialog }, path) => {
  dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
  dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
}, path)

/** Replaces the text of the focused field. */
async function retype(text: string): Promise<void> {
  await keys('Control+A')
  await lab.window.keyboard.type(text)
}
async function typeExpression(text: string): Promise<void> {
  await keys('Escape', '/')
  await retype(text)
  await keys('Escape')
}
async function begin(example: string): Promise<void> {
  await lab.window.locator('.examples').getByText(example, { exact: true }).click()
}

describe('the apples and oranges, by keyboard', () => {
  test('are typed, and every name becomes an input', async () => {
    await typeExpression(apples)
    await expect.poll(async () => Object.keys(await gradients())).toEqual(['apple', 'a', 'orange', 'o', 'tax'])
    for (const [name, value] of [['apple', '100'], ['a', '2'], ['orange', '150'], ['o', '3'], ['tax', '1.1']] as const) {
      await field(name).focus()
      await retype(value)
    }
    await keys('Escape')
    await expect.poll(() => canvas().innerText()).toContain('715')
  })

  test('are stepped to 715 and back to every gradient', async () => {
    await keys('Home')
    expect(await where()).toBe('0 / 9')
    expect(await canvas().innerText()).not.toContain('715')
    await keys('ArrowRight', 'f', 'f', 'f')
    await expect.poll(() => canvas().innerText()).toContain('715')
    expect(Object.values(await gradients())).toEqual(['–', '–', '–', '–', '–'])
    await keys('b')
    await lab.window.getByText('So the backward pass begins with 1').waitFor()
    await keys('ArrowRight')
    expect(await gradients()).toMatchObject({ tax: '650', apple: '–' })
    await keepPicture(lab.window, 'graphs-backward')
    await keys('b', 'b', 'ArrowRight')
    expect(await gradients()).toEqual({ apple: '2.2', a: '110', orange: '3.3', o: '165', tax: '650' })
    expect(await where()).toBe('9 / 9')
  })

  test('are stepped back to the start, and jumped through', async () => {
    for (let i = 0; i < 9; i++) await keys('ArrowLeft')
    expect(await where()).toBe('0 / 9')
    await keys('End')
    expect(await where()).toBe('4 / 9')
    await keys('End')
    expect(await where()).toBe('9 / 9')
  })

  test('play by themselves to the end, at the chosen speed', async () => {
    for (let i = 0; i < 12; i++) await keys('+')
    await keys('Home', 'Space')
    await expect.poll(where, { timeout: 5_000, interval: 20 }).toBe('9 / 9')
    await lab.window.getByRole('button', { name: 'Play', exact: true }).waitFor()
    expect(await lab.window.locator('.speed .number').innerText()).toBe('50 ms')
  })

  test('show their keys, and keep them after a click on the sheet', async () => {
    await keys('?')
    await lab.window.getByRole('heading', { name: 'Keys' }).waitFor()
    await keys('Escape', 'Home')
    const box = (await canvas().boundingBox())!
    await lab.window.mouse.click(box.x + 30, box.y + 20)
    await keys('ArrowRight')
    expect(await where()).toBe('1 / 9')
    await keys('End', 'End')
  })
})

describe('an invalid expression', () => {
  test('is marked at its character, and the last valid graph stays', async () => {
    await keys('/')
    await retype(`${apples} + )`)
    const alert = lab.window.getByRole('alert')
    expect(await alert.innerText()).toMatch(/Character 34/)
    expect(await lab.window.locator('mark').innerText()).toBe(')')
    expect(await canvas().innerText()).toContain('715')
    await lab.window.getByText('last good graph').waitFor()
    await keepPicture(lab.window, 'graphs-error')
    await keys('Backspace', 'Backspace', 'Backspace', 'Escape')
    await expect.poll(() => alert.count()).toBe(0)
  })

  test.each([
    ['x'.repeat(10_000), /too long/],
    [`${'('.repeat(1_000)}x${')'.repeat(1_000)}`, /at most 100/],
  ])('is refused when it is too large, not computed forever (%#)', async (text, message) => {
    await expression().fill(text)
    await expect.poll(() => lab.window.getByRole('alert').innerText(), { timeout: 5_000 }).toMatch(message)
    await expression().press('Escape')
    await keys('Control+z')
    await expect.poll(async () => (await expression().inputValue()).trim()).toBe(apples)
  })

  test('with a value that cannot be computed is reported at its node', async () => {
    await typeExpression('log(x - 2) * y')
    await lab.window.getByText('log is defined only for numbers above 0', { exact: false }).first().waitFor()
    await keys('Control+z')
  })
})

test('sigmoid opens into its parts and closes, with the same gradients', async () => {
  await begin('A neuron with sigmoid')
  const closed = await gradients()
  expect(closed).toMatchObject({ b: '0.196612' }) // y(1 − y) at x = 1
  await canvas().getByRole('button', { name: /^Open/ }).click()
  await expect.poll(() => canvas().innerText()).toContain('exp')
  expect(await gradients()).toEqual(closed)
  await canvas().getByRole('button', { name: /^Close/ }).click()
  await expect.poll(() => canvas().innerText()).not.toContain('exp')
  expect(await gradients()).toEqual(closed)
})

test('an input is changed on the sheet, and the nudge agrees with backpropagation', async () => {
  await begin('Apples and oranges with tax')
  const onSheet = canvas().locator('[data-node="count"] input')
  await onSheet.fill('4')
  await onSheet.press('Enter')
  await expect.poll(() => field('count').inputValue()).toBe('4')
  await tab('Nudge')
  await lab.window.locator('.nudge select').first().selectOption('apple')
  const numbers = () => lab.window.locator('.nudge dd').allInnerTexts()
  await expect.poll(async () => (await numbers())[3]).toBe('4.4')
  expect(Number((await numbers())[2])).toBeCloseTo(4.4, 6)
  await lab.window.getByText('No valley').waitFor()
  await begin('Log loss')
  await lab.window.getByText('A valley:').waitFor()
  expect(await lab.window.getByRole('img', { name: /^Difference between the numerical derivative/ }).count()).toBe(1)
  await tab('Step')
})

test('changes are undone and redone, by key and by menu; a field keeps its own history', async () => {
  await begin('Apples and oranges with tax')
  await field('apple').focus()
  await retype('300')
  await keys('Escape')
  await lab.window.waitForTimeout(50)
  await keys('Control+z')
  await expect.poll(() => field('apple').inputValue()).toBe('100')
  await keys('Control+Shift+Z')
  await expect.poll(() => field('apple').inputValue()).toBe('300')
  await menu('Undo')
  await expect.poll(() => field('apple').inputValue()).toBe('100')
  await menu('Redo')
  await expect.poll(() => field('apple').inputValue()).toBe('300')
  await keys('Control+z')
  await keys('/', 'End')
  await lab.window.keyboard.type(' * 2')
  await menu('Undo')
  await expect.poll(() => expression().inputValue()).not.toContain('* 2')
  await keys('Escape')
})

test('a graph is saved, opened again and undone; other files are refused with a message', async () => {
  await begin('Fan-out: one value used twice')
  const path = join(folder, 'fan-out.json')
  await answer(path)
  await menu('Save…')
  await expect.poll(notice).toContain('fan-out.json')
  expect(readGraphDocument(readFileSync(path), path)).toEqual({ expression: 't = x + y\nz = t * t', inputs: { x: 3, y: 1 } })
  await begin('Log loss')
  await menu('Open…')
  await expect.poll(() => expression().inputValue()).toBe('t = x + y\nz = t * t')
  await keys('Escape', 'Control+z')
  await expect.poll(() => expression().inputValue()).toBe('log(1 + exp(-t * y))')
  writeFileSync(path, '{"format":"backprop-lab-graph","version":1,"expression":"x *","inputs":{}}')
  await menu('Open…')
  await expect.poll(notice).toMatch(/expression that cannot be read/)
  expect(await expression().inputValue()).toBe('log(1 + exp(-t * y))')
  await dismiss()
})

test('the graph is copied as code in four languages', async () => {
  await begin('Apples and oranges with tax')
  await tab('Code')
  for (const [language, part] of [['NumPy', 'MulLayer'], ['PyTorch', 'import torch'], ['TypeScript', 'traceOf'], ['LaTeX', '\\partial']] as const) {
    await lab.window.getByRole('radiogroup', { name: 'Language' }).getByText(language, { exact: true }).click()
    await lab.window.getByRole('button', { name: 'Copy', exact: true }).click()
    await expect.poll(clipboard).toContain(part)
  }
  await tab('Step')
})

test('the picture of the graph is copied', async () => {
  await lab.window.getByRole('button', { name: 'Copy or save the picture' }).click()
  await lab.window.getByRole('button', { name: 'Copy picture' }).click()
  await expect.poll(async () => (await copiedSize(lab.app)).width).toBeGreaterThan(400)
})

test('a network learns round by round', async () => {
  await begin('Three-layer network that learns')
  await expect.poll(() => canvas().innerText()).toContain('0.0963')
  await lab.window.getByRole('button', { name: 'Next round' }).click()
  await keys('End')
  await expect.poll(() => canvas().innerText()).toContain('0.06178')
})

test('the side panel is widened, closed and reopened', async () => {
  const width = async () => (await lab.window.locator('aside').boundingBox())?.width ?? 0
  const before = await width()
  const handle = (await lab.window.getByRole('separator').boundingBox())!
  await lab.window.mouse.move(handle.x, handle.y + 300)
  await lab.window.mouse.down()
  await lab.window.mouse.move(handle.x + 60, handle.y + 300, { steps: 4 })
  await lab.window.mouse.up()
  expect(Math.abs(await width() - before - 60)).toBeLessThanOrEqual(2)
  await lab.window.getByRole('button', { name: 'Put the side away' }).click()
  expect(await width()).toBe(0)
  await lab.window.getByRole('button', { name: 'Open the side' }).click()
  expect(Math.abs(await width() - before - 60)).toBeLessThanOrEqual(2)
})

test('the timeline is dragged to any step', async () => {
  const line = (await lab.window.locator('.scrubber input').boundingBox())!
  await lab.window.mouse.click(line.x + 2, line.y + line.height / 2)
  await expect.poll(where).toMatch(/^0 /)
  await lab.window.mouse.click(line.x + line.width - 2, line.y + line.height / 2)
  await expect.poll(where).toBe('19 / 19')
})

test('the playground is restored at the next start, including unfinished typing', async () => {
  await expression().fill('apple * (')
  await lab.window.waitForTimeout(600)
  await lab.close()
  await open()
  await expect.poll(() => expression().inputValue()).toBe('apple * (')
  await lab.window.getByRole('alert').waitFor()
  await expression().press('Escape')
  await keys('Control+z')
  await expect.poll(() => expression().inputValue()).toContain('identityWithLoss')
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
