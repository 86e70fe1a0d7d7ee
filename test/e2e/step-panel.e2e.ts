import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepPicture, type Lab, launchLab, newUserData } from './helpers'
import { toPlayground, typeGraph } from './window'

let lab: Lab
const userData = newUserData()
beforeAll(async () => { lab = await launchLab({ userData }); await toPlayground(lab.window) })
afterAll(async () => {
  await lab.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})
const key = (name: string) => lab.window.keyboard.press(name)

// Cause: the content security policy blocks style attributes, and something set one.
test.each([
  'max(0, x)', 'y = x^2 + 3', 'relu(x) * max(x, y)', 'sqrt(x) / exp(-x)', 'sigmoid(tanh(x))', 'softmax(x)', 'softmaxWithLoss(x, t)', 'sum(square(x)) / 2',
  '(a + b) * (a - b) / max(a, max(b, c))', 'x ^ y ^ z', 'log(x) + 사과 * りんご',
])('the console stays silent while %s is typed and stepped through', async (expression) => {
  const before = lab.errors.length
  await typeGraph(lab.window, expression)
  await key('Home')
  for (let i = 0; i < 14; i++) await key('ArrowRight')
  for (let i = 0; i < 3; i++) await key('ArrowLeft')
  await lab.window.waitForTimeout(100)
  expect(lab.errors.slice(before)).toEqual([])
})

/** Content that overflows the step's panel or lies beneath an edge that cannot be scrolled. */
const cut = () => lab.window.locator('.step').evaluate((panel) => {
  const bounds = panel.getBoundingClientRect()
  return [...panel.querySelectorAll('.katex-base, output, .number, code')].flatMap((number) => {
    const box = number.getBoundingClientRect()
    if (box.width === 0) return []
    let [left, right] = [bounds.left, bounds.right]
    for (let parent = number.parentElement!; parent !== panel; parent = parent.parentElement!) {
      if (getComputedStyle(parent).overflowX === 'visible') continue
      const edge = parent.getBoundingClientRect()
      left = Math.max(left, edge.left)
      right = Math.min(right, edge.right)
    }
    const fits = box.width <= right - left + 1 // content that is too wide by itself can be scrolled to
    return fits && (box.left < left - 1 || box.right > right + 1) ? [number.textContent] : []
  })
})

// Cause: formulas were kept on one line, and an overflowing formula was cut in the middle of a number.
// Clipping shows first in the narrow window, so every step is checked there.
describe.each([[1280, 800, 20], [1024, 640, 60]])('at %d × %d', (width, height, steps) => {
  beforeAll(() => lab.app.evaluate(({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]!.setContentSize(width!, height!), [width, height]))

  test.each([
    ['a sum of 40 terms', Array.from({ length: 40 }, (_, i) => `sigmoid(x - ${40 + i / 7})`).join(' + ')],
    ['one value used 40 times', `x * ${Array.from({ length: 40 }, (_, i) => `1.2345e-${i % 9 + 4} + x * ${i}.0071`).join(' + x * ')}`],
    ['long names and long numbers', 'y = aVeryLongNameOfAnInput * anotherVeryLongNameOfAnInput * 1.23456e-123 + max(aVeryLongNameOfAnInput, 3.14159265358979)'],
  ])('no number of %s is cut in the step’s panel', async (name, expression) => {
    await typeGraph(lab.window, expression)
    await key('End')
    await key('End')
    const found = new Set<string>()
    for (let i = 0; i < steps; i++) {
      for (const text of await cut()) found.add(text ?? '')
      if (i === 3) await keepPicture(lab.window, `step-${width}-${name.replaceAll(' ', '-')}`)
      await key('ArrowLeft')
    }
    expect([...found]).toEqual([])
  })
})

test('an undefined gradient and a part that overflows are reported on the canvas and in the panel', async () => {
  const { window } = lab
  await typeGraph(window, 'sqrt(x) * y + exp(y)')
  await window.locator('#input-x').fill('0')
  await key('Escape')
  await key('End')
  await key('End')
  expect((await window.locator('.graph-canvas [role=alert]').innerText()).replaceAll(/\s+/g, ' ')).toContain('the derivative is not finite')
  expect(await window.locator('.inputs .missing').innerText()).toContain('No gradient reaches x')
  await keepPicture(window, 'graph-missing-gradient')
  await typeGraph(window, 'p = sigmoid(w); p * 2')
  await window.locator('#input-w').fill('-800')
  await key('Escape')
  await window.getByRole('button', { name: /^Open sigmoid/i }).click()
  await key('End')
  await key('End')
  const notes = await window.locator('.graph-canvas [role=note]').allInnerTexts()
  expect(notes.map(text => text.replaceAll(/\s+/g, ' '))).toEqual([expect.stringContaining('Computed alone, this part overflows'), expect.stringContaining('computed in one step, is used')])
  expect(await window.locator('.inputs output').first().innerText()).toBe('0')
  await keepPicture(window, 'graph-part-overflows')
})
