import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { type Channel, channels, type EventName, eventNames, type LabApi } from '@contract'

// The window sees these three functions and nothing else of Electron.
const lab: LabApi = {
  invoke: (channel: Channel, arg: unknown) => {
    if (!channels.includes(channel)) return Promise.resolve(refused(String(channel)))
    return ipcRenderer.invoke(channel, arg)
  },
  on: (event: EventName, handler) => {
    if (!eventNames.includes(event)) return () => undefined
    const listener = (_: unknown, value: unknown): void => handler(value)
    ipcRenderer.on(event, listener)
    return () => { ipcRenderer.off(event, listener) }
  },
  drop: (file: File) => ipcRenderer.invoke('weights:drop' satisfies Channel, { path: webUtils.getPathForFile(file) }),
}

const refused = (found: string) => ({ ok: false, error: { code: 'ipc.schema', message: `no such channel: ${found}`, details: { found } } })

contextBridge.exposeInMainWorld('lab', lab)
