import type { RunSoFar } from '@contract'
import { sizesOf } from '@core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { runConfig } from '../fixtures/run-config'
import { choosePace, numberIn, pause, runUntil, stateOf, stepShown, untilReady } from './window'

let lab: Lab
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window) })
afterAll(async () => { await lab.close() })

const button = (name: string | RegExp) => lab.window.getByRole('button', { name, exact: true })
const sizesShown = async () => {
  const state = await stateOf(lab.window)
  return state && sizesOf({ input: state.input, layers: state.config.network.layers })
}
const hash = () => lab.window.evaluate(async () => {
  const reply = await window.lab.invoke('run:probe', { tensors: [{ path: 'affine1.W' }] }) as { value: { tensors: [{ data: Float32Array }] } }
  const digest = await crypto.subtle.digest('SHA-256', Uint8Array.from(new Uint8Array(reply.value.tensors[0].data.buffer)))
  return [...new Uint8Array(digest)].join()
})

test('a first run learns one mini-batch a second, which the eye can follow', async () => {
  expect((await stateOf(lab.window))?.step).toBe(0)
  await button('Run').click()
  const start = performance.now()
  await expect.poll(() => stepShown(lab.window), { timeout: 15_000, interval: 20 }).toBeGreaterThanOrEqual(4)
  const seconds = (performance.now() - start) / 1000
  await pause(lab.window)
  expect(seconds).toBeGreaterThan(2.5)
  expect(await stepShown(lab.window)).toBeLessThanOrEqual(6)
})

test('one step learns one mini-batch, by button and by key', async () => {
  const before = await stepShown(lab.window)
  await button('One step').click()
  await expect.poll(() => stepShown(lab.window)).toBe(before + 1)
  await lab.window.locator('body').press('n')
  await expect.poll(() => stepShown(lab.window)).toBe(before + 2)
})

test('Run and Pause move nothing: what is about to be pressed stays where it is', async () => {
  const places = () => lab.window.evaluate(() => ['.transport', '.network', '.charts', '.inspector', '.inspector [role=tab]:last-child'].map((place) => {
    const { left, right, top, bottom } = document.querySelector(place)!.getBoundingClientRect()
    return [place, left, right, top, bottom]
  }))
  for (const size of [[1280, 800], [1024, 640]] as const) {
    await lab.app.evaluate(({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]!.setContentSize(width!, height!), size)
    await expect.poll(() => lab.window.evaluate(() => innerHeight)).toBe(size[1])
    const paused = await places()
    await button('Run').click()
    await button('Pause').waitFor()
    await expect.poll(places).toEqual(paused)
    await pause(lab.window)
    await button('Run').waitFor()
    await expect.poll(places).toEqual(paused)
  }
})

test('the X-ray leads from the chain to one product and back, by the keyboard alone', async () => {
  const { window } = lab
  const focused = (entry: string) => window.locator(`.xray [data-entry="${entry}"]:focus`).waitFor()
  const first = window.locator('.network .column input').first()
  await first.focus()
  await window.keyboard.press('Enter')
  await focused('dW')
  await window.keyboard.press('Enter')
  await window.getByText(/^dW\[\d+, \d+\] = Σₙ x\[n, \d+\] · dout\[n, \d+\]$/).waitFor()
  await focused('0')
  const [sum, tensor] = (await window.locator('.xray .sum output, .xray .sum + li output').allInnerTexts()).map(text => Number(text.replace('= ', '').replaceAll('−', '-')))
  expect(Math.abs(sum! - tensor!)).toBeLessThan(1e-5 * Math.abs(tensor!)) // 100 roundings of float32
  await window.keyboard.press('Enter')
  await window.getByText(/from dx\[\d+, \d+\] of ReLU 1/).waitFor()
  for (const entry of ['0', 'dW', 'affine1']) {
    await window.keyboard.press('Escape')
    await focused(entry)
  }
  await window.keyboard.press('Escape')
  await expect.poll(() => first.evaluate(input => document.activeElement === input)).toBe(true)
  expect(await window.locator('.xray').count()).toBe(0)
})

test('full speed updates loss, accuracy and every block; pause stops all of them', async () => {
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 150)
  expect(await numberIn(lab.window.locator('.counters .speed dd'))).toBeGreaterThan(10)
  await pause(lab.window)
  const state = await stateOf(lab.window)
  expect(state?.phase).not.toBe('running')
  expect(await stepShown(lab.window)).toBe(state?.step)
  await expect.poll(async () => (await stateOf(lab.window))?.evaluation, { timeout: 20_000 }).toMatchObject({ step: state?.step, test: { images: 10_000 } })
  // 150 mini-batches are a quarter of an epoch: PyTorch reaches about 0.85 there
  expect((await stateOf(lab.window))?.evaluation?.test.accuracy).toBeGreaterThan(0.75)
  expect(await lab.window.getByText(/‖dW‖/).count()).toBeGreaterThan(1)
})

