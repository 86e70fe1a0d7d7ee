import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { translate } from '@contract'
import { readWeights } from '@core'
import { weightsSha256 } from '@files'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { choosePace, goTo, goToFiles, notices, pause, runUntil, stateOf, stepShown, untilReady } from './window'

let lab: Lab
const folder = mkdtempSync(join(tmpdir(), 'backprop-files-'))
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window); await choosePace(lab.window, 'Full') })
afterAll(async () => { await lab.close(); rmSync(folder, { recursive: true }) })
beforeEach(async () => { await goToFiles(lab.window, 'Weights') })

const button = (name: string | RegExp) => lab.window.getByRole('button', { name })
const notice = () => notices(lab.window)

/** Answers the native dialogs, which a test cannot press. */
const answer = (path: string) => lab.app.evaluate(({ dialog }, path) => {
  dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
  dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
}, path)

async function save(path: string): Promise<void> {
  await answer(path)
  await lab.window.keyboard.press('Control+Shift+S')
}
async function open(path: string): Promise<void> {
  await answer(path)
  await button('Open…').click()
}
const weights = () => lab.window.evaluate(async () => {
  const reply = await window.lab.invoke('run:probe', { tensors: [{ path: 'affine2.W' }] }) as { value: { tensors: [{ data: Float32Array }] } }
  return [...reply.value.tensors[0].data]
})

test('weights are saved, opened again, and training continues from there', async () => {
  await goTo(lab.window, 'Train')
  await runUntil(lab.window, 40)
  await pause(lab.window)
  const { step } = (await stateOf(lab.window))!
  const before = await weights()
  await goTo(lab.window, 'Files')
  const path = join(folder, 'mine.safetensors')
  await save(path)
  await expect.poll(notice).toContain('mine.safetensors')
  const stored = readWeights(readFileSync(path), path)
  expect(stored.step).toBe(step)
  expect(weightsSha256(stored)).toMatch(/^[0-9a-f]{64}$/)

  await goTo(lab.window, 'Train')
  await button('Rewind').click()
  await expect.poll(() => stepShown(lab.window)).toBe(0)
  await goTo(lab.window, 'Files')
  await open(path)
  await expect.poll(async () => (await stateOf(lab.window))?.step).toBe(step)
  expect(await weights()).toEqual(before)
  await goTo(lab.window, 'Train')
  await button('One step').click()
  await expect.poll(() => stepShown(lab.window)).toBe(step + 1)
})

const good = () => readFileSync(join(folder, 'mine.safetensors'))
const bad: readonly [string, (path: string) => void, RegExp][] = [
  ['an empty file', path => writeFileSync(path, ''), /is empty/],
  ['a foreign file', path => writeFileSync(path, '%PDF-1.7 this is another kind of file altogether'), /not a safetensors file/],
  ['a truncated file', (path) => { writeFileSync(path, good()); truncateSync(path, 5000) }, /is truncated/],
  ['a damaged header', (path) => { const bytes = good(); bytes[40] = 0xff; writeFileSync(path, bytes) }, /is damaged/],
  ['a folder, which is taken for a dataset', path => mkdirSync(path), /has no sub-folder with PNG pictures/],
  ['a file that is not there', () => undefined, /does not exist/],
]
test.each(bad)('%s is refused with a message, and the run stays as it was', async (name, make, message) => {
  const path = join(folder, `${name.replaceAll(' ', '-')}.safetensors`)
  make(path)
  const before = await stateOf(lab.window)
  const numbers = await weights()
  await open(path)
  await expect.poll(notice).toMatch(message)
  const after = await stateOf(lab.window)
  expect([after?.runId, after?.step]).toEqual([before?.runId, before?.step])
  expect(await weights()).toEqual(numbers)
  await lab.window.getByRole('button', { name: 'Dismiss' }).first().click()
})

test('a target that cannot be written is reported, and the earlier file stays', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, 'not a folder')
  const kept = good()
  await save(join(file, 'weights.safetensors'))
  await expect.poll(notice).toMatch(/expected a folder|could not be used/)
  expect(readFileSync(file, 'utf8')).toBe('not a folder')
  expect(good()).toEqual(kept)
  expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  await lab.window.getByRole('button', { name: 'Dismiss' }).first().click()
})

test('a deleted file is marked in the list; the network in memory stays', async () => {
  const path = join(folder, 'deleted.safetensors')
  await save(path)
  await expect.poll(() => existsSync(path)).toBe(true)
  const before = await weights()
  rmSync(path)
  await goTo(lab.window, 'Train')
  await goTo(lab.window, 'Files')
  await lab.window.locator('tr').filter({ hasText: 'deleted.safetensors' }).getByText(/does not exist/).waitFor()
  expect(await weights()).toEqual(before)
  await lab.window.locator('tr').filter({ hasText: 'deleted.safetensors' }).getByRole('button', { name: /Remove/ }).click()
  await expect.poll(() => lab.window.locator('tr').filter({ hasText: 'deleted.safetensors' }).count()).toBe(0)
})

test('a cancelled dialog changes nothing', async () => {
  await lab.app.evaluate(({ dialog }) => { dialog.showOpenDialog = () => Promise.resolve({ canceled: true, filePaths: [] }) })
  const before = await stateOf(lab.window)
  await button('Open…').click()
  expect((await stateOf(lab.window))?.runId).toBe(before?.runId)
})

test('a replaced run stays in the list of runs, and goes on from there in one click', async () => {
  await goToFiles(lab.window, 'Weights')
  const before = (await stateOf(lab.window))!.step
  await lab.window.locator('tr').filter({ hasText: 'Sample weights' }).getByRole('button', { name: /^Open/ }).click()
  await expect.poll(async () => (await stateOf(lab.window))?.step).toBe(10_000)
  await expect.poll(() => notices(lab.window)).toContain(translate('en', 'files.openedKept', { name: 'Sample weights' }))
  await goTo(lab.window, 'Train')
  await lab.window.getByRole('button', { name: 'Back to it', exact: true }).click()
  await expect.poll(async () => (await stateOf(lab.window))?.step).toBe(before)
})

test('nothing was blocked or thrown in the window', () => {
  expect(lab.errors).toEqual([])
})
