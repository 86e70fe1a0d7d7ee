import { rmSync } from 'node:fs'
import { RunStore, runsFolder } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, goTo, goToFiles, learnTo, notices, stepShown, untilReady } from './window'

const userData = newUserData()
let lab: Lab
beforeAll(async () => { lab = await launchLab({ userData }) })
afterAll(async () => {
  await lab?.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const options = () => lab.window.getByRole('listbox', { name: 'Runs' }).getByRole('option')
const press = async (...keys: readonly string[]) => { for (const key of keys) await lab.window.keyboard.press(key) }
/** Names the run in Train. */
async function nameIt(name: string) {
  await goToFiles(lab.window, 'Runs')
  await options().filter({ hasText: 'in Train now' }).click()
  await press('F2')
  await lab.window.keyboard.type(name)
  await press('Enter')
  await options().filter({ hasText: name }).waitFor()
}

test('two runs that were trained here are compared: curves, settings, the first step that differs and ‖ΔW‖', async () => {
  await untilReady(lab.window)
  await choosePace(lab.window, 'Full')
  await learnTo(lab.window, 400)
  await nameIt('Usual')
  await goTo(lab.window, 'Train')
  await lab.window.getByRole('button', { name: 'Rewind' }).click()
  await expect.poll(() => stepShown(lab.window)).toBe(0)
  const step = 50
  await learnTo(lab.window, step)
  await lab.window.evaluate(() => (window as unknown as { lab: { invoke: (channel: string, arg: unknown) => Promise<unknown> } }).lab.invoke('run:change', { optimizer: { learningRate: 0.02 } }))
  await learnTo(lab.window, step + 200)
  await nameIt('Lower rate')

  await press('Space', 'ArrowDown', 'Space', 'c')
  await lab.window.getByRole('heading', { name: 'Comparing 2 runs' }).waitFor()
  const legend = lab.window.getByRole('list', { name: 'The runs' })
  await expect.poll(() => legend.innerText()).toMatch(/A[^]*Lower rate[^]*step[^]*B[^]*Usual[^]*step/)
  const settings = lab.window.getByRole('region', { name: 'Settings that differ' })
  expect((await settings.innerText()).replace(/\s+/g, ' ')).toContain(`Learning rate 0.1 from step ${step.toLocaleString('en')}: 0.02 0.1`)
  expect(await settings.getByRole('row').count()).toBe(2)

  const weights = lab.window.getByRole('region', { name: 'Weights of two runs' })
  await weights.getByRole('button', { name: 'Find the first difference' }).click()
  await expect.poll(() => weights.innerText(), { timeout: 30_000 }).toContain(`differ from step ${(step + 1).toLocaleString('en')} on`)
  await weights.getByRole('textbox').fill(String(step + 100))
  await press('Enter')
  await expect.poll(() => weights.getByRole('table').count(), { timeout: 30_000 }).toBe(1)
  expect((await weights.getByRole('table').innerText()).replace(/\s+/g, ' ')).toMatch(/W1 0?\.\d+ [^]*b1 [^]*W2 [^]*b2 /)
  await weights.getByRole('textbox').fill(String(step))
  await press('Enter')
  await expect.poll(() => weights.getByRole('table').innerText(), { timeout: 30_000 }).toMatch(/W1\s+0\s/)

  await press('Escape')
  await options().first().waitFor()
  expect(await lab.window.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('option')
  expect((await notices(lab.window)).trim()).toBe('')
  expect(lab.errors).toEqual([])
  expect((await new RunStore(runsFolder(userData)).list()).map(({ name }) => name).sort()).toEqual(['Lower rate', 'Usual'])
})