test('both charts zoom to single steps, which are read exactly, and a step that is chosen is shown', async () => {
  const { window: page } = lab
  const plot = page.getByRole('slider', { name: 'Loss by step' })
  const read = () => plot.getAttribute('aria-valuetext')
  await plot.focus()
  for (const key of ['Home', '+', '+', '+']) await page.keyboard.press(key)
  // A key moves by what is drawn: single steps once their losses are here
  await expect.poll(async () => {
    for (const key of ['Home', 'ArrowRight']) await page.keyboard.press(key)
    return await read()
  }, { timeout: 20_000 }).toMatch(/^step 1 /)
  for (const key of ['ArrowRight', 'ArrowRight']) await page.keyboard.press(key)
  expect(await page.getByRole('button', { name: 'Whole run' }).count()).toBe(2)
  const loss = await page.evaluate(async () => {
    const reply = await window.lab.invoke('runs:losses', { from: 3, to: 3 }) as { value: { latest: { x: number, y: number } } }
    return reply.value.latest
  })
  expect(loss.x).toBe(3)
  await expect.poll(read).toBe(`step 3 · epoch 0, loss ${new Intl.NumberFormat('en', { maximumSignificantDigits: 6 }).format(loss.y)}`)
  await page.keyboard.press('Enter')
  await expect.poll(() => page.locator('.chart .future').count()).toBe(2)
  await page.getByRole('button', { name: 'Back to now' }).click()
  await plot.focus()
  await page.keyboard.press('0')
  expect(await page.getByRole('button', { name: 'Whole run' }).count()).toBe(0)
  // the wheel zooms where the pointer is, and a drag moves the steps
  const box = (await plot.boundingBox())!
  const middle = [box.x + box.width / 2, box.y + box.height / 2] as const
  await page.mouse.move(...middle)
  await page.mouse.wheel(0, -480)
  await page.getByRole('button', { name: 'Whole run' }).first().waitFor()
  const first = await read()
  await page.mouse.down()
  await page.mouse.move(middle[0] + 120, middle[1], { steps: 4 })
  await page.mouse.up()
  await page.mouse.move(...middle)
  const stepIn = (text: string | null) => Number(/step ([\d,]+)/.exec(text ?? '')![1]!.replaceAll(',', ''))
  await expect.poll(async () => stepIn(await read())).toBeLessThan(stepIn(first))
  await page.getByRole('button', { name: 'Whole run' }).first().click()
})

test('an epoch ends where the next begins', async () => {
  // at full speed several epochs may pass before the pause
  const epoch = Math.floor(await stepShown(lab.window) / 600) + 1
  await button('How far to run').click()
  await lab.window.getByRole('button', { name: /^One epoch/ }).click()
  await expect.poll(() => stepShown(lab.window), { timeout: 50_000 }).toBe(600 * epoch)
  expect((await stateOf(lab.window))?.epoch).toBe(epoch)
}, 70_000)

test('rewind goes back to the very same initial weights', async () => {
  await button('Rewind').click()
  await expect.poll(() => stepShown(lab.window)).toBe(0)
  const first = await hash()
  await button('One step').click()
  await expect.poll(() => stepShown(lab.window)).toBe(1)
  expect(await hash()).not.toBe(first)
  await button('Rewind').click()
  await expect.poll(() => stepShown(lab.window)).toBe(0)
  expect(await hash()).toBe(first)
})

