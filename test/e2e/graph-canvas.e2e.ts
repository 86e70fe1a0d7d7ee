import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepPicture, type Lab, launchLab } from './helpers'
import { copiedSize, toPlayground, typeGraph } from './window'

let lab: Lab
beforeAll(async () => { lab = await launchLab(); await toPlayground(lab.window) })
afterAll(async () => { await lab.close() })

const page = () => lab.window
const canvas = () => page().locator('.graph-canvas')
const node = (id: string) => canvas().locator(`[data-node="${id}"]`)
const button = (name: string) => canvas().getByRole('button', { name, exact: true })
const transform = () => page().locator('.vue-flow__transformationpane').evaluate(pane => (pane as HTMLElement).style.transform)
const keys = async (...names: readonly string[]) => { for (const name of names) await page().keyboard.press(name) }

const typeExpression = (text: string) => typeGraph(page(), text)
const begin = (example: string) => page().locator('.examples').getByText(example, { exact: true }).click()
/** Pairs of the graph's texts that overlap. */
const overlaps = () => canvas().evaluate((root) => {
  const found = [...root.querySelectorAll('.chip, .tensor > .shape, .grid, .node .body, .pill, .card, .result .body, .constant .body, .caption, .sum')]
    .filter(place => !place.parentElement?.closest('.card, .grid'))
    .map(place => ({ text: `${place.className} ${place.textContent}`, box: place.getBoundingClientRect() }))
  const pairs: string[] = []
  found.forEach((a, i) => found.slice(i + 1).forEach((b) => {
    const apart = a.box.right <= b.box.left + 0.5 || b.box.right <= a.box.left + 0.5 || a.box.bottom <= b.box.top + 0.5 || b.box.bottom <= a.box.top + 0.5
    if (!apart) pairs.push(`${a.text} × ${b.text}`)
  }))
  return pairs
})

describe('an input on the canvas', () => {
  test('is edited in place: Enter commits, Escape reverts', async () => {
    const field = node('apple').locator('input')
    await expect.poll(() => canvas().innerText()).toContain('715')
    await field.click()
    await page().keyboard.type('120')
    await keys('Enter')
    await expect.poll(() => canvas().innerText()).toContain('759')
    await page().keyboard.type('7')
    await keys('Escape')
    expect(await field.inputValue()).toBe('120')
  })

  test('changes with the arrow keys, and with Shift by less', async () => {
    const field = node('apple').locator('input')
    await field.focus()
    await keys('ArrowUp', 'ArrowUp', 'Shift+ArrowDown')
    expect(await field.inputValue()).toBe('121.9')
    await keys('Escape')
    expect(await field.inputValue()).toBe('120')
  })

  test('is dragged sideways, and the graph follows at once', async () => {
    const box = (await node('tax').locator('input').boundingBox())!
    await page().mouse.move(box.x + 30, box.y + box.height / 2)
    await page().mouse.down()
    await page().mouse.move(box.x + 50, box.y + box.height / 2, { steps: 5 })
    await expect.poll(() => node('tax').locator('input').inputValue()).toBe('1.6')
    await expect.poll(() => canvas().innerText()).toContain('1,104')
    await page().mouse.up()
  })

  test('reports at once that typed text is not a number', async () => {
    const field = node('count').locator('input')
    await field.click()
    await page().keyboard.type('two')
    await keys('Enter')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await keys('Escape')
    expect(await field.inputValue()).toBe('2')
  })
})

describe('the sheet', () => {
  test('is moved by dragging, zoomed by the wheel, and fitted again', async () => {
    const box = (await canvas().boundingBox())!
    const before = await transform()
    await page().mouse.move(box.x + box.width / 2, box.y + 12)
    await page().mouse.down()
    await page().mouse.move(box.x + box.width / 2 + 60, box.y + 40, { steps: 4 })
    await page().mouse.up()
    const after = await transform()
    expect(after).not.toBe(before)
    await page().mouse.wheel(0, -240)
    await expect.poll(transform).not.toBe(after)
    await button('Show all').click()
    await expect.poll(transform).toBe(before)
  })

  test('is navigated with the arrow keys along the edges', async () => {
    await button('Copy or save the picture').focus()
    await node('apple').locator('input').focus()
    await keys('Shift+Tab')
    expect(await page().evaluate(() => document.activeElement?.className)).toContain('graph-canvas')
    const selected = () => canvas().locator('.selected').evaluateAll(list => list.map(place => place.closest<HTMLElement>('[data-node]')?.dataset['node']))
    await keys('ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowRight', 'ArrowRight')
    expect(await selected()).toHaveLength(1)
    await keys('ArrowRight', 'ArrowRight', 'ArrowRight')
    const end = await selected()
    await keys('ArrowRight')
    expect(await selected()).toEqual(end)
  })

  test('offers its inputs to Tab in the order of the expression', async () => {
    await node('apple').locator('input').focus()
    const names = []
    for (let i = 0; i < 4; i++) {
      names.push(await page().evaluate(() => document.activeElement?.getAttribute('aria-label')))
      await keys('Tab')
    }
    expect(names).toEqual(['apple', 'count', 'orange', 'tax'])
  })
})

