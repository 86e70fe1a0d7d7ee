import { type EventName, type Events, toWire, type WireError } from '@contract'
import type { BrowserWindow } from 'electron'

/** Sends events to the window. */
export class Outbox {
  /** Null until the window is opened */
  window: BrowserWindow | null = null

  /** Skips a window that is closed or crashed: after a reload it asks for the state. */
  send<K extends EventName>(event: K, value: Events[K]): void {
    const { window } = this
    if (window && !window.isDestroyed() && !window.webContents.isCrashed()) window.webContents.send(event, value)
  }

  /** Shows an error that does not stop the lab. */
  warn(error: WireError): void {
    console.error(error.message)
    this.send('warning', error)
  }

  /** Reports an unhandled rejection; the lab continues. */
  unhandled(cause: unknown): void {
    console.error(cause)
    this.send('warning', toWire(cause))
  }
}
