import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { networkWriters, parseSafetensors, readNetworkFile, readWeights, writeSafetensors } from '@core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab } from './helpers'
import { goToFiles, notices, stateOf, untilReady } from './window'

let lab: Lab
const folder = mkdtempSync(join(tmpdir(), 'backprop-weights-'))
const path = (name: string) => join(folder, name)
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window) })
afterAll(async () => { await lab.close(); rmSync(folder, { recursive: true }) })

const row = (name: string) => lab.window.locator('tbody tr').filter({ hasText: name })
/** Answers the native dialogs, which a test cannot press. */
const answer = (path: string) => lab.app.evaluate(({ dialog }, path) => {
  dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
  dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
}, path)
const sample = () => readFileSync(join(import.meta.dirname, '../../electron/assets/sample.safetensors'))

test('weights are saved in place, renamed, copied and looked at by keys alone', async () => {
  await goToFiles(lab.window, 'Weights')
  await answer(path('a.safetensors'))
  await lab.window.keyboard.press('Control+s')
  await row('a.safetensors').waitFor()
  await answer(path('never.safetensors'))
  await lab.window.keyboard.press('Control+s')
  await expect.poll(() => notices(lab.window)).toContain('Saved as “a.safetensors”.')
  expect(readdirSync(folder)).toEqual(['a.safetensors'])

  await row('a.safetensors').focus()
  await lab.window.keyboard.press('F2')
  await lab.window.keyboard.type('b')
  await lab.window.keyboard.press('Enter')
  await row('b.safetensors').waitFor()
  expect(readdirSync(folder)).toEqual(['b.safetensors'])
  await lab.window.keyboard.press('Enter') // the details, from the row that has the focus again
  await lab.window.getByRole('option', { name: /affine1\.weight/ }).waitFor()
  await lab.window.keyboard.press('Escape')
  await row('b.safetensors').waitFor()
})

test('a network of another program opens under the choice that reads best', async () => {
  writeFileSync(path('foreign.safetensors'), writeSafetensors(parseSafetensors(sample(), 's').tensors, new Map()))
  await answer(path('foreign.safetensors'))
  await lab.window.keyboard.press('Control+o')
  const choices = lab.window.getByRole('radio')
  await choices.first().waitFor()
  // the sample has learned with ReLU and pixels from 0 to 1: 98 % of the training images
  expect(await lab.window.locator('label.chosen').textContent()).toMatch(/ReLU.*pixels from 0 to 1.*9[6-9]\.\d%/s)
  await lab.window.getByRole('button', { name: 'Open with this choice' }).click()
  await expect.poll(async () => (await stateOf(lab.window))?.origin).toMatchObject({ from: 'file', name: 'foreign.safetensors' })
  await choices.first().waitFor({ state: 'detached' }) // the window learns of it after main; a dialog takes the keys
  await answer(path('chosen.safetensors'))
  await lab.window.keyboard.press('Control+s') // asks: another program has written the file
  await row('chosen.safetensors').waitFor()
  expect(readWeights(readFileSync(path('chosen.safetensors')), 'c').gaps ?? []).not.toContain('activation')
})

test('an archive of NumPy that the lab wrote opens at once', async () => {
  writeFileSync(path('book.npz'), networkWriters.npz(readWeights(sample(), 's')))
  await answer(path('book.npz'))
  await lab.window.keyboard.press('Control+o')
  await expect.poll(async () => (await stateOf(lab.window))?.origin).toMatchObject({ from: 'file', name: 'book.npz' })
  await expect.poll(async () => await row('book.npz').textContent()).toContain('784-50-10')
})

test('the network is exported for other programs from its menu, and shown in its folder', async () => {
  const shown = lab.app.evaluate(({ shell }) => new Promise<string>((done) => { shell.showItemInFolder = done }))
  for (const [menu, format] of [['Save, export', 'NumPy'], [/^More for Sample/, 'ONNX']] as const) {
    await answer(path('out'))
    await lab.window.getByRole('button', { name: menu }).click()
    await lab.window.getByRole('button', { name: 'Export the network…' }).locator('visible=true').click()
    await lab.window.getByRole('radio', { name: format }).check()
    await lab.window.getByRole('button', { name: 'Save…' }).click()
    await expect.poll(() => notices(lab.window)).toContain(`exported as “out.${format === 'ONNX' ? 'onnx' : 'npz'}”`)
  }
  expect(readFileSync(path('out.npz'))).toEqual(Buffer.from(networkWriters.npz(readNetworkFile(readFileSync(path('out.npz')), 'out').weights)))
  expect(readFileSync(path('out.onnx')).length).toBeGreaterThan(784 * 50 * 4)
  await lab.window.getByRole('button', { name: 'Show in its folder' }).locator('visible=true').last().click()
  expect(await shown).toBe(path('out.onnx'))
})

test('a double click opens weights, and a deleted file comes back from the lab’s own trash', async () => {
  await lab.app.evaluate(({ app, shell }, path) => {
    shell.trashItem = () => Promise.reject(new Error('no trash'))
    app.emit('second-instance', {}, ['/lab', path], '/')
  }, path('b.safetensors'))
  await expect.poll(async () => (await stateOf(lab.window))?.origin).toMatchObject({ from: 'file', name: 'b.safetensors' })
  await row('b.safetensors').focus()
  await lab.window.keyboard.press('Delete')
  await lab.window.getByRole('button', { name: 'Move to trash' }).click()
  await expect.poll(() => existsSync(path('b.safetensors'))).toBe(false)
  await lab.window.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => existsSync(path('b.safetensors'))).toBe(true)
  await row('b.safetensors').waitFor()
  expect(lab.errors).toEqual([])
})