test('every block can be inspected: norms, histograms, heat maps of W and dW', async () => {
  await button('One step').click()
  await expect.poll(() => stepShown(lab.window)).toBe(1)
  for (const name of ['Affine 1', 'ReLU 1', 'Affine 2', 'Softmax-with-Loss']) {
    await lab.window.locator('.network').getByText(name, { exact: true }).click()
    await lab.window.getByRole('heading', { name, exact: true }).waitFor()
  }
  await lab.window.locator('.network').getByText('Affine 1', { exact: true }).click()
  for (const [tab, tensor] of [['Gradients', 'dW'], ['Weights', 'W']] as const) {
    await lab.window.getByRole('radiogroup', { name: 'What to see' }).getByText(tab, { exact: true }).click()
    const map = lab.window.getByRole('img', { name: new RegExp(`Colour map of ${tensor}\\b`) }).or(lab.window.getByLabel(new RegExp(`Colour map of ${tensor}\\b`)))
    await map.first().waitFor()
    const colours = () => map.first().evaluate((node) => {
      const canvas = node instanceof HTMLCanvasElement ? node : node.querySelector('canvas')
      const { data } = canvas!.getContext('2d')!.getImageData(0, 0, canvas!.width, canvas!.height)
      return new Set(Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i]! << 16) | (data[4 * i + 1]! << 8) | data[4 * i + 2]!)).size
    })
    await expect.poll(colours, { timeout: 10_000 }).toBeGreaterThan(20) // painted with the next frame
  }
})

