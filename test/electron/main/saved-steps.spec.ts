import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SavedSteps } from '../../../electron/main/saved-steps'
import { newFolder } from './folder'

const moment = { runId: 1_000_000, step: 5, events: [] }
const others = [{ ...moment, step: 6 }, { ...moment, runId: 1_000_001 }, { runId: 0, step: 0, events: [] }, { ...moment, events: [{}] }]

test('before anything was written, nothing is safe', async () => {
  const disk = new SavedSteps()
  for (const each of [moment, ...others]) expect([disk.isSaved(each), await disk.userCanReopen(each)]).toEqual([false, false])
})

test('what the user saved is safe and kept: exactly this state, not another one of it or of another run', async () => {
  const disk = new SavedSteps()
  const path = join(newFolder(), 'mine.safetensors')
  writeFileSync(path, '')
  disk.savedByUser(moment, path)
  expect([disk.isSaved(moment), await disk.userCanReopen(moment)]).toEqual([true, true])
  for (const other of others) expect([disk.isSaved(other), await disk.userCanReopen(other)]).toEqual([false, false])
  rmSync(path)
  expect([disk.isSaved(moment), await disk.userCanReopen(moment)]).toEqual([true, false]) // the user may have deleted it since
})

test('weights drawn from a seed are kept without a file', async () => {
  const disk = new SavedSteps()
  disk.savedByUser(moment)
  expect([disk.isSaved(moment), await disk.userCanReopen(moment)]).toEqual([true, true])
})

test('a run that need not be kept counts as safe at every step, other runs do not', async () => {
  const disk = new SavedSteps()
  disk.needNotKeep(moment)
  for (const each of [moment, { ...moment, step: 6 }]) expect([disk.isSaved(each), await disk.userCanReopen(each)]).toEqual([true, true])
  expect([disk.isSaved({ ...moment, runId: 1_000_001 }), await disk.userCanReopen({ ...moment, runId: 1_000_001 })]).toEqual([false, false])
})

test('an autosave is safe, but not the user’s; the user’s files stay theirs', async () => {
  const disk = new SavedSteps()
  disk.autosaved({ ...moment })
  expect([disk.isSaved(moment), await disk.userCanReopen(moment)]).toEqual([true, false])
  for (const other of others) expect(disk.isSaved(other)).toBe(false)
  disk.savedByUser({ ...moment, step: 3 })
  expect([disk.isSaved(moment), disk.isSaved({ ...moment, step: 3 })]).toEqual([true, true])
})
