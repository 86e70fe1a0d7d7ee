import type { EventName } from './events'
import type { Channel } from './requests'

/** The API that the preload exposes as `window.lab`. */
export interface LabApi {
  /** Resolves to a Reply and never rejects. Electron throws synchronously for values that cannot be cloned, such as 1,000 nested arrays. */
  invoke: (channel: Channel, arg: unknown) => Promise<unknown>
  /** @returns a function that removes the listener */
  on: (event: EventName, handler: (value: unknown) => void) => () => void
  /** Sends the paths of dropped files, or of a folder, on the channel of `drops`. Resolves to a Reply and never rejects. */
  drop: (files: readonly File[]) => Promise<unknown>
}
