import { readSeries, type SeriesRecord, seriesStart, writeSeriesRecord } from '@core'
import { atomicWrite, type FileSystem } from '../atomic'
import { fileError } from '../file-errors'
import { readWhole } from '../read'
import { sizeOf } from './folder'

/** A larger file was not written by the lab: it would have a hundred million steps. */
export const maxSeriesBytes = 2 ** 29

/** Appends records to the series of a run. What could not be written stays in memory. */
export class SeriesAppender {
  private waiting: SeriesRecord[] = []
  private isSynced = true

  /** @param length bytes of the whole records in the file; 0: it does not exist */
  constructor(private readonly path: string, private length: number, private readonly fs: FileSystem) {}

  add(record: SeriesRecord): void { this.waiting.push(record) }

  /** Whether everything is in the file */
  get isWritten(): boolean { return this.waiting.length === 0 }
  /** Whether everything is on the disk */
  get isSafe(): boolean { return this.isWritten && this.isSynced }
  /** Bytes in the file */
  get bytes(): number { return this.length }

  /** Writes what is waiting. @param sync waits until it is on the disk @throws LabError file.* */
  async write({ sync }: { readonly sync: boolean }): Promise<void> {
    if (sync ? this.isSafe : this.isWritten) return
    const records = this.waiting
    this.waiting = []
    try { await this.append(joined(records).map(writeSeriesRecord), sync) }
    catch (cause) {
      this.waiting = [...records, ...this.waiting]
      throw fileError(cause, this.path)
    }
  }

  private async append(records: readonly Uint8Array[], sync: boolean): Promise<void> {
    const length = await this.prepared()
    const bytes = Buffer.concat(records)
    const file = await this.fs.open(this.path, 'a')
    try {
      if (bytes.length > 0) await file.writeFile(bytes)
      if (sync) await file.sync()
    }
    finally { await file.close() }
    this.length = length + bytes.length
    this.isSynced = sync
  }

  /** Creates the file. One that was there before may return at any moment with its folder: it is never replaced. */
  private async create(): Promise<void> {
    if (this.length === 0) return atomicWrite(this.path, seriesStart(), this.fs)
    const file = await this.fs.open(this.path, 'wx')
    try { await file.writeFile(seriesStart()) }
    finally { await file.close() }
  }

  /** Creates the file if it is missing, and removes what a failed write has left in it. @returns its length */
  private async prepared(): Promise<number> {
    const size = await sizeOf(this.path)
    if (size === null) {
      await this.create()
      return seriesStart().length
    }
    const length = size < this.length ? readSeries(await readWhole(this.path, { maxBytes: maxSeriesBytes }), this.path).length : this.length // another program may have cut it
    if (size > length) await this.fs.truncate(this.path, length)
    return length
  }
}

/** Losses that follow each other, joined in one record. */
function joined(records: readonly SeriesRecord[]): readonly SeriesRecord[] {
  const all: SeriesRecord[] = []
  let run: Extract<SeriesRecord, { readonly kind: 'losses' }>[] = []
  const close = (): void => {
    const [first] = run
    if (first) all.push({ kind: 'losses', firstStep: first.firstStep, losses: Float32Array.from(run.flatMap(({ losses }) => [...losses])) })
    run = []
  }
  for (const record of records) {
    if (record.kind !== 'losses') {
      close()
      all.push(record)
      continue
    }
    const last = run.at(-1)
    if (last && last.firstStep + last.losses.length !== record.firstStep) close()
    run.push(record)
  }
  close()
  return all
}
