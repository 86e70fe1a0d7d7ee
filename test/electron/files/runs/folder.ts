import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Checkpoint, type LabError, recordOf, type RunRecord, type SeriesRecord, Trainer, writeCheckpoint } from '@core'
import { RunStore, type RunStoreOptions, runsFolder, type RunWriter } from '@files'
import { afterEach, beforeEach } from 'vitest'
import { checkpointIn, configOf, dataset } from '../../../fixtures/training'

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

export const idOf = (n: number): string => n.toString(16).padStart(32, '0')

/** A store that tells what it reported, and does not let a test wait. */
export function storeIn(folder: string, options: RunStoreOptions = {}): { readonly store: RunStore, readonly problems: LabError[] } {
  const problems: LabError[] = []
  return { store: new RunStore(folder, { onProblem: problem => problems.push(problem), ...options, timing: { writeMs: 1, syncMs: 0, retryMs: 1, ...options.timing } }), problems }
}

export const losses = (firstStep: number, ...values: readonly number[]): SeriesRecord => ({ kind: 'losses', firstStep, losses: Float32Array.from(values) })
export const score = (step: number, split: 'train' | 'test', right: number): SeriesRecord =>
  ({ kind: 'score', step, epoch: 0, split, score: { images: 10, loss: 1, accuracy: right / 10, correct: [right], counts: [10] } })

const plain = configOf('affine 5, relu, affine 6')
/** The states of one small run at its first steps */
const states: Checkpoint[] = []
{
  const trainer = new Trainer(plain, dataset)
  for (let step = 0; step <= 40; step++) {
    states.push(checkpointIn(trainer))
    trainer.learn()
  }
}
export const stateAt = (step: number): Checkpoint => states[step]!
export const bytesAt = (step: number): Uint8Array => writeCheckpoint(stateAt(step))

export const recordWith = (more: Partial<RunRecord> = {}): RunRecord => ({ ...recordOf(stateAt(0), { id: idOf(1), name: 'First', created: 1_795_000_000_000, parent: null }), ...more })

/** A run of some steps that was recorded and closed. @param steps of its checkpoints */
export async function recorded(store: RunStore, { more = {}, steps = [0, 3, 6], last = 8 }: { more?: Partial<RunRecord>, steps?: readonly number[], last?: number } = {}): Promise<string> {
  const writer: RunWriter = await store.create(recordWith(more))
  for (let step = 1; step <= last; step++) writer.append(losses(step, stateAt(step).snapshot.loss!))
  for (const step of steps) await writer.checkpoint(step, bytesAt(step))
  await writer.close()
  return writer.id
}