test('the loss shows its mini-batch, most wrong first, and Enter opens an image as a graph', async () => {
  await lab.window.locator('.network').getByText('Softmax-with-Loss', { exact: true }).click()
  const images = lab.window.getByRole('grid', { name: 'Images of the mini-batch, most wrong first' }).getByRole('gridcell')
  await expect.poll(() => images.count()).toBe(100)
  const losses = await images.evaluateAll(cells => cells.map(cell => Number(/loss ([\d.]+)/.exec(cell.ariaLabel ?? '')?.[1])))
  expect(losses).toEqual([...losses].sort((a, b) => b - a))
  await images.first().focus()
  await lab.window.keyboard.press('ArrowRight')
  expect(await lab.window.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(await images.nth(1).getAttribute('aria-label'))
  await lab.window.keyboard.press('Enter')
  await lab.window.getByText(/^Image [\d,]+ of the training set: a \d, read as \d$/).waitFor()
  await lab.window.keyboard.press('Escape')
  await lab.window.locator('.xray').waitFor({ state: 'detached' })
})

test('a card that is pinned, and a cell of the heat map that is pinned, follow the numbers', async () => {
  const { window: page } = lab
  await page.locator('.network').getByText('Affine 1', { exact: true }).click()
  await page.getByRole('radiogroup', { name: 'What to see' }).getByText('Gradients', { exact: true }).click()
  await page.getByRole('button', { name: '‖dW‖', exact: true }).focus()
  await page.keyboard.press('Enter')
  const card = page.locator('.sheet:popover-open')
  await card.getByRole('button', { name: /^Pin/ }).click()
  const step = await stepShown(page)
  const formula = () => card.locator('.formula').first().innerText()
  const map = page.locator('.map .sheet canvas').first()
  await map.focus()
  await page.keyboard.press('ArrowDown') // from nowhere to the largest cell
  await page.keyboard.press('Enter') // its image, large
  await page.getByRole('button', { name: 'All images' }).waitFor()
  const above = (await map.boundingBox())!.y
  await page.keyboard.press('Enter')
  const [before, was] = [await formula(), await page.locator('.map .pin').innerText()]
  expect((await map.boundingBox())!.y).toBe(above) // a click must not move the cells under the pointer
  await page.keyboard.press('n')
  await expect.poll(formula).not.toBe(before)
  expect(await page.locator('.map .pin').innerText()).toContain(/^dW\[\d+, \d+\] = /.exec(was)![0])
  expect(was).toContain(`(step ${step})`)
  await page.keyboard.press('Escape')
  await page.locator('.map .pin').waitFor({ state: 'detached' })
  await card.getByRole('button', { name: 'Close' }).click()
  expect(await card.count()).toBe(0)
})

test.each(['0', '-1', '1e9', '3.5', 'abc', ''])('%j hidden units are refused at the field, and the run stays', async (value) => {
  const before = await stateOf(lab.window)
  const field = lab.window.getByLabel('Hidden units')
  await field.fill(value)
  await field.blur()
  await lab.window.getByRole('alert').first().waitFor()
  expect(await lab.window.getByRole('alert').first().innerText()).toMatch(/4,?096/)
  expect(await button('New network').isEnabled()).toBe(false)
  expect((await stateOf(lab.window))?.runId).toBe(before?.runId)
  await button('Revert').click()
})

test.each(['0', '-0.1', 'NaN'])('a learning rate of %j is refused at the field', async (value) => {
  const field = lab.window.getByLabel('Learning rate')
  await field.fill(value)
  await field.blur()
  await lab.window.getByRole('alert').first().waitFor()
  expect(await button('New network').isEnabled()).toBe(false)
  await button('Revert').click()
})

test('a new network has the chosen layers, activation, initialization and seed', async () => {
  await lab.window.getByText('Everything', { exact: true }).click()
  await button(/^Add a layer/).click()
  await button('As text').click()
  await lab.window.getByLabel('Layers as text').fill('affine 30, sigmoid, affine 20, sigmoid, affine 10')
  await lab.window.getByText('More settings', { exact: true }).click()
  await lab.window.getByLabel('Weight initialization').selectOption('xavier')
  await lab.window.getByLabel('Seed', { exact: true }).fill('42')
  await button('New network').click()
  await expect.poll(async () => (await stateOf(lab.window))?.config).toEqual(runConfig({ layers: [784, 30, 20, 10], activation: 'sigmoid', init: 'xavier', seed: 42 }))
  await lab.window.locator('.network').getByRole('radio', { name: /^Sigmoid 2\b/ }).waitFor()
})

test('a non-finite loss stops the run by itself, names the step, and keeps finite weights', async () => {
  // Four hidden layers at a learning rate of 10 overflow float32 within a few steps; a shallow network's ReLUs would merely die.
  await lab.window.getByLabel('Layers as text').fill('affine 30, relu, affine 20, relu, affine 50, relu, affine 50, relu, affine 10')
  await lab.window.getByLabel('Weight initialization').selectOption('he')
  await lab.window.getByLabel('Learning rate').fill('10')
  await button('New network').click()
  await expect.poll(async () => sizesShown()).toEqual([784, 30, 20, 50, 50, 10])
  await choosePace(lab.window, 'Full')
  await button('Run').click()
  await lab.window.locator('.diagnosis').getByText(/Training stopped at step/).waitFor({ timeout: 30_000 })
  const state = await stateOf(lab.window)
  expect(state?.phase).toBe('diverged')
  const finite = await lab.window.evaluate(async () => {
    const reply = await window.lab.invoke('run:probe', { tensors: [{ path: 'affine1.W' }] }) as { value: { tensors: [{ data: Float32Array }] } }
    return reply.value.tensors[0].data.every(Number.isFinite)
  })
  expect(finite).toBe(true)
  await button('Rewind').click()
  await expect.poll(async () => (await stateOf(lab.window))?.phase).not.toBe('diverged')
})

test('a reloaded window shows the running run, with its curve', async () => {
  await lab.window.getByLabel('Learning rate').fill('0.1')
  await button('New network').click()
  await choosePace(lab.window, '100')
  await runUntil(lab.window, 60)
  await lab.window.reload()
  await lab.window.getByRole('button', { name: 'Pause', exact: true }).waitFor()
  const step = await stepShown(lab.window)
  expect(step).toBeGreaterThan(60)
  await expect.poll(() => stepShown(lab.window)).toBeGreaterThan(step)
  const { value: { state, history } } = await lab.window.evaluate(() => window.lab.invoke('run:read', null)) as { value: RunSoFar }
  expect(history.loss.latest?.x).toBe(state.step)
  expect(history.loss.first.x).toBe(1)
  expect(history.evaluations.map(({ step }) => step)).toEqual(expect.arrayContaining([0, 1, 2, 4, 8, 16, 32]))
  await pause(lab.window)
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
