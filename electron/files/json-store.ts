import { rename } from 'node:fs/promises'
import { LabError } from '@core'
import { atomicWrite } from './atomic'
import { readWhole } from './read'

/** A larger file was not written by the lab. */
const maxBytes = 2 ** 20

/**
 * A small JSON file, read once and always written as a whole. A damaged file is renamed and replaced by the
 * defaults, so that it cannot prevent the app from starting.
 */
export class JsonStore<T> {
  private writing: Promise<void> = Promise.resolve()
  /** The write after the current one; it saves the value as it is when it starts */
  private queued: Promise<void> | null = null

  private constructor(private readonly path: string, private current: T) {}

  /** @param parse validates the value and fills in missing parts; throws on invalid input */
  static async open<T>(path: string, parse: (value: unknown) => T, defaults: T): Promise<JsonStore<T>> {
    let bytes: Uint8Array
    try { bytes = await readWhole(path, { maxBytes }) }
    catch (cause) {
      // Not renamed: at the first start there is no file, and an unreadable one may be intact.
      if (cause instanceof LabError && cause.code === 'file.tooLarge') await setAside(path)
      return new JsonStore(path, defaults)
    }
    try { return new JsonStore(path, parse(JSON.parse(new TextDecoder().decode(bytes)))) } // TextDecoder drops a byte order mark
    catch {
      await setAside(path)
      return new JsonStore(path, defaults)
    }
  }

  get value(): T { return this.current }

  /** Changes the value at once and writes it after the current write; of several pending values only the latest is written. @throws LabError file.* */
  set(value: T): Promise<void> {
    this.current = value
    this.queued ??= this.writing.then(() => this.write())
    this.writing = this.queued.catch(() => undefined) // the caller gets the error; the next write is not affected
    return this.queued
  }

  /** Resolves when all pending writes have finished or failed. */
  async finishWrites(): Promise<void> {
    for (let last = null; last !== this.writing; await last) last = this.writing
  }

  private write(): Promise<void> {
    this.queued = null // a later value needs another write
    return atomicWrite(this.path, `${JSON.stringify(this.current, null, 2)}\n`)
  }
}

/** Renames a damaged file; failure is ignored. */
const setAside = (path: string): Promise<void> => rename(path, `${path}.damaged`).catch(() => undefined)
