import { type LabError, type RunRecord, type SeriesRecord, type StoredCheckpoint, thinOut, writeRunRecord } from '@core'
import { atomicWrite, type FileSystem } from '../atomic'
import { fileError } from '../file-errors'
import { filesOf, type RunFiles } from './folder'
import type { Lock } from './lock'
import { SeriesAppender } from './series-appender'
import type { RunTiming } from './timing'

/** Size of the checkpoints that wait in memory */
const maxWaitingBytes = 2 ** 26

export interface WriterOptions {
  readonly folder: string
  readonly record: RunRecord
  readonly fs: FileSystem
  readonly timing: RunTiming
  /** Bytes that the checkpoints of this run may take */
  readonly maxBytes: () => number
  readonly onProblem: (error: LabError) => void
  /** Takes the lock; called until it succeeds */
  readonly takeLock: () => Promise<Lock>
  /** What is in the folder already; left out: it does not exist */
  readonly existing?: { readonly checkpoints: readonly StoredCheckpoint[], readonly seriesBytes: number, /** Of learning */ readonly seconds: number, /** Taken already */ readonly lock: Lock }
}

/** What can be changed in the record of a run. */
export type RecordChange = Partial<Pick<RunRecord, 'name' | 'note' | 'pinned' | 'bookmarks' | 'events'>>

/**
 * Writes a run while it goes on. Nothing is lost by a disk that is full, gone or read-only: what is not written stays in
 * memory and is tried again, and the problem is reported once. No method throws for the disk.
 */
export class RunWriter {
  /** Why not everything is written; null while it is */
  problem: LabError | null = null
  private readonly files: RunFiles
  private readonly series: SeriesAppender
  private current: RunRecord
  private stored: readonly StoredCheckpoint[]
  /** Checkpoints that are to be written */
  private readonly waiting = new Map<number, Uint8Array>()
  /** Steps of checkpoints that are to be removed */
  private readonly undone = new Set<number>()
  private isRecordWritten: boolean
  private isFolderThere = false
  private lock: Lock | null
  private work: Promise<void> = Promise.resolve()
  private queued: Promise<void> | null = null
  private timer: NodeJS.Timeout | null = null
  private syncedAt = -Infinity
  private isClosed = false

  constructor(private readonly options: WriterOptions) {
    const { folder, record, existing, fs } = options
    this.files = filesOf(folder)
    this.current = record
    this.stored = existing?.checkpoints ?? []
    this.isRecordWritten = existing !== undefined
    this.lock = existing?.lock ?? null
    this.series = new SeriesAppender(this.files.series, existing?.seriesBytes ?? 0, fs)
  }

  get id(): string { return this.current.id }
  get record(): RunRecord { return this.current }
  /** For how long the run had learned when it was opened */
  get seconds(): number { return this.options.existing?.seconds ?? 0 }
  /** Those on the disk, in ascending order of steps */
  get checkpoints(): readonly StoredCheckpoint[] { return this.stored }
  /** Whether checkpoints wait for a slow disk, so many that memory would run out: then further ones are left out, and their steps learned again */
  get isBehind(): boolean { return [...this.waiting.values()].reduce((sum, { length }) => sum + length, 0) >= maxWaitingBytes }

  /** Records what happened. It is written within a second. */
  append(record: SeriesRecord): void {
    this.series.add(record)
    this.schedule(this.options.timing.writeMs)
  }

  /** Keeps the state after a step, instead of an earlier one of that step. Resolves when it is written, or could not be. */
  checkpoint(step: number, bytes: Uint8Array): Promise<void> {
    // While the disk refuses, only the first and the latest are kept in memory: the others can be learned again.
    if (this.problem) for (const waiting of [...this.waiting.keys()].slice(this.stored.length > 0 ? 0 : 1)) this.waiting.delete(waiting)
    this.waiting.delete(step) // the latest stays the last
    this.waiting.set(step, bytes)
    return this.write()
  }

