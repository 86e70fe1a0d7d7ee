import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { askMain, choosePace, draw, goTo, learnTo, untilReady, written } from './window'

let lab: Lab
beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
})
afterAll(async () => { await lab.close() })

const step = async (which = 0) => Number(/step ([\d,]+)/.exec(await facts(which))![1]!.replaceAll(',', ''))
const answers = () => lab.window.locator('.network-answer')
const answer = (which = 0) => answers().nth(which)
const digit = (which = 0) => answer(which).locator('.answer .digit').innerText()
const facts = (which = 0) => answer(which).locator('.facts').innerText()
const shares = async (which = 0) => (await answer(which).locator('.bars .share').allInnerTexts()).join(' ')
const choose = (name: string, which = 0) => answer(which).getByRole('radiogroup', { name: 'Network that answers' }).getByText(name, { exact: true }).click()
const slider = () => lab.window.getByRole('slider', { name: 'Timeline of this training' })
const menu = async (which = 0) => { await answer(which).getByRole('button', { name: 'More networks' }).click() }

test('the past of a drawing is one slider: the ten bars change with it', async () => {
  await choosePace(lab.window, 'Full')
  await learnTo(lab.window, 600)
  await goTo(lab.window, 'Draw')
  await draw(lab.window, written.seven)
  await choose('In training')
  await expect.poll(() => digit()).toBe('7')
  const now = await shares()
  await slider().focus()
  await lab.window.keyboard.press('Home')
  await expect.poll(() => step()).toBe(0)
  await expect.poll(() => shares()).not.toBe(now)
  const box = (await slider().boundingBox())!
  await lab.window.mouse.move(box.x + 4, box.y + 10)
  await lab.window.mouse.down()
  await lab.window.mouse.move(box.x + 0.4 * box.width, box.y + 10, { steps: 6 })
  await lab.window.mouse.up()
  await expect.poll(() => step()).toBeGreaterThan(200)
  await lab.window.getByRole('button', { name: 'Back to now' }).click()
  await expect.poll(() => step()).toBe(600)
  await expect.poll(() => shares()).toBe(now)
})

test('a mark shows where the drawing was first read rightly: there it was, and one step before it was not', async () => {
  const first = lab.window.getByText(/First read as 7 at step/)
  await first.waitFor({ timeout: 20_000 })
  const at = Number(/at step ([\d,]+)/.exec(await first.innerText())![1])
  await lab.window.getByRole('button', { name: 'Go there' }).click()
  await expect.poll(() => step()).toBe(at)
  await expect.poll(() => digit()).toBe('7')
  await slider().focus()
  await lab.window.keyboard.press('ArrowLeft')
  await expect.poll(() => step()).toBe(at - 1)
  await expect.poll(() => digit()).not.toBe('7')
})

test('the run as it was there is kept, and stands beside the run as it is now, on the same ink', async () => {
  const then = await shares()
  const kept = await step()
  await menu()
  await answer().getByText(`Keep the run as it is at step ${kept}`).click()
  await lab.window.getByRole('button', { name: 'Back to now' }).click()
  expect(await shares()).toBe(then)
  await lab.window.getByRole('button', { name: 'Compare with another network' }).click()
  await choose('In training', 1)
  await expect.poll(() => step(1)).toBe(600)
  await expect.poll(() => digit(1)).toBe('7')
  expect([await step(), await shares()]).toEqual([kept, then])
  await draw(lab.window, [[[0.3, 0.55], [0.75, 0.55]]]) // both follow
  await expect.poll(() => shares()).not.toBe(then)
})

test('a weights file reads the drawing, and the run stays', async () => {
  const path = join(lab.userData, 'mine.safetensors')
  await lab.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
  }, path)
  await askMain(lab.window, 'weights:save', null)
  const before = await askMain(lab.window, 'run:read', null)
  await menu()
  await answer().getByText('Weights file…').click()
  await expect.poll(() => step()).toBe(600)
  await expect.poll(() => shares()).toBe(await shares(1)) // of the same weights
  expect((await askMain(lab.window, 'run:read', null))!.state.runId).toBe(before!.state.runId)
  await menu()
  expect(await lab.window.locator('.menu:popover-open .kept').count()).toBe(2)
  await lab.window.keyboard.press('Escape')
})

test('the window reads as the training thread does', async () => {
  await choose('In training')
  await lab.window.getByRole('button', { name: 'Test digit' }).click()
  const shown = answer().getByText(/Test image [\d,]+/)
  const index = Number(/image ([\d,]+)/.exec(await shown.innerText())![1]!.replaceAll(',', ''))
  const { images } = await askMain(lab.window, 'data:images', { dataset: 'mnist', split: 'test', first: index, count: 1 })
  const image = Object.values(images[0]!.image) // as the test's own process gets it
  const { label, outputs } = await lab.window.evaluate(async (image) => {
    const reply = await window.lab.invoke('draw:predict', { source: 'run', pixels: Float32Array.from(image) }) as { ok: true, value: { label: number, outputs: Float32Array } }
    return { label: reply.value.label, outputs: [...reply.value.outputs] }
  }, image)
  expect(await digit()).toBe(String(label))
  const titles = await answer().locator('.bars .share').evaluateAll(all => all.map(share => share.getAttribute('title')!))
  titles.forEach((exact, k) => expect(Number(exact.replace('−', '-').replace(/e−/, 'e-')), `class ${k}`).toBeCloseTo(outputs[k]!, 5))
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
