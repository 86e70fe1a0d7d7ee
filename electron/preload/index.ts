import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { type Channel, channels, type EventName, eventNames, isGraphFile, type LabApi } from '@contract'

const dropping = { weights: 'weights:drop', graph: 'graph:drop' } as const satisfies Record<string, Channel>

const refused = (found: string) => ({ ok: false, error: { code: 'ipc.schema', message: `no such channel: ${found}`, details: { found } } })
/** Dragged out of another program's page, say */
const notOnDisk = (file: string) => ({ ok: false, error: { code: 'file.notOnDisk', message: `${file} stands in no folder`, details: { file } } })

/** Electron rejects what cannot be cloned, and when main is gone; here that is a reply like any other. */
async function ask(channel: Channel, arg: unknown): Promise<unknown> {
  try { return await ipcRenderer.invoke(channel, arg) }
  catch (cause) { return { ok: false, error: { code: 'ipc.schema', message: `${channel}: ${String(cause).slice(0, 200)}`, details: { found: channel } } } }
}

// The window sees these three functions and nothing else of Electron.
const lab: LabApi = {
  invoke: (channel: Channel, arg: unknown) => {
    // A path comes from a file that was dropped, never from the page.
    if (!channels.includes(channel) || (Object.values(dropping) as Channel[]).includes(channel)) return Promise.resolve(refused(nameOf(channel)))
    return ask(channel, arg)
  },
  on: (event: EventName, handler) => {
    if (!eventNames.includes(event)) return () => undefined
    const listener = (_: unknown, value: unknown): void => handler(value)
    ipcRenderer.on(event, listener)
    return () => { ipcRenderer.off(event, listener) }
  },
  drop: (file: File) => {
    const path = pathOf(file)
    if (!path) return Promise.resolve(path === null ? refused('drop') : notOnDisk(nameOf(file.name)))
    return ask(isGraphFile(path) ? dropping.graph : dropping.weights, { path })
  },
}

/** Only a text is read: what another value turns into may change from one reading to the next. */
const nameOf = (channel: unknown): string => typeof channel === 'string' ? channel.slice(0, 60) : typeof channel

/** @returns where a dropped file stands; an empty text for one that stands nowhere, null for what is no file */
function pathOf(file: File): string | null {
  try { return webUtils.getPathForFile(file) }
  catch { return null }
}

contextBridge.exposeInMainWorld('lab', lab)
