import { type EventName, type Events, toWire, type WireError } from '@contract'
import type { BrowserWindow } from 'electron'

/** Tells the window what it did not ask for. */
export class Outbox {
  /** Null before it is opened */
  window: BrowserWindow | null = null

  /** A window that is gone, or whose process is, hears nothing: when it comes back it asks. */
  send<K extends EventName>(event: K, value: Events[K]): void {
    const { window } = this
    if (window && !window.isDestroyed() && !window.webContents.isCrashed()) window.webContents.send(event, value)
  }

  /** What a person should know; work goes on. */
  warn(error: WireError): void {
    console.error(error.message)
    this.send('warning', error)
  }

  /** A promise that nobody looked after: what was asked for is refused, and the lab goes on. */
  refused(cause: unknown): void {
    console.error(cause)
    this.send('warning', toWire(cause))
  }
}
