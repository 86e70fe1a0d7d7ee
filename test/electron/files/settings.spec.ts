import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultSettings } from '@contract'
import { readSettings, runLimitsOf, usualRunLimits } from '@files'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder = ''
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'lab-settings-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })
const path = () => join(folder, 'settings.json')

test('the limits of the runs are 512 MB for one and 4 GB for all, unless the settings say otherwise', async () => {
  expect(runLimitsOf(defaultSettings)).toEqual(usualRunLimits)
  expect(usualRunLimits).toEqual({ perRun: 536_870_912, all: 4_294_967_296 })
  writeFileSync(path(), JSON.stringify({ ...defaultSettings, runMb: 128, allRunsGb: 16 }))
  expect(runLimitsOf(await readSettings(path()))).toEqual({ perRun: 134_217_728, all: 17_179_869_184 })
})

test.each<[string, string | null]>([['is not there', null], ['is damaged', '{"runMb": 128'], ['is no object', '[]'], ['has other limits than those offered', JSON.stringify({ runMb: 3, allRunsGb: 0.1 })]])('another program’s settings give the defaults where the file %s, and it stays as it is', async (_, content) => {
  if (content !== null) writeFileSync(path(), content)
  expect(await readSettings(path())).toEqual(defaultSettings)
  expect(readdirSync(folder)).toEqual(content === null ? [] : ['settings.json'])
  expect(existsSync(`${path()}.damaged`)).toBe(false)
})
