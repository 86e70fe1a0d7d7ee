import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunStore, runsFolder, stateSha256 } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { idOf, recorded } from '../fixtures/recorded-run'
import { type Lab, launchLab, newUserData } from './helpers'
import { goToFiles, notices } from './window'

const userData = newUserData()
const store = () => new RunStore(runsFolder(userData))
const file = join(userData, 'Sigmoid.labrun')
let lab: Lab
beforeAll(async () => {
  await recorded(store(), { more: { name: 'Sigmoid', note: 'dies' } })
  lab = await launchLab({ userData })
})
afterAll(async () => {
  await lab?.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const option = () => lab.window.getByRole('listbox', { name: 'Runs' }).getByRole('option').filter({ hasText: 'Sigmoid' })
const hashes = async (id: string) => Promise.all([0, 3, 6].map(async step => stateSha256((await store().checkpointAt(id, step)).snapshot)))
/** The system dialogs choose this path. */
const choose = (path: string) => lab.app.evaluate(({ dialog }, path) => {
  dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
  dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
}, path)
async function fromMenu(entry: string) {
  await option().first().click()
  await lab.window.getByRole('button', { name: 'Pin, fork, save, show or delete the run' }).click()
  await lab.window.getByRole('button', { name: entry, exact: true }).click()
}

test('a run is saved as a file, deleted, and comes back from it to the same states', async () => {
  await goToFiles(lab.window, 'Runs')
  const before = await hashes(idOf(1))
  await choose(file)
  await fromMenu('Save the run as a file…')
  await expect.poll(() => notices(lab.window)).toContain('saved as “Sigmoid.labrun”')
  await option().click()
  await lab.window.keyboard.press('Delete')
  await lab.window.getByRole('button', { name: 'Move to trash' }).click()
  await expect.poll(() => existsSync(join(runsFolder(userData), idOf(1)))).toBe(false)
  await lab.window.keyboard.press('Control+o')
  await expect.poll(() => notices(lab.window)).toContain('“Sigmoid” was added to the runs.')
  expect(await option().count()).toBe(1)
  expect(await hashes(idOf(1))).toEqual(before)
})

test('the same file again is the same run, also by a double click; a damaged one is refused by name, and changes nothing', async () => {
  await lab.app.evaluate(({ app }, path) => { app.emit('second-instance', {}, ['/lab', '--flag', path], '/') }, file)
  await expect.poll(() => notices(lab.window)).toContain('“Sigmoid” is already there: it is the same run, byte for byte.')
  const broken = join(userData, 'broken.labrun')
  writeFileSync(broken, 'PK')
  await choose(broken)
  await lab.window.getByRole('button', { name: 'Open…' }).click()
  await expect.poll(() => notices(lab.window)).toContain('broken.labrun is not a run of the lab (.labrun). Nothing was changed.')
  expect((await store().list()).filter(({ name }) => name === 'Sigmoid')).toHaveLength(1)
  expect(lab.errors).toEqual([])
})
