import { copyFile, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Checkpoint, type ErrorCode, isRunId, LabError, type RunRecord, type StartingPoint, thinOut } from '@core'
import { disk, type FileSystem, removeLeftovers } from '../atomic'
import { fileError } from '../file-errors'
import { checkpointsIn, filesOf, sizeOf } from './folder'
import { HeldCheckpoints } from './held-checkpoints'
import { Listings, type RunListing } from './listing'
import { type Lock, takeLock } from './lock'
import { checkpointBefore, type CheckpointOptions, readRun, type RunOnDisk, stateBefore } from './read-run'
import { type RunTiming, usualTiming } from './timing'
import { OwnTrash } from './trash'
import { RunWriter, type WriterOptions } from './writer'

/** How much the checkpoints may take, in bytes. */
export interface RunLimits {
  readonly perRun: number
  readonly all: number
}

export const usualRunLimits: RunLimits = { perRun: 2 ** 29, all: 2 ** 32 }

/** A file of a later version is not damaged, and is not replaced. */
const laterFormats: readonly ErrorCode[] = ['run.version', 'run.unknown', 'run.recipe', 'series.version']

export interface RunStoreOptions {
  readonly fs?: FileSystem
  readonly limits?: () => RunLimits
  /** Gets what does not stop the work: a disk that refuses, a damaged checkpoint */
  readonly onProblem?: (error: LabError) => void
  readonly timing?: Partial<RunTiming>
  /** Moves a folder to the system's trash; left out, or where it fails, as on a system without one: the folder `trash` beside that of the runs is used */
  readonly trash?: (folder: string) => Promise<void>
}

/** The runs in a folder. Several programs may use it at once: a run is written only by the one that has its lock. */
export class RunStore {
  private readonly fs: FileSystem
  private readonly limits: () => RunLimits
  private readonly onProblem: (error: LabError) => void
  private readonly timing: RunTiming
  private readonly systemTrash: ((folder: string) => Promise<void>) | undefined
  /** The program's own */
  readonly trash: OwnTrash
  private readonly listings = new Listings()
  private readonly checkpoints = new HeldCheckpoints()
  private readonly reading: CheckpointOptions

  constructor(readonly folder: string, { fs = disk, limits = () => usualRunLimits, onProblem = () => undefined, timing, trash }: RunStoreOptions = {}) {
    this.fs = fs
    this.limits = limits
    this.onProblem = onProblem
    this.timing = { ...usualTiming, ...timing }
    this.systemTrash = trash
    this.reading = { onProblem, read: path => this.checkpoints.read(path) }
    this.trash = new OwnTrash(join(dirname(folder), 'trash'), fs)
  }

  /** All runs, the newest first. A damaged one has its problem. */
  async list(): Promise<readonly RunListing[]> {
    const runs = await Promise.all((await this.ids()).map(id => this.listings.of(this.folderOf(id))))
    return runs.sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
  }

  /** Reads a run, also one that another process is writing. @throws LabError run.missing; run.*, file.* when nothing of it can be read */
  read(id: string): Promise<RunOnDisk> { return readRun(this.folderOf(id)) }

  /** The latest sound checkpoint at or before a step. @throws LabError run.noCheckpoint, run.missing */
  checkpointAt(id: string, step: number): Promise<Checkpoint> { return checkpointBefore(this.folderOf(id), step, this.reading) }

  /** The latest known state at or before a step: a sound checkpoint, or the beginning. @throws LabError run.noCheckpoint, run.missing */
  stateBefore(id: string, step: number): Promise<StartingPoint> { return stateBefore(this.folderOf(id), step, this.reading) }

  /** Begins a run. When the disk refuses, the problem is reported, and the run is written as soon as that is possible. */
  async create(record: RunRecord): Promise<RunWriter> {
    const writer = new RunWriter(this.writing(record))
    await writer.flush()
    return writer
  }

