import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readRunRecord } from '@core'
import { RunStore, runsFolder } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idOf, recorded } from '../fixtures/recorded-run'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, goTo, goToFiles, notices, pause, runUntil, stateOf, stepShown, untilReady } from './window'

const userData = newUserData()
const runs = runsFolder(userData)
let lab: Lab
const start = async () => { lab = await launchLab({ userData }) }
beforeAll(async () => {
  const store = new RunStore(runs)
  for (const [i, name] of ['He', 'Sigmoid', ''].entries()) await recorded(store, { more: { id: idOf(i + 1), name, created: Date.UTC(2026, 10, 20 + i), parent: i === 1 ? { run: idOf(1), step: 3 } : null } })
  mkdirSync(join(runs, idOf(5)))
  await start()
})
afterAll(async () => {
  await lab?.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const list = () => lab.window.getByRole('listbox', { name: 'Runs' })
const details = () => lab.window.getByRole('region', { name: 'Details of the run' })
/** Names of those that this test has put there; the app may record its own. */
const titles = async () => (await list().locator('.name').allInnerTexts()).map(title => title.replace(/\s+/g, ' ')).filter(title => /^(?:He|Sigmoid|ReLU|12-5-6|Unreadable)/.test(title))
const press = (...keys: readonly string[]) => keys.reduce((before, key) => before.then(() => lab.window.keyboard.press(key)), Promise.resolve())
const recordOf = (n: number) => readRunRecord(readFileSync(join(runs, idOf(n), 'run.json'), 'utf8'), 'run.json')
/** Presses the Tab key until a control has the focus. */
async function tabTo(name: string) {
  const focused = () => lab.window.evaluate(() => document.activeElement?.ariaLabel ?? document.querySelector(`label[for="${document.activeElement?.id}"]`)?.textContent ?? document.activeElement?.textContent.trim())
  for (let pressed = 0; pressed < 8 && await focused() !== name; pressed++) await press('Tab')
  expect(await focused()).toBe(name)
}
/** Finds a run by typing, and puts the focus on it. */
async function find(text: string) {
  await press('Control+F')
  await lab.window.keyboard.type(text)
  await expect.poll(() => list().getByRole('option').count()).toBe(1)
  await press('ArrowDown')
}
async function showAll() {
  await press('Control+F', 'Escape')
  await expect.poll(() => list().getByRole('option').count()).toBeGreaterThan(1)
}

test('the runs of earlier sessions are listed, the newest first, and a damaged one says what is wrong', async () => {
  await goToFiles(lab.window, 'Runs')
  await expect.poll(titles).toEqual([expect.stringMatching(/^Unreadable run 0{8}$/), expect.stringMatching(/^12-5-6 ReLU, Nov 2\d/), 'Sigmoid', 'He'])
  const sigmoid = list().getByRole('option').filter({ hasText: 'Sigmoid' })
  expect(await sigmoid.innerText()).toMatch(/12-5-6 ReLU · small · SGD 0\.1, batch 30 · forked from He at step 3[^]*step 8[^]*epoch 1/)
  await list().getByRole('option').filter({ hasText: 'Unreadable' }).click()
  expect(await details().innerText()).toMatch(/run\.json[^]*Nothing of it can be read/)
})

test('a run is found, renamed, noted, pinned and unpinned by keyboard, and all of that is on the disk', async () => {
  await find('sigm')
  await press('F2', 'Control+A')
  await lab.window.keyboard.type('ReLU after all')
  await press('Enter')
  await expect.poll(() => recordOf(2).name).toBe('ReLU after all')
  await showAll()
  await find('after re')
  await tabTo('Pin, fork, save, show or delete the run')
  await press('Enter')
  await lab.window.getByRole('button', { name: 'Pin the run', exact: true }).waitFor()
  await press('Enter')
  await expect.poll(() => recordOf(2).pinned).toBe(true)
  await tabTo('Note')
  await lab.window.keyboard.type('It learns twice as fast.')
  await expect.poll(() => recordOf(2).note).toBe('It learns twice as fast.')
  await press('Shift+Tab') // Ctrl+F is not taken from a field of several lines
  await showAll()
  await find('twice')
  expect(await list().getByRole('option').innerText()).toContain('ReLU after all')
  await showAll()
})

test('a run is deleted by keyboard after a question, and goes to the program’s trash where the system has none', async () => {
  await lab.app.evaluate(({ shell }) => { shell.trashItem = () => Promise.reject(new Error('no trash here')) })
  await find('he')
  await press('Delete')
  await lab.window.getByRole('dialog', { name: 'Move this run to the trash?' }).waitFor()
  await press('Escape')
  expect(existsSync(join(runs, idOf(1)))).toBe(true)
  // The question gives the focus back in its own time.
  await expect.poll(() => lab.window.evaluate(() => document.querySelector('dialog[open]') === null && Boolean(document.activeElement?.closest('[role=listbox]')))).toBe(true)
  await press('Delete')
  await lab.window.getByRole('button', { name: 'Move to trash' }).waitFor()
  await press('Enter')
  await expect.poll(() => notices(lab.window)).toContain('“He” is in the trash of this program for 30 days.')
  expect(existsSync(join(runs, idOf(1)))).toBe(false)
  expect(readdirSync(join(userData, 'trash')).filter(name => name.startsWith(idOf(1)))).toHaveLength(1)
  await showAll()
})

test('the run of this session is marked, keeps a name given while it is in Train, and goes on after another one', async () => {
  await untilReady(lab.window)
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 300)
  await pause(lab.window)
  const { step } = (await stateOf(lab.window))!
  await goToFiles(lab.window, 'Runs')
  const mine = list().getByRole('option').filter({ hasText: 'in Train now' })
  await mine.click()
  await press('F2')
  await lab.window.keyboard.type('Mine')
  await press('Enter')
  await expect.poll(() => mine.innerText()).toMatch(new RegExp(`Mine[^]*784-50-10 ReLU · MNIST[^]*step ${step.toLocaleString('en')}`))
  expect(await details().getByRole('button', { name: 'Continue in Train' }).count()).toBe(0)
  await goTo(lab.window, 'Train')
  await lab.window.getByRole('button', { name: 'Rewind' }).click()
  await expect.poll(() => stepShown(lab.window)).toBe(0)
  await goToFiles(lab.window, 'Runs')
  await find('mine')
  expect(await list().getByRole('option').innerText()).not.toContain('in Train now')
  await tabTo('Continue in Train')
  await press('Enter')
  await expect.poll(async () => (await stateOf(lab.window))?.step, { timeout: 10_000 }).toBe(step)
  await expect.poll(() => notices(lab.window)).toContain('“Mine” goes on in Train')
  await expect.poll(() => list().getByRole('option').innerText()).toContain('in Train now')
  await showAll()
})

test('the next session opens Files where it was left, with the changed runs', async () => {
  await goToFiles(lab.window, 'Datasets')
  await lab.close()
  await start()
  await lab.window.getByRole('navigation', { name: 'Rooms' }).getByRole('button', { name: 'Files', exact: true }).click()
  await lab.window.getByRole('tabpanel', { name: 'Datasets' }).waitFor()
  await goToFiles(lab.window, 'Runs')
  await expect.poll(titles).toContain('ReLU after all')
  expect(await titles()).not.toContain('He')
  expect(lab.errors).toEqual([])
})
