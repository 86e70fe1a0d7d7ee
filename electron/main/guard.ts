import { type Channel, channels, replyOf, type RequestArg } from '@contract'
import { LabError } from '@core'
import type { Handlers } from './handlers'
import { checkArg } from './message'

/** The sender of a message. */
export interface Sender {
  /** URL of the frame, null when the frame is gone */
  readonly url: string | null
  /** Whether it is the top frame of the lab's window */
  readonly top: boolean
}

/** The members of Electron's ipcMain that are used. */
export interface Ipc<E> {
  handle: (channel: string, listener: (event: E, arg: unknown) => unknown) => void
}

/**
 * Checks the sender and the content of every message before its handler runs.
 * @param isOwnPage whether a URL is the lab's own page
 */
export function register<E>(handlers: Handlers, ipc: Ipc<E>, senderOf: (event: E) => Sender, isOwnPage: (url: string) => boolean): void {
  const add = <K extends Channel>(channel: K): void => {
    const handle = handlers[channel] as (arg: RequestArg<K>) => unknown
    ipc.handle(channel, (event, arg) => replyOf(async () => {
      const { url, top } = senderOf(event)
      if (!top || url === null || !isOwnPage(url)) throw new LabError('ipc.sender', `refused: ${url ?? 'a closed frame'}`, { found: url ?? '–' })
      try { return await handle(checkArg(channel, arg)) }
      catch (cause) {
        if (!(cause instanceof LabError)) console.error(channel, cause) // a bug in main; the reply contains no stack trace
        throw cause
      }
    }))
  }
  channels.forEach(add)
}
