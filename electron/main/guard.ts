import { type Channel, replyOf, type RequestArg } from '@contract'
import { LabError } from '@core'
import { type BrowserWindow, ipcMain, type IpcMainInvokeEvent } from 'electron'
import type { Handlers } from './handlers'
import { channels, checkArg } from './schemas'
import { isOurs } from './window'

/** Every message is checked twice before a handler sees it: who sent it, and what it holds. */
export function register(handlers: Handlers, window: () => BrowserWindow | null): void {
  const add = <K extends Channel>(channel: K): void => {
    const handle = handlers[channel] as (arg: RequestArg<K>) => unknown
    ipcMain.handle(channel, (event, arg: unknown) => replyOf(() => {
      checkSender(event, window())
      return handle(checkArg(channel, arg))
    }))
  }
  channels.forEach(add)
}

function checkSender({ senderFrame, sender }: IpcMainInvokeEvent, window: BrowserWindow | null): void {
  const top = senderFrame !== null && senderFrame.parent === null && sender === window?.webContents
  if (!top || !isOurs(senderFrame.url))
    throw new LabError('ipc.sender', `refused: ${senderFrame?.url ?? 'a frame that is gone'}`, { found: senderFrame?.url ?? '–' })
}
