import { createHash } from 'node:crypto'
import { rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type NamedWeights, toWire, type WireError } from '@contract'
import { LabError, ownError, readCheckpoint, recordOf } from '@core'
import { fileError, readWeightsBytes, type RunStore } from '@files'

/** Weights that earlier versions of the lab saved by themselves; the one of the latest training is the last. */
const names = ['previous', 'recovered', 'autosave'].map(name => `${name}.safetensors`)
/** Told them that a session had not ended properly */
const marker = 'running'

export interface OldSavesOptions {
  readonly runs: Pick<RunStore, 'create' | 'checkpointAt'>
  /** @returns the checkpoint with which a run begins that is opened from these weights @throws LabError */
  readonly firstState: (weights: NamedWeights) => Promise<Uint8Array>
  /** Name of these runs */
  readonly name: string
  readonly warn: (error: WireError) => void
}

/**
 * Makes a run of each file that an earlier version saved by itself. A file goes once its run is on the disk; a damaged one is
 * renamed, and one that cannot be used now stays for the next start. Both are told.
 * @returns id of the run of the latest training; null: none
 */
export async function adoptOldSaves(folder: string, { warn, ...options }: OldSavesOptions): Promise<string | null> {
  let latest: string | null = null
  for (const path of names.map(name => join(folder, name))) {
    try { latest = await adopt(path, options) ?? latest }
    catch (cause) {
      const error = ownError(cause)
      if (!isDamage(error)) warn(toWire(error))
      else {
        warn(toWire(new LabError('run.oldSave', error.message, { file: basename(path) })))
        await rename(path, `${path}.damaged`).catch(() => undefined) // told again at the next start
      }
    }
  }
  await rm(join(folder, marker), { force: true }).catch(() => undefined) // it does no harm
  return latest
}

/** @returns id of the run; null without the file @throws LabError */
async function adopt(path: string, { runs, firstState, name }: Omit<OldSavesOptions, 'warn'>): Promise<string | null> {
  const saved = await stat(path).catch(() => null)
  if (!saved) return null
  const file = basename(path)
  const bytes = await readWeightsBytes(path, file)
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 32) // the same file gives one run, however often this is interrupted
  const isThere = await runs.checkpointAt(id, Number.MAX_SAFE_INTEGER).then(() => true, () => false)
  if (!isThere) {
    const state = await firstState({ name: file, bytes })
    const checkpoint = readCheckpoint(state, file)
    const writer = await runs.create(recordOf(checkpoint, { id, name, created: Math.round(saved.mtimeMs), parent: null }))
    await writer.checkpoint(checkpoint.snapshot.position.step, state)
    await writer.close()
    if (writer.problem) throw writer.problem
  }
  await rm(path).catch((cause: unknown) => { throw fileError(cause, file) })
  return id
}

/** Whether the file will never be readable. */
const isDamage = ({ code }: LabError): boolean => code.startsWith('safetensors.') || (code.startsWith('weights.') && code !== 'weights.unknownDataset')
