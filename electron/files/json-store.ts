import { readFile, rename } from 'node:fs/promises'
import { atomicWrite } from './atomic'

/**
 * A small JSON file that is read once and written whole. A damaged one is kept beside, and the
 * defaults take its place: nobody is locked out by their settings.
 */
export class JsonStore<T> {
  private writing: Promise<void> = Promise.resolve()

  private constructor(private readonly path: string, private current: T) {}

  /** @param parse checks what was read and fills in what is missing; throws on nonsense */
  static async open<T>(path: string, parse: (value: unknown) => T, defaults: T): Promise<JsonStore<T>> {
    let text: string
    try { text = await readFile(path, 'utf8') }
    catch { return new JsonStore(path, defaults) } // the first start
    try { return new JsonStore(path, parse(JSON.parse(text))) }
    catch {
      await rename(path, `${path}.damaged`).catch(() => undefined) // not worth stopping for
      return new JsonStore(path, defaults)
    }
  }

  get value(): T { return this.current }

  /** Takes the value at once and writes it after what is being written. @throws LabError file.* */
  set(value: T): Promise<void> {
    this.current = value
    const write = this.writing.then(() => atomicWrite(this.path, `${JSON.stringify(this.current, null, 2)}\n`))
    this.writing = write.catch(() => undefined) // told to this caller; the next write starts afresh
    return write
  }
}
