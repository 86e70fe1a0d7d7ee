import { rename } from 'node:fs/promises'
import { LabError } from '@core'
import { atomicWrite } from './atomic'
import { readWhole } from './read'

/** More is no settings file. */
const maxBytes = 2 ** 20

/**
 * A small JSON file that is read once and written whole. A damaged one is kept beside, and the
 * defaults take its place: nobody is locked out by their settings.
 */
export class JsonStore<T> {
  private writing: Promise<void> = Promise.resolve()
  /** Waits for its turn, and takes the value as it is by then */
  private queued: Promise<void> | null = null

  private constructor(private readonly path: string, private current: T) {}

  /** @param parse checks what was read and fills in what is missing; throws on nonsense */
  static async open<T>(path: string, parse: (value: unknown) => T, defaults: T): Promise<JsonStore<T>> {
    let bytes: Uint8Array
    try { bytes = await readWhole(path, { maxBytes }) }
    catch (cause) {
      // The first start has none, and what cannot be read cannot be damaged.
      if (cause instanceof LabError && cause.code === 'file.tooLarge') await keepBeside(path)
      return new JsonStore(path, defaults)
    }
    try { return new JsonStore(path, parse(JSON.parse(new TextDecoder().decode(bytes)))) } // without a byte order mark
    catch {
      await keepBeside(path)
      return new JsonStore(path, defaults)
    }
  }

  get value(): T { return this.current }

  /** Takes the value at once and writes it after what is being written; of many in a row only the latest. @throws LabError file.* */
  set(value: T): Promise<void> {
    this.current = value
    this.queued ??= this.writing.then(() => this.write())
    this.writing = this.queued.catch(() => undefined) // told to this caller; the next write starts afresh
    return this.queued
  }

  /** Resolves when nothing is left to write, be it on the disk or refused. */
  async settled(): Promise<void> {
    for (let last = null; last !== this.writing; await last) last = this.writing
  }

  private write(): Promise<void> {
    this.queued = null // what is set from now on takes a write of its own
    return atomicWrite(this.path, `${JSON.stringify(this.current, null, 2)}\n`)
  }
}

/** Not worth stopping for where it cannot be done. */
const keepBeside = (path: string): Promise<void> => rename(path, `${path}.damaged`).catch(() => undefined)
