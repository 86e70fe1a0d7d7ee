import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type RequestArg, type RunArrival, type RunChange, type RunCurves, type RunEntry, type RunsTrash, toWire, type WireError } from '@contract'
import { LabError, type SeriesState, type StepRange } from '@core'
import { exportRun, fileError, importRun, type RunListing, type RunStore } from '@files'
import { curvesOf } from './run-curves'
import type { RunRecorder } from './run-recorder'

/** What this program is recording. */
export type Recording = Pick<RunRecorder, 'id' | 'change' | 'flush' | 'losses'>

/** The runs on the disk, as the window lists and changes them. */
export class RunsLibrary {
  private queue: Promise<unknown> = Promise.resolve()

  /** @param twin recorded beside the run */
  constructor(private readonly store: RunStore, private readonly recording: Recording, private readonly twin: Omit<Recording, 'losses'>) {}

  /** All runs up to now, the newest first; a damaged one carries its error. */
  async list(): Promise<readonly RunEntry[]> {
    await Promise.all([this.recording.flush(), this.twin.flush()])
    const [listings, current] = await Promise.all([this.store.list(), this.recording.id()])
    return listings.map(listing => entryOf(listing, current))
  }

  /** The curves of runs, or of a part of them, up to now. @throws LabError run.missing; run.*, file.* when nothing of one can be read */
  async curves({ ids, columns, range }: RequestArg<'runs:curves'>): Promise<readonly RunCurves[]> {
    await Promise.all([this.recording.flush(), this.twin.flush()])
    const runs = await Promise.all(ids.map(id => this.store.read(id)))
    return curvesOf(runs, columns, range).map((curves, i) => ({ ...curves, problem: wireOf(runs[i]!.problem) }))
  }

  /** Changes a run; one that is not being recorded is opened for that. @throws LabError run.*, file.* */
  change(id: string, change: RunChange): Promise<readonly RunEntry[]> {
    return this.inQueue(async () => {
      if (!await this.recording.change(id, change) && !await this.twin.change(id, change)) await this.changeOnDisk(id, change)
      return await this.list()
    })
  }

  /** Moves a run to the trash. @throws LabError run.inTraining, run.missing, run.locked, file.* */
  remove(id: string): Promise<readonly RunEntry[]> {
    return this.inQueue(async () => {
      if ([await this.recording.id(), await this.twin.id()].includes(id)) throw new LabError('run.inTraining', `${id} is being recorded`, { name: id.slice(0, 8) })
      await this.store.remove(id)
      return await this.list()
    })
  }

  /** Puts a run back from the program's own trash. @throws LabError run.missing, file.* */
  restore(id: string): Promise<readonly RunEntry[]> {
    return this.inQueue(async () => {
      await this.store.restore(id)
      return await this.list()
    })
  }

  /** Writes a run, as it is now, into one file. @throws LabError run.missing, run.*, file.*, labrun.tooLarge */
  async export(id: string, path: string): Promise<void> {
    await Promise.all([this.recording.flush(), this.twin.flush()])
    await exportRun(this.store.folderOf(id), path)
  }

  /** Adds the run of a file. @throws LabError labrun.*, run.*, series.*, checkpoint.*, file.* */
  import(path: string): Promise<RunArrival> {
    return this.inQueue(async () => {
      const arrival = await importRun(path, this.store.folder, basename(path))
      if (!arrival.known) await this.store.makeRoom(arrival.id)
      return arrival
    })
  }

  /** What is in the program's own trash. */
  trash(): Promise<RunsTrash> { return this.store.trash.size() }

  /** Deletes what is in the program's own trash for good. @throws LabError file.* */
  async emptyTrash(): Promise<RunsTrash> {
    await this.store.trash.empty()
    return await this.trash()
  }

  /** Path of a run's folder. @throws LabError file.*, run.missing */
  async pathOf(id: string): Promise<string> {
    const path = this.store.folderOf(id)
    await stat(path).catch((cause: unknown) => { throw fileError(cause, basename(path)) })
    return path
  }

  /** Losses of the run that is being recorded; null when there is none. */
  losses(range: StepRange): SeriesState | null { return this.recording.losses(range) }

  /** Waits until no run is open for a change. */
  async settled(): Promise<void> { await this.queue }

  private async changeOnDisk(id: string, change: RunChange): Promise<void> {
    const { writer } = await this.store.open(id)
    try {
      await writer.update(change)
      await writer.flush()
    }
    finally { await writer.close() }
    if (writer.problem) throw writer.problem
  }

  /** One change at a time, since each takes the lock of its run. */
  private inQueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work)
    this.queue = done.catch(() => undefined) // the caller gets the error
    return done
  }
}

function entryOf({ id, name, note, pinned, created, parent, written, architecture, dataset, step, epoch, trainAccuracy, testAccuracy, curve, config, losses, taught, bytes, lockedBy, problem }: RunListing, current: string | null): RunEntry {
  return {
    id, name, note, pinned, created, parent, written, architecture, dataset, step, epoch, trainAccuracy, testAccuracy, curve, config, losses, taught, bytes,
    lockedBy: lockedBy === process.pid ? null : lockedBy, problem: wireOf(problem), current: id === current,
  }
}

const wireOf = (problem: LabError | null): WireError | null => problem && withoutFolder(toWire(problem))

/** The window gets the name of a file, not its path. */
function withoutFolder(error: WireError): WireError {
  const { file } = error.details
  return typeof file === 'string' ? { ...error, details: { ...error.details, file: basename(file) } } : error
}