describe('tensors', () => {
  test('highlight the cells that a cell was computed from and those that it feeds', async () => {
    await begin('Affine and Softmax-with-Loss')
    await expect.poll(() => node('W').count()).toBe(1)
    await node('W').locator('[data-cell="1"]').hover()
    await expect.poll(() => canvas().locator('.cell.feeds').count()).toBeGreaterThan(0)
    await canvas().locator('.label .grid.value .cell').first().hover()
    await expect.poll(() => node('W').locator('.cell.sources').count()).toBeGreaterThan(0)
    await keepPicture(page(), 'graph-canvas-cells')
  })

  test('are edited cell by cell, by keyboard', async () => {
    await node('W').locator('[data-cell="0"]').focus()
    await keys('ArrowRight', 'Enter')
    // Cause: the component had two roots, so the field lost its position and appeared below the tensor, outside of its card.
    const [cell, field] = [(await node('W').locator('[data-cell="1"]').boundingBox())!, (await node('W').locator('input').boundingBox())!]
    expect([Math.abs(field.x - cell.x) < 2, Math.abs(field.y - cell.y) < 2, Math.abs(field.height - cell.height) < 2]).toEqual([true, true, true])
    await keepPicture(page(), 'graph-canvas-cell-typed-over')
    await page().keyboard.type('2')
    await keys('Enter', 'Escape')
    expect(await node('W').locator('[data-cell="1"]').getAttribute('aria-label')).toBe('W₁,₂ = 2')
  })
})

test.each(['Apples and oranges with tax', 'A neuron with sigmoid', 'Log loss', 'Fan-out: one value used twice', 'Three-layer network that learns', 'Affine and Softmax-with-Loss'])('nothing overlaps anything else: %s', async (example) => {
  await begin(example)
  await keys('End')
  await page().waitForTimeout(400) // wait until the sheet stops moving
  for (;;) {
    expect(await overlaps()).toEqual([])
    const open = canvas().getByRole('button', { name: /^Open .* into its parts$/ })
    if (await open.count() === 0) break
    await button('Show all').click() // an opened graph is too large to be read as a whole
    await page().waitForTimeout(400)
    await open.last().click()
    await keys('Escape', 'End')
    await page().waitForTimeout(400)
  }
  await keepPicture(page(), `graph-canvas-${example.replaceAll(/\W+/g, '-').toLowerCase()}`)
})

test('the picture is copied as the window shows it', async () => {
  await begin('Apples and oranges with tax')
  await button('Copy or save the picture').click()
  await page().getByRole('button', { name: 'Copy picture' }).click()
  await expect.poll(() => page().locator('.notices').innerText()).toContain('The picture of the graph was copied.')
  const size = await copiedSize(lab.app)
  expect(size.width).toBeGreaterThan(1000)
  expect(size.width / size.height).toBeGreaterThan(1)
})

test('a group opens into its parts and closes, with the same result', async () => {
  await typeExpression('sigmoid(w * x + b)')
  await expect.poll(() => canvas().getByRole('button', { name: 'Open sigmoid into its parts' }).count()).toBe(1)
  await keys('End')
  const result = await canvas().locator('.label').last().innerText()
  await canvas().getByRole('button', { name: 'Open sigmoid into its parts' }).click()
  await expect.poll(() => canvas().locator('.frame').count()).toBe(1)
  await keys('End')
  expect(await canvas().locator('.label').last().innerText()).toBe(result)
  expect(await overlaps()).toEqual([])
  await canvas().getByRole('button', { name: 'Close sigmoid into one node' }).click()
  await expect.poll(() => canvas().locator('.frame').count()).toBe(0)
})

test('an error is shown at the node that caused it', async () => {
  await typeExpression('log(x - 5) * y')
  await keys('End')
  await expect.poll(() => canvas().locator('.note').count()).toBe(1)
  await keepPicture(page(), 'graph-canvas-problem')
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