  /** Removes the checkpoints after a step: the run went back to it. */
  undoAfter(step: number): Promise<void> {
    for (const waiting of [...this.waiting.keys()].filter(waiting => waiting > step)) this.waiting.delete(waiting)
    for (const { step: stored } of this.stored) if (stored > step) this.undone.add(stored)
    return this.write()
  }

  /** Changes the record. */
  update(change: RecordChange): Promise<void> {
    this.current = { ...this.current, ...change }
    this.isRecordWritten = false
    return this.write()
  }

  /** Writes everything and waits until it is on the disk; `problem` says whether it could not. */
  async flush(): Promise<void> {
    this.syncedAt = -Infinity
    await this.write()
  }

  /** Writes everything, and releases the run for other processes. */
  async close(): Promise<void> {
    this.isClosed = true
    if (this.timer) clearTimeout(this.timer) // before the last attempt: a later one would write without the lock
    await this.flush()
    await this.lock?.release()
    this.lock = null
  }

  /** Writes what is to be written after the present write; several requests are one. */
  private write(): Promise<void> {
    this.queued ??= this.work.then(() => this.attempt())
    this.work = this.queued
    return this.queued
  }

  private schedule(ms: number): void {
    if (this.timer || this.isClosed) return
    this.timer = setTimeout(() => {
      this.timer = null
      void this.write()
    }, ms)
    this.timer.unref()
  }

  private async attempt(): Promise<void> {
    this.queued = null
    const { timing, onProblem } = this.options
    try {
      await this.writeAll()
      this.problem = null
      if (!this.series.isSafe) this.schedule(timing.writeMs)
    }
    catch (cause) {
      const isNew = this.problem === null
      this.problem = fileError(cause, this.files.folder)
      if (isNew) onProblem(this.problem)
      this.schedule(timing.retryMs)
    }
  }

  /** In this order, so that whatever is read later never knows less than what it builds on. */
  private async writeAll(): Promise<void> {
    const { fs, takeLock, timing } = this.options
    if (!this.isFolderThere) await fs.makeFolder(this.files.checkpoints)
    this.isFolderThere = true
    this.lock ??= await takeLock()
    do {
      const sync = Date.now() - this.syncedAt >= timing.syncMs
      await this.series.write({ sync })
      if (sync) this.syncedAt = Date.now()
      if (!this.isRecordWritten) await this.writeRecord()
      await this.removeUndone()
      const [next] = this.waiting
      if (next) await this.writeCheckpoint(...next)
    } while (this.waiting.size > 0 || this.undone.size > 0 || !this.isRecordWritten)
  }

  private async writeRecord(): Promise<void> {
    this.isRecordWritten = true // until the next change, which may come during the write
    try { await atomicWrite(this.files.record, writeRunRecord(this.current), this.options.fs) }
    catch (cause) {
      this.isRecordWritten = false
      throw cause
    }
  }

  private async writeCheckpoint(step: number, bytes: Uint8Array): Promise<void> {
    await atomicWrite(this.files.checkpoint(step), bytes, this.options.fs, { quick: this.stored.length > 0 })
    const isWanted = this.waiting.get(step) === bytes
    if (isWanted) this.waiting.delete(step)
    this.stored = [...this.stored.filter(stored => stored.step !== step), { step, bytes: bytes.length }].sort((a, b) => a.step - b.step)
    if (!isWanted && !this.waiting.has(step)) this.undone.add(step)
    for (const { step: thinned } of thinOut(this.stored, this.options.maxBytes())) this.undone.add(thinned)
    await this.removeUndone()
  }

  private async removeUndone(): Promise<void> {
    for (const step of this.undone) {
      await this.options.fs.remove(this.files.checkpoint(step))
      this.undone.delete(step)
      this.stored = this.stored.filter(stored => stored.step !== step)
    }
  }
}
