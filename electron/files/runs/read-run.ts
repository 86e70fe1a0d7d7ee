import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beginningOf, type Checkpoint, isRunId, isStateOf, LabError, ownError, readRunRecord, readSeries, recordOf, runLimits, type RunRecord, RunSeries, type StartingPoint, type StoredCheckpoint, writeRunRecord } from '@core'
import { readCheckpointFile } from '../checkpoints'
import { readWhole } from '../read'
import { checkpointsIn, filesOf, type RunFiles, sizeOf } from './folder'
import { maxSeriesBytes } from './series-appender'

/** What is in the folder of a run. */
export interface RunOnDisk {
  readonly record: RunRecord
  readonly series: RunSeries
  /** In ascending order of steps */
  readonly checkpoints: readonly StoredCheckpoint[]
  /** Bytes of the series that are torn or damaged and are not read */
  readonly lost: number
  /** Size of all files */
  readonly bytes: number
  /** What is damaged: the record, which was then rebuilt from a checkpoint, or the series; null when nothing is */
  readonly problem: LabError | null
}

/** A larger file was not written by the lab. */
const maxRecordBytes = 2 ** 24

/**
 * Reads the folder of a run, which another process may be writing.
 * @throws LabError run.missing; run.* or file.* when neither the record nor a checkpoint can be read
 */
export async function readRun(folder: string): Promise<RunOnDisk> {
  const files = filesOf(folder)
  const isFolder = await stat(folder).then(found => found.isDirectory(), () => false)
  if (!isFolder) throw new LabError('run.missing', `${folder} is no run`, { file: folder })
  const [{ series, lost, seriesBytes, problem }, checkpoints] = [await seriesIn(files), await checkpointsIn(files)]
  const { record, problem: recordProblem } = await recordIn(files, checkpoints, series)
  const bytes = [await sizeOf(files.record) ?? 0, seriesBytes, ...checkpoints.map(({ bytes }) => bytes)].reduce((a, b) => a + b, 0)
  return { record, series, checkpoints, lost, bytes, problem: recordProblem ?? problem }
}

/** The steps that can be reached: from the initial weights to the latest step of which something is known. */
export function reachOf({ record, series, checkpoints }: Pick<RunOnDisk, 'record' | 'series' | 'checkpoints'>): { readonly first: number, readonly last: number } {
  const first = record.firstStep
  return { first, last: series.divergence?.step ?? Math.max(first, series.lastStep ?? first, checkpoints.at(-1)?.step ?? first) }
}

export interface CheckpointOptions {
  /** Gets the damaged ones, which are skipped, and those of another run */
  readonly onProblem?: (error: LabError) => void
  /** Reads a file; left out: from the disk. @throws LabError as `readCheckpointFile` */
  readonly read?: (path: string) => Promise<Checkpoint>
}

/**
 * The latest sound checkpoint of a run at or before a step.
 * @throws LabError run.noCheckpoint, run.missing, run.* as {@link readRun}
 */
export async function checkpointBefore(folder: string, step: number, { onProblem, read = readCheckpointFile }: CheckpointOptions = {}): Promise<Checkpoint> {
  const files = filesOf(folder)
  for (const stored of (await checkpointsIn(files)).filter(stored => stored.step <= step).reverse()) {
    try {
      const checkpoint = await checkpointAt(files, stored.step, read)
      const record = await recordFrom(files).catch(ownError) // after the checkpoint: a change is recorded before a checkpoint that follows it
      if (record instanceof LabError || isStateOf(record, checkpoint)) return checkpoint
      throw new LabError('run.otherCheckpoint', `${files.checkpoint(stored.step)} belongs to another run`, { file: files.checkpoint(stored.step) })
    }
    catch (cause) { onProblem?.(ownError(cause)) }
  }
  throw new LabError('run.noCheckpoint', `${folder}: no checkpoint until step ${step}`, { file: folder, step })
}

