import type { EventName } from './events'
import type { Channel } from './requests'

/** What the preload puts on `window.lab`. */
export interface LabApi {
  /** Resolves to a Reply and never rejects. Electron throws synchronously for what cannot be cloned at all, such as 1,000 nested arrays. */
  invoke: (channel: Channel, arg: unknown) => Promise<unknown>
  /** @returns a function that stops listening */
  on: (event: EventName, handler: (value: unknown) => void) => () => void
  /** Opens a dropped file on the channel that `drops` names for it. Resolves to a Reply and never rejects. */
  drop: (file: File) => Promise<unknown>
}
