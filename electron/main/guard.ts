import { type Channel, channels, replyOf, type RequestArg } from '@contract'
import { LabError } from '@core'
import type { Handlers } from './handlers'
import { checkArg } from './message'

/** Who sent a message. */
export interface Sender {
  /** Address of the frame, null when it is gone */
  readonly url: string | null
  /** Whether it is the top frame of the lab's window */
  readonly top: boolean
}

/** The part of Electron's ipcMain that is used. */
export interface Ipc<E> {
  handle: (channel: string, listener: (event: E, arg: unknown) => unknown) => void
}

/**
 * Every message is checked twice before a handler sees it: who sent it, and what it holds.
 * @param isOurs whether an address is the lab's own page
 */
export function register<E>(handlers: Handlers, ipc: Ipc<E>, senderOf: (event: E) => Sender, isOurs: (url: string) => boolean): void {
  const add = <K extends Channel>(channel: K): void => {
    const handle = handlers[channel] as (arg: RequestArg<K>) => unknown
    ipc.handle(channel, (event, arg) => replyOf(async () => {
      const { url, top } = senderOf(event)
      if (!top || url === null || !isOurs(url)) throw new LabError('ipc.sender', `refused: ${url ?? 'a frame that is gone'}`, { found: url ?? '–' })
      try { return await handle(checkArg(channel, arg)) }
      catch (cause) {
        if (!(cause instanceof LabError)) console.error(channel, cause) // a mistake of ours: the reply has no stack
        throw cause
      }
    }))
  }
  channels.forEach(add)
}