/**
 * The latest known state of a run at or before a step: a sound checkpoint, or the beginning, which a fork and a run whose
 * first checkpoint is damaged do not have as a file.
 * @throws LabError run.noCheckpoint when its initial weights are known from nowhere; run.missing, run.*
 */
export async function stateBefore(folder: string, step: number, options: CheckpointOptions = {}): Promise<StartingPoint> {
  try { return await checkpointBefore(folder, step, options) }
  catch (cause) {
    if (ownError(cause).code !== 'run.noCheckpoint') throw cause
    const record = await recordFrom(filesOf(folder)).catch(ownError)
    return beginningOf(!(record instanceof LabError) && record.fromSeed ? record : await checkpointBefore(folder, Infinity, { ...options, onProblem: () => undefined })) // each checkpoint has the initial weights of a file
  }
}

/** @throws LabError file.*, safetensors.*, checkpoint.*; run.otherCheckpoint when its name is not its step */
async function checkpointAt({ checkpoint: pathOf }: RunFiles, step: number, read = readCheckpointFile): Promise<Checkpoint> {
  const path = pathOf(step)
  const checkpoint = await read(path)
  if (checkpoint.snapshot.position.step !== step) throw new LabError('run.otherCheckpoint', `${path}: step ${checkpoint.snapshot.position.step}`, { file: path })
  return checkpoint
}

async function seriesIn({ series: path }: RunFiles): Promise<{ readonly series: RunSeries, readonly lost: number, readonly seriesBytes: number, readonly problem: LabError | null }> {
  const size = await sizeOf(path)
  if (size === null) return { series: new RunSeries(), lost: 0, seriesBytes: 0, problem: null }
  try {
    const bytes = await readWhole(path, { maxBytes: maxSeriesBytes })
    const { records, length } = readSeries(bytes, path)
    return { series: new RunSeries(records), lost: bytes.length - length, seriesBytes: bytes.length, problem: null }
  }
  catch (cause) { return { series: new RunSeries(), lost: size, seriesBytes: size, problem: ownError(cause) } }
}

/** @throws FormatError run.*; LabError file.* */
async function recordFrom({ folder, record: path }: RunFiles): Promise<RunRecord> {
  const record = readRunRecord(new TextDecoder().decode(await readWhole(path, { maxBytes: maxRecordBytes })), path)
  const own = basename(folder)
  return isRunId(own) ? { ...record, id: own } : record // the folder may be a copy
}

async function recordIn(files: RunFiles, checkpoints: readonly StoredCheckpoint[], series: RunSeries): Promise<{ readonly record: RunRecord, readonly problem: LabError | null }> {
  try { return { record: await recordFrom(files), problem: null } }
  catch (cause) {
    const problem = ownError(cause)
    for (const { step } of checkpoints.toReversed()) {
      const checkpoint = await checkpointAt(files, step).catch(() => null)
      if (checkpoint) return { record: withLaterEvents(await rebuilt(files, checkpoint, step), series), problem }
    }
    throw problem
  }
}

/** A record without what only run.json knew: name, note, pin, bookmarks and parent. */
async function rebuilt(files: RunFiles, checkpoint: Checkpoint, step: number): Promise<RunRecord> {
  const own = basename(files.folder)
  const id = isRunId(own) ? own : '0'.repeat(32)
  const { mtimeMs } = await stat(files.checkpoint(step))
  return recordOf(checkpoint, { id, name: own.slice(0, Math.min(8, runLimits.name)), created: Math.round(mtimeMs), parent: null })
}

/** Adds the changes that were recorded after the checkpoint, as far as they can be made. */
function withLaterEvents(record: RunRecord, { events }: RunSeries): RunRecord {
  const known = new Set(record.events.map(event => JSON.stringify(event)))
  const since = record.events.at(-1)?.step ?? 0
  const complete = { ...record, events: [...record.events, ...events.filter(event => event.step >= since && !known.has(JSON.stringify(event)))] }
  try { return readRunRecord(writeRunRecord(complete), join(record.id, 'run.json')) }
  catch (cause) {
    ownError(cause)
    return record
  }
}