  /**
   * Continues a run: what is torn at the end of its series is cut off, a copy of it is kept, and a damaged record is replaced
   * by the one that was rebuilt.
   * @throws LabError run.missing, run.locked; run.*, file.* when nothing of it can be read
   */
  async open(id: string): Promise<{ readonly run: RunOnDisk, readonly writer: RunWriter }> {
    await this.read(id) // a lock is only put into the folder of a run
    const lock = await this.lock(id)
    try {
      const files = filesOf(this.folderOf(id))
      for (const folder of [files.folder, files.checkpoints]) await removeLeftovers(folder, { fs: this.fs })
      const run = await this.read(id)
      if (run.problem && laterFormats.includes(run.problem.code)) throw run.problem
      const size = await sizeOf(files.series) ?? 0
      if (run.lost > 0) await copyFile(files.series, `${files.series}.damaged`)
      if (run.lost > 0 && run.lost === size) await this.fs.remove(files.series)
      else if (run.lost > 0) await this.fs.truncate(files.series, size - run.lost)
      const writer = new RunWriter({ ...this.writing(run.record), existing: { checkpoints: run.checkpoints, seriesBytes: size - run.lost, seconds: run.series.times.at(-1)?.seconds ?? 0, lock } })
      if (run.problem && run.problem.details['file'] === files.record) {
        await copyFile(files.record, `${files.record}.damaged`).catch(() => undefined) // it may be missing
        await writer.update({})
      }
      return { run, writer }
    }
    catch (cause) {
      await lock.release()
      throw fileError(cause, this.folderOf(id))
    }
  }

  /** Removes a run, into the trash. @throws LabError run.missing, run.locked, file.* */
  async remove(id: string): Promise<void> {
    const folder = this.folderOf(id)
    if (!(await this.ids()).includes(id)) throw new LabError('run.missing', `${id} is no run`, { file: id })
    const lock = await this.lock(id)
    await lock.release() // the file of the lock would stay in the trash; the run is gone from here before another process needs it
    try { await this.moveToTrash(folder) }
    catch (cause) { throw fileError(cause, folder) }
  }

  /** Puts a run back that was moved to the program's own trash. @throws LabError run.missing when it is not there; file.* */
  async restore(id: string): Promise<void> {
    const folder = this.folderOf(id)
    if ((await this.ids()).includes(id)) return // it is here again already
    const isBack = await this.trash.restore(id, folder).catch((cause: unknown) => { throw fileError(cause, folder) })
    if (!isBack) throw new LabError('run.missing', `${id} is not in the trash`, { file: id })
  }

  /** Deletes a run that nobody wants to keep. @throws LabError run.missing, run.locked, file.* */
  async discard(id: string): Promise<void> {
    await this.read(id)
    const lock = await this.lock(id)
    try { await rm(this.folderOf(id), { recursive: true }) }
    catch (cause) {
      await lock.release()
      throw fileError(cause, this.folderOf(id))
    }
  }

  /**
   * Removes checkpoints when all of them take too much: of the oldest runs first, which keep the first and the latest one. Pinned
   * runs and those in use keep all.
   * @param keep the run for which there is to be room
   * @returns the runs that lost some
   */
  async makeRoom(keep: string): Promise<readonly string[]> {
    const runs = (await this.list()).toReversed()
    let bytes = runs.reduce((sum, run) => sum + run.bytes, 0)
    const thinned: string[] = []
    for (const { id, pinned, lockedBy } of runs) {
      if (bytes <= this.limits().all) break
      if (id === keep || pinned || lockedBy !== null) continue
      const freed = await this.thin(id).catch((cause: unknown) => {
        this.onProblem(fileError(cause, this.folder))
        return 0
      })
      if (freed > 0) thinned.push(id)
      bytes -= freed
    }
    return thinned
  }

  /** Removes all checkpoints but the first and the latest. @returns bytes */
  private async thin(id: string): Promise<number> {
    const files = filesOf(this.folderOf(id))
    const lock = await this.lock(id)
    try {
      const removed = thinOut(await checkpointsIn(files), 0)
      for (const { step } of removed) await this.fs.remove(files.checkpoint(step))
      return removed.reduce((sum, { bytes }) => sum + bytes, 0)
    }
    finally { await lock.release() }
  }

  private async ids(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return []
      throw fileError(cause, this.folder)
    })
    return names.filter(isRunId)
  }

  /** @throws LabError run.missing for a name that is no id */
  folderOf(id: string): string {
    if (!isRunId(id)) throw new LabError('run.missing', `${id} is no run`, { file: id })
    return join(this.folder, id)
  }

  private lock(id: string): Promise<Lock> { return takeLock(this.folderOf(id), { fs: this.fs, name: id }) }

  private writing(record: RunRecord): WriterOptions {
    const { fs, timing, onProblem } = this
    return { folder: this.folderOf(record.id), record, fs, timing, onProblem, maxBytes: () => this.limits().perRun, takeLock: () => this.lock(record.id) }
  }

  private async moveToTrash(folder: string): Promise<void> {
    if (await this.systemTrash?.(folder).then(() => true, () => false)) return // not every system has a trash, and not for every disk
    await this.trash.take(folder)
  }
}
