import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { type Channel, channels, type EventName, eventNames, isGraphFile, type LabApi } from '@contract'

const dropping = { weights: 'weights:drop', graph: 'graph:drop' } as const satisfies Record<string, Channel>

const refused = (found: string) => ({ ok: false, error: { code: 'ipc.schema', message: `no such channel: ${found}`, details: { found } } })

// The window sees these three functions and nothing else of Electron.
const lab: LabApi = {
  invoke: (channel: Channel, arg: unknown) => {
    // A path comes from a file that was dropped, never from the page.
    if (!channels.includes(channel) || (Object.values(dropping) as Channel[]).includes(channel)) return Promise.resolve(refused(String(channel)))
    return ipcRenderer.invoke(channel, arg)
  },
  on: (event: EventName, handler) => {
    if (!eventNames.includes(event)) return () => undefined
    const listener = (_: unknown, value: unknown): void => handler(value)
    ipcRenderer.on(event, listener)
    return () => { ipcRenderer.off(event, listener) }
  },
  drop: (file: File) => ipcRenderer.invoke(isGraphFile(file.name) ? dropping.graph : dropping.weights, { path: webUtils.getPathForFile(file) }),
}

contextBridge.exposeInMainWorld('lab', lab)
