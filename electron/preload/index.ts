import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { channels, drops, events } from 'virtual:channels'
import type { Channel, EventName, LabApi } from '@contract'

const noSuchChannel = (found: string) => ({ ok: false, error: { code: 'ipc.schema', message: `no such channel: ${found}`, details: { found } } })
/** For instance a file dragged from a page in another program */
const notOnDisk = (file: string) => ({ ok: false, error: { code: 'file.notOnDisk', message: `${file} is not a file on this computer`, details: { file } } })

/** `invoke` rejects for values that cannot be cloned and when main is gone; this returns a reply, as for any other error. */
async function ask(channel: Channel, arg: unknown): Promise<unknown> {
  try { return await ipcRenderer.invoke(channel, arg) }
  catch (cause) { return { ok: false, error: { code: 'ipc.schema', message: `${channel}: ${String(cause).slice(0, 200)}`, details: { found: channel } } } }
}

// These three functions are all that the window can use of Electron.
const lab: LabApi = {
  // `channels` excludes the drops: a path comes from a dropped file, never from the page.
  invoke: (channel: Channel, arg: unknown) => channels.includes(channel) ? ask(channel, arg) : Promise.resolve(noSuchChannel(nameOf(channel))),
  on: (event: EventName, handler) => {
    if (!events.includes(event)) return () => undefined
    const listener = (_: unknown, value: unknown): void => handler(value)
    ipcRenderer.on(event, listener)
    return () => { ipcRenderer.off(event, listener) }
  },
  drop: (files: readonly File[]) => {
    const given: readonly File[] = Array.isArray(files) ? files : []
    const paths = given.map(pathOf)
    const missing = paths.findIndex(path => !path)
    if (given.length === 0 || paths[missing] === null) return Promise.resolve(noSuchChannel('drop'))
    return missing >= 0 ? Promise.resolve(notOnDisk(nameOf(given[missing]!.name))) : ask(drops[0]!, { paths })
  },
}

/** Only strings are converted: another value's string form may change between two reads. */
const nameOf = (channel: unknown): string => typeof channel === 'string' ? channel.slice(0, 60) : typeof channel

/** @returns path of a dropped file; '' for a file that is not on disk, null for a value that is not a file */
function pathOf(file: File): string | null {
  try { return webUtils.getPathForFile(file) }
  catch { return null }
}

contextBridge.exposeInMainWorld('lab', lab)
