import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SavedSteps } from '../../../electron/main/saved-steps'
import { newFolder } from './folder'

const moment = { runId: 1_000_000, step: 5 }
const others = [{ ...moment, step: 6 }, { ...moment, runId: 1_000_001 }, { runId: 0, step: 0 }]

test('before anything was written, nothing is safe', async () => {
  const disk = new SavedSteps()
  for (const each of [moment, ...others]) expect([disk.isSafe(each), await disk.isKept(each)]).toEqual([false, false])
})

test('what the user saved is safe and kept: exactly this state, not another one of it or of another run', async () => {
  const disk = new SavedSteps()
  const path = join(newFolder(), 'mine.safetensors')
  writeFileSync(path, '')
  disk.keep(moment, path)
  expect([disk.isSafe(moment), await disk.isKept(moment)]).toEqual([true, true])
  for (const other of others) expect([disk.isSafe(other), await disk.isKept(other)]).toEqual([false, false])
  rmSync(path)
  expect([disk.isSafe(moment), await disk.isKept(moment)]).toEqual([true, false]) // the user may have deleted it since
})

test('weights drawn from a seed are kept without a file', async () => {
  const disk = new SavedSteps()
  disk.keep(moment)
  expect([disk.isSafe(moment), await disk.isKept(moment)]).toEqual([true, true])
})

test('an autosave is safe, but not the user’s; the user’s files stay theirs', async () => {
  const disk = new SavedSteps()
  disk.autosaved({ ...moment })
  expect([disk.isSafe(moment), await disk.isKept(moment)]).toEqual([true, false])
  for (const other of others) expect(disk.isSafe(other)).toBe(false)
  disk.keep({ ...moment, step: 3 })
  expect([disk.isSafe(moment), disk.isSafe({ ...moment, step: 3 })]).toEqual([true, true])
})
