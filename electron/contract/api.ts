import type { EventName } from './events'
import type { Channel } from './requests'

/** The API that the preload exposes as `window.lab`. */
export interface LabApi {
  /** Resolves to a Reply and never rejects. Electron throws synchronously for values that cannot be cloned, such as 1,000 nested arrays. */
  invoke: (channel: Channel, arg: unknown) => Promise<unknown>
  /** @returns a function that removes the listener */
  on: (event: EventName, handler: (value: unknown) => void) => () => void
  /** Sends a dropped file's path on the channel that `drops` assigns to it. Resolves to a Reply and never rejects. */
  drop: (file: File) => Promise<unknown>
}
