import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { draw, goTo, untilReady, written } from './window'

let lab: Lab
beforeAll(async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await goTo(lab.window, 'Draw')
  await draw(lab.window, written.seven)
  await lab.window.getByRole('button', { name: 'Why this answer?' }).click()
})
afterAll(async () => { await lab.close() })

const tab = (name: string) => lab.window.getByRole('tab', { name, exact: true }).click()
/** −3.2 as it is printed */
const number = (text: string) => Number(text.replace('−', '-').replace('+', '').replace(',', ''))
const softmax = (z: readonly number[]) => {
  const e = z.map(score => Math.exp(score - Math.max(...z)))
  return e.map(value => value / e.reduce((a, b) => a + b))
}

test('the ledger of each class adds up to its score, and softmax makes the shown probabilities of the ten scores', async () => {
  const { window } = lab
  await tab('Units')
  const classes = window.getByLabel('For', { exact: true })
  const scores: number[] = []
  for (let k = 0; k < 10; k++) {
    await classes.selectOption({ label: String(k) })
    await expect.poll(() => window.locator('.why .sum').innerText()).toContain(`Score of ${k} =`)
    const rows = (await window.locator('.ledger .value').allInnerTexts()).map(number)
    const total = window.locator('.why .sum b')
    expect(rows).toHaveLength(14)
    expect(rows.reduce((a, b) => a + b)).toBeCloseTo(number(await total.innerText()), 6)
    scores.push(number((await total.getAttribute('title'))!))
  }
  const shown = await window.locator('.bars .share').evaluateAll(shares => shares.map(share => share.getAttribute('title')!))
  // probabilities are printed with six digits, scores with seven
  softmax(scores).forEach((share, k) => { expect(Math.abs(number(shown[k]!.replace('e−', 'e-')) - share)).toBeLessThan(1e-5) })
  await classes.selectOption({ index: 0 })
  await expect.poll(() => window.locator('.why .sum').innerText()).toContain('Score of 7 =')
})

test('a unit opens by the keyboard: its sum, its output, and the product that its bar is', async () => {
  const { window } = lab
  await window.locator('.ledger button').first().focus()
  await window.keyboard.press('ArrowDown')
  await window.keyboard.press('ArrowDown')
  const unit = /unit (\d+)/.exec(await window.locator('.ledger button:focus').innerText())![1]!
  await window.keyboard.press('Enter')
  await expect.poll(() => window.locator('.why .unit h3').innerText()).toBe(`Unit ${unit} of Affine 1`)
  const row = window.locator('.ledger .chosen')
  expect(await row.innerText()).toContain(`unit ${unit}`)
  const product = number(/= ([+−] [\d.]+)$/.exec((await window.locator('.unit .last').innerText()).trim())![1]!.replace(' ', ''))
  expect(product).toBeCloseTo(number(await row.locator('.value').innerText()), 1)
})

test('the picture is moved until it is read as a 3, step by step, and back; the paper stays as it is', async () => {
  const { window } = lab
  await tab('Pixels')
  const said = () => window.locator('.change .said').innerText()
  const press = (name: string) => window.locator('.change').getByRole('button', { name, exact: true }).click()
  const best = () => window.locator('.change .outputs .best .name').innerText()
  await window.locator('.change select').selectOption({ label: '3' })
  await expect.poll(said).toContain('until the network reads 3')
  expect(await best()).toBe('7')
  await press('Step')
  await expect.poll(said).toContain('Step 1:')
  await press('To the end')
  await expect.poll(said).toMatch(/now read as 3\. Size of the change [\d.]+ \(your drawing: [\d.]+\); \d+ of 784 pixels/)
  expect(await best()).toBe('3')
  expect(await window.locator('.answer .digit').innerText()).toBe('7')
  const steps = Number(/Step (\d+)/.exec(await said())![1])
  await press('Undo')
  if (steps > 1) {
    await expect.poll(said).toContain(`Step ${steps - 1}: still read as`)
    await press('Back to my drawing')
  }
  await expect.poll(said).toContain('until the network reads 3')
  expect(await best()).toBe('7')
})

test('it follows the drawing while it is drawn', async () => {
  const { window } = lab
  await tab('Units')
  const before = await window.locator('.why .sum b').innerText()
  await draw(window, [[[0.3, 0.5], [0.7, 0.5]]])
  await expect.poll(() => window.locator('.why .sum b').innerText()).not.toBe(before)
  await window.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect.poll(() => window.locator('.why').innerText()).toContain('Draw something first')
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
