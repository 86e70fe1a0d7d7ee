import type { CDPSession } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepPicture, type Lab, launchLab } from './helpers'
import { goTo, stateOf, toPlayground, typeGraph, untilReady } from './window'

let lab: Lab
let input: CDPSession
beforeAll(async () => {
  lab = await launchLab()
  input = await lab.window.context().newCDPSession(lab.window)
  await toPlayground(lab.window)
})
afterAll(async () => { await lab.close() })

const page = () => lab.window
const expression = () => page().getByRole('textbox', { name: 'Expression' })
const names = () => page().locator('.inputs .row .name').allInnerTexts()
const inputNamed = (name: string) => page().locator(`#input-${name}`)
const suggestion = () => page().locator('button.suggestion')
/** Letters as an input method shows them during composition. */
const compose = (text: string) => input.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
const confirm = (text: string) => input.send('Input.insertText', { text })
const isFocused = () => expression().evaluate(field => field === document.activeElement)
const press = (key: string, options: { code?: string, isComposing?: boolean, keyCode?: number }) => page().evaluate((init) => {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }))
}, { key, ...options })

describe('a word during composition', () => {
  test('is not a name until it is complete, and Escape belongs to the input method', async () => {
    await typeGraph(page(), 'x * 2')
    await expect.poll(names).toEqual(['x'])
    await expression().focus()
    await page().keyboard.press('Control+A')
    await compose('ㅅ')
    await compose('사')
    expect(await expression().inputValue()).toBe('사')
    await page().keyboard.press('Escape')
    expect(await isFocused()).toBe(true)
    expect(await names()).toEqual(['x'])
    await confirm('사과')
    await expect.poll(names).toEqual(['사과'])
    await page().keyboard.press('Escape')
    expect(await isFocused()).toBe(false)
  })

  test('is confirmed by Enter, which commits no number on the canvas', async () => {
    await typeGraph(page(), 'x * 2')
    const field = page().locator('.graph-canvas .input input').first()
    await field.focus()
    await field.fill('7')
    await press('Enter', { isComposing: true })
    expect(await inputNamed('x').inputValue()).not.toBe('7')
    await press('Enter', {})
    await expect.poll(() => inputNamed('x').inputValue()).toBe('7')
  })
})

describe('the suggestion', () => {
  test('for an expression comes first, and corrects it when it is clicked', async () => {
    await typeGraph(page(), 'sigmiod(x) + 2x')
    expect(await page().locator('.message').innerText()).toMatch(/^Did you mean sigmoid\?/)
    await keepPicture(page(), 'typing-suggestion')
    for (const next of ['sigmoid', '2 * x']) {
      expect(await suggestion().innerText()).toContain(next)
      await suggestion().click()
    }
    expect(await expression().inputValue()).toBe('sigmoid(x) + 2 * x')
    expect(await isFocused()).toBe(true)
    await expect.poll(names).toEqual(['x'])
  })

  test('for a list is applied with the pointer or by Tab and Enter', async () => {
    await typeGraph(page(), 'sum(x)')
    await inputNamed('x').fill('1,2,3')
    await keepPicture(page(), 'typing-list')
    await suggestion().click()
    expect([await inputNamed('x').inputValue(), await page().locator('.inputs .shape').innerText()]).toEqual(['[1,2,3]', 'shape (3)'])
    await inputNamed('x').fill('(4, 5)')
    await page().keyboard.press('Tab')
    expect(await suggestion().evaluate(button => button === document.activeElement)).toBe(true)
    await page().keyboard.press('Enter')
    expect(await inputNamed('x').inputValue()).toBe('[4, 5]')
    await expect.poll(() => inputNamed('x').evaluate(field => field === document.activeElement)).toBe(true)
  })

  test('for a number on the canvas is applied there', async () => {
    await typeGraph(page(), 'y * 2')
    const field = page().locator('.graph-canvas .input input').first()
    await field.focus()
    await field.fill('1 500')
    await page().keyboard.press('Enter')
    await keepPicture(page(), 'typing-canvas')
    await suggestion().click()
    await expect.poll(() => inputNamed('y').inputValue()).toBe('1500')
  })
})

test('letter keys are identified by their position when the input method reports no letter', async () => {
  await untilReady(page())
  await page().locator('body').click({ position: { x: 5, y: 5 } })
  const step = async () => (await stateOf(page()))?.step
  const before = (await step())!
  await press('ㅜ', { code: 'KeyN' })
  await expect.poll(step).toBe(before + 1)
  await press('み', { code: 'KeyN' })
  await expect.poll(step).toBe(before + 2)
  await press('n', { code: 'KeyL' }) // Dvorak
  await expect.poll(step).toBe(before + 3)
  await press('ㅜ', { code: 'KeyN', isComposing: true })
  await press('Process', { code: 'KeyN', keyCode: 229 })
  await press('ㅜ', { code: 'KeyN' })
  await expect.poll(step).toBe(before + 4)
})

test('the settings of a network accept numbers in all notations, and show suggestions', async () => {
  await goTo(page(), 'Train')
  const rate = page().locator('.config .field', { hasText: 'Learning rate' })
  await rate.locator('input').fill('0,0５')
  expect(await rate.locator('[role=alert]').count()).toBe(0)
  const batch = page().locator('.config .field', { hasText: 'Batch size' })
  await batch.locator('input').fill('1 000')
  await keepPicture(page(), 'typing-settings')
  await batch.locator('button.suggestion').click()
  expect([await batch.locator('input').inputValue(), await batch.locator('[role=alert]').count()]).toEqual(['1000', 0])
})

test('nothing was blocked on the way', () => { expect(lab.errors).toEqual([]) })
