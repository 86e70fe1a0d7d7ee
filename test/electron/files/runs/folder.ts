import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabError } from '@core'
import { RunStore, type RunStoreOptions, runsFolder } from '@files'
import { afterEach, beforeEach } from 'vitest'

export * from '../../../fixtures/recorded-run'

/** A folder for each test. */
export function ownFolderOfTest(): { readonly own: string, readonly runs: string } {
  const folder = { own: '', runs: '' }
  beforeEach(() => {
    folder.own = mkdtempSync(join(tmpdir(), 'lab-runs-'))
    folder.runs = runsFolder(folder.own)
  })
  afterEach(() => { rmSync(folder.own, { recursive: true, force: true }) })
  return folder
}

/** A store that tells what it reported, and does not let a test wait. */
export function storeIn(folder: string, options: RunStoreOptions = {}): { readonly store: RunStore, readonly problems: LabError[] } {
  const problems: LabError[] = []
  return { store: new RunStore(folder, { onProblem: problem => problems.push(problem), ...options, timing: { writeMs: 1, syncMs: 0, retryMs: 1, ...options.timing } }), problems }
}
