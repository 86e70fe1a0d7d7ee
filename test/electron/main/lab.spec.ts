import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { defaultProgress, defaultSettings, type MeasureStart, texts, translate, type WorkerStart } from '@contract'
import { mnist } from '@core'
import { RunStore, runsFolder } from '@files'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { MeasureThread } from '../../../electron/main/certificate'
import { app, BrowserWindow, dialog, FakeContents, freshElectron, Menu, nativeTheme, protocol, session, shell } from './fake-electron'
import { FakeThread, weightsOf } from './fake-thread'
import { newFolder } from './folder'
import { openedLab, soon } from './opened-lab'
import { idOf, recorded } from '../../fixtures/recorded-run'

vi.mock('electron', () => import('./fake-electron'))
beforeEach(freshElectron)

interface Item { readonly label?: string, readonly role?: string, readonly click?: () => void, readonly submenu?: readonly Item[] }
const menu = (): readonly Item[] => Menu.setApplicationMenu.mock.calls.at(-1)![0] as readonly Item[]
const itemsOf = (items: readonly Item[]): readonly Item[] => items.flatMap(item => [item, ...itemsOf(item.submenu ?? [])])
const menuText = (locale: 'en' | 'ko' | 'ja', key: string) => (texts[locale]['menu'] as Record<string, string>)[key]
/** Opens the lab, loads the digits and starts the first run */
async function startedLab(given: Parameters<typeof openedLab>[0] = {}) {
  const lab = openedLab({ digits: true, ...given })
  await lab.ask('app:shown')
  await soon(() => expect(lab.told('run:state').length + lab.told('run:lost').length + lab.told('warning').length).toBeGreaterThan(0))
  return lab
}

describe('the heavy work of a start', () => {
  test('begins when the window reports its screen: first the digits, then the thread that learns them', async () => {
    const { ask, told, starts, threads } = openedLab({ digits: true, files: { 'settings.json': JSON.stringify({ ...defaultSettings, threads: 3, pace: 100 }) } })
    expect(await ask('app:info')).toMatchObject({ value: { version: '1.2.3', dataset: { phase: 'loading' } } })
    await new Promise(setImmediate)
    expect([starts.length, told('dataset')]).toEqual([0, []])
    await ask('app:shown')
    await soon(() => expect(told('run:state')).toHaveLength(1))
    const ready = { phase: 'ready', info: mnist }
    expect(told('dataset')).toEqual([ready])
    expect(await ask('app:info')).toMatchObject({ value: { dataset: ready } })
    const [start] = starts
    expect(starts).toHaveLength(1)
    expect(start).toMatchObject({ role: 'train', version: '1.2.3', threads: 3, sample: { name: 'sample.safetensors', bytes: weightsOf(10_000, 99) }, dataset: { info: { id: 'mnist' } } })
    expect(start!.compiling.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect([start!.compiling.length, start!.compiling[0]]).toEqual([1, 0])
    expect(told('run:state')[0]).toMatchObject({ step: 0, phase: 'idle' })
    expect(threads[0]!.asked).toEqual(['configure'])
    expect(await ask('run:read')).toMatchObject({ ok: true, value: { state: { step: 0 } } })
  })

  test('waits a few seconds for a window that never reports it, and no longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => { vi.useRealTimers() })
    const { window, told } = openedLab();
    (await window()).emit('ready-to-show')
    await soon(() => expect(session.defaultSession.clearStorageData).toHaveBeenCalled())
    await vi.advanceTimersByTimeAsync(4_000) // the first screen of a slow computer
    await new Promise(setImmediate)
    expect(told('dataset')).toEqual([])
    await vi.advanceTimersByTimeAsync(2_000)
    await soon(() => expect(told('dataset')).toHaveLength(1))
  })

  test('reports a fault of the digits, on request and as an event; the window opens all the same', async () => {
    const { ask, told, starts } = openedLab()
    const early = ask('run:start', { pace: 1 })
    await ask('app:shown')
    expect(await early).toMatchObject({ ok: false, error: { code: 'dataset.missing' } })
    await soon(() => expect(told('dataset')).toMatchObject([{ phase: 'failed', error: { code: 'dataset.missing' } }]))
    expect(await ask('app:info')).toMatchObject({ value: { dataset: { phase: 'failed', error: { code: 'dataset.missing' } } } })
    expect(await ask('weights:list')).toMatchObject({ ok: true, value: [{ kind: 'sample', summary: { step: 10_000 } }] })
    expect(await ask('run:read')).toEqual({ ok: true, value: null })
    expect(starts).toEqual([])
  })

  test('removes the leftovers of killed writes', async () => {
    const { ask, folder } = openedLab({ files: { '.lab-0123456789ab.tmp': 'half' } })
    await ask('app:shown')
    await ask('weights:list')
    expect(existsSync(join(folder, '.lab-0123456789ab.tmp'))).toBe(false)
  })

  test('reports a failed first run as a warning', async () => {
    const refusing = ({ pendingRequests }: WorkerStart) => {
      const thread = new FakeThread(pendingRequests)
      vi.spyOn(thread, 'postMessage').mockImplementation(({ id }) => {
        queueMicrotask(() => { thread.emit('message', { type: 'reply', id, reply: { ok: false, error: { code: 'train.memory', message: 'too large', details: {} } } }) })
      })
      return thread
    }
    const { told } = await startedLab({ thread: refusing })
    expect(told('warning')).toMatchObject([{ code: 'train.memory' }])
    expect(told('run:state')).toEqual([])
  })

  test('reports a thread that dies at once as lost, and not again as a warning', async () => {
    const dying = ({ pendingRequests }: WorkerStart) => {
      const thread = new FakeThread(pendingRequests)
      vi.spyOn(thread, 'postMessage').mockImplementation(() => { queueMicrotask(() => { thread.emit('exit', 7) }) })
      return thread
    }
    const { told, ask } = await startedLab({ thread: dying })
    expect(told('run:lost')).toMatchObject([{ error: { code: 'worker.died', details: { found: 'exit 7' } }, run: null }])
    expect(await ask('run:lost')).toEqual({ ok: true, value: told('run:lost')[0] })
    expect(told('warning')).toEqual([])
  })
})

test('the window receives the thread’s own messages', async () => {
  const { told, threads } = await startedLab()
  const [thread] = threads
  thread!.learn(5)
  expect(told('run:metrics')).toMatchObject([{ firstStep: 1, step: 5 }])
  thread!.emit('message', { type: 'state', state: { ...thread!.state!, phase: 'diverged' } })
  expect(told('run:state').at(-1)).toMatchObject({ phase: 'diverged' })
  thread!.emit('message', { type: 'warning', error: { code: 'worker.noSimd', message: 'none', details: {} } })
  expect(told('warning')).toMatchObject([{ code: 'worker.noSimd' }])
})

test('the certificate is measured in a thread of its own, which ends with the lab; the window receives the progress', async () => {
  const measures: MeasureStart[] = []
  let ended = 0
  const measuring = (start: MeasureStart): MeasureThread => {
    measures.push(start)
    const worker = new Worker('require("node:worker_threads").parentPort.postMessage({ type: "at", at: { stage: "training", seed: 0, done: 3, total: 10, measured: { checks: [], accuracies: [] } } }); setInterval(() => {}, 1000)', { eval: true })
    worker.on('exit', () => ended++)
    onTestFinished(async () => { await worker.terminate() })
    return worker as MeasureThread
  }
  const { ask, told, starts } = await startedLab({ measuring })
  expect(await ask('certificate:start')).toMatchObject({ ok: true, value: { phase: 'running' } })
  await soon(() => expect(told('certificate').at(-1)).toMatchObject({ at: { done: 3 } }))
  expect(measures).toMatchObject([{ role: 'measure', dataset: { info: { id: 'mnist' } } }])
  expect(measures[0]!.compiling).toBe(starts[0]!.compiling) // both share V8's flags
  app.emit('before-quit', { preventDefault: () => undefined })
  await soon(() => expect(ended).toBe(1))
  expect(told('certificate').at(-1)).toMatchObject({ phase: 'idle' })
})

describe('a sender', () => {
  test.each<[string, (page: { sender: unknown, senderFrame: object }) => unknown]>([
    ['another window\'s page', page => ({ ...page, sender: {} })],
    ['a frame inside the page', ({ sender, senderFrame }) => ({ sender, senderFrame: { ...senderFrame, parent: {} } })],
    ['a frame that is gone', ({ sender }) => ({ sender, senderFrame: null })],
    ['another page', ({ sender }) => ({ sender, senderFrame: { url: 'https://example.org/', parent: null } })],
  ])('is refused when it is %s', async (_, change) => {
    const { ask, window, page } = openedLab()
    expect(await ask('settings:read', null, change(page((await window()).webContents)))).toMatchObject({ ok: false, error: { code: 'ipc.sender' } })
    expect(await ask('settings:read')).toMatchObject({ ok: true })
  })
})

describe('settings', () => {
  test('apply at once when they change: theme, language of the menu, and window', async () => {
    const { ask, told, window } = openedLab({ files: { 'settings.json': JSON.stringify({ ...defaultSettings, theme: 'light', locale: 'ja' }) } })
    await window()
    expect(nativeTheme.themeSource).toBe('light')
    expect(menu().map(({ label }) => label)).toContain(menuText('ja', 'file'))
    expect(app.setAboutPanelOptions.mock.calls.at(-1)).toEqual([{ applicationName: 'Backprop Lab', applicationVersion: '1.2.3', copyright: translate('ja', 'dialog.about') }])
    await ask('settings:write', { theme: 'dark', locale: 'ko' })
    expect(nativeTheme.themeSource).toBe('dark')
    expect(menu().map(({ label }) => label)).toContain(menuText('ko', 'file'))
    expect(app.setAboutPanelOptions.mock.calls.at(-1)).toMatchObject([{ copyright: translate('ko', 'dialog.about') }])
    expect(told('settings')).toEqual([{ ...defaultSettings, theme: 'dark', locale: 'ko' }])
  })

  test('that the disk refuses are reported as a warning', async () => {
    const { ask, told, folder } = openedLab()
    await ask('settings:read')
    mkdirSync(join(folder, 'settings.json'))
    await ask('settings:write', { theme: 'dark' })
    expect(told('warning')).toMatchObject([{ code: 'file.isFolder' }])
  })
})

describe('the menu', () => {
  test('reaches the window, and shows the lab\'s folder', async () => {
    const { told, folder, window } = openedLab()
    await window()
    const press = (key: string) => itemsOf(menu()).find(({ label }) => label === menuText('en', key))!.click!()
    press('run')
    expect(told('menu')).toEqual(['training.run'])
    press('showFolder')
    expect(shell.openPath.mock.calls).toEqual([[folder]])
  })

  test.each([[true, false], [false, true]])('of a packaged app (%j) offers the developer tools: %j', async (packaged, offered) => {
    app.isPackaged = packaged
    const { window } = openedLab()
    await window()
    expect(itemsOf(menu()).some(({ role }) => role === 'toggleDevTools')).toBe(offered)
  })

  test.each([['darwin', true], ['linux', false], ['win32', false]])('on %s has a menu of the app\'s own: %j', async (name, has) => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform')!
    onTestFinished(() => { Object.defineProperty(process, 'platform', platform) })
    const { window } = openedLab()
    await window()
    Object.defineProperty(process, 'platform', { ...platform, value: name })
    nativeTheme.themeSource = ''
    await openedLab().ask('settings:write', { theme: 'dark' })
    expect(menu()[0]!.label === 'Backprop Lab').toBe(has)
  })
})

describe('a dialog', () => {
  test('opens above the window in the chosen language', async () => {
    dialog.showSaveDialog.mockResolvedValue({ canceled: true, filePath: '' })
    dialog.showOpenDialog.mockResolvedValue({ canceled: true, filePaths: [] })
    const { ask, window } = await startedLab({ files: { 'settings.json': JSON.stringify({ ...defaultSettings, locale: 'ko' }) } })
    expect(await ask('weights:save')).toEqual({ ok: true, value: null })
    expect(dialog.showSaveDialog.mock.calls[0]).toMatchObject([await window(), { title: translate('ko', 'dialog.save'), defaultPath: expect.stringMatching(/784-50-10 step 0\.safetensors$/) as string }])
    await ask('file:open')
    expect(dialog.showOpenDialog.mock.calls[0]).toMatchObject([await window(), { title: translate('ko', 'dialog.open') }])
  })

  test('asks where to save the summary that the window prints', async () => {
    dialog.showSaveDialog.mockResolvedValue({ canceled: true, filePath: '' })
    const { ask, window } = openedLab()
    expect(await ask('summary:pdf', { name: 'Ada' })).toEqual({ ok: true, value: null })
    expect((await window()).webContents.printToPDF).toHaveBeenCalledOnce()
    expect(dialog.showSaveDialog.mock.calls[0]![1]).toMatchObject({ defaultPath: expect.stringMatching(/Ada\.pdf$/) as string })
  })

  test('is not needed to show a file in its folder', async () => {
    const { ask, folder } = await startedLab()
    const path = join(folder, 'mine.safetensors')
    writeFileSync(path, weightsOf(3))
    dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: [path] })
    expect(await ask('file:open')).toMatchObject({ ok: true, value: { kind: 'weights', state: { step: 3 } } })
    const list = await ask('weights:list') as unknown as { value: { handle: string }[] }
    await ask('weights:reveal', { handle: list.value.at(-1)!.handle })
    expect(shell.showItemInFolder.mock.calls).toEqual([[path]])
  })
})

describe('a second start', () => {
  test.each([[true, 1], [false, 0]])('brings the window to the front (minimized: %j)', async (minimized, restored) => {
    const { window } = openedLab()
    const opened = await window()
    opened.minimized = minimized
    app.emit('second-instance')
    expect([opened.restore.mock.calls.length, opened.focus.mock.calls.length]).toEqual([restored, 1])
  })

  test('with a file gives it to the window, which gets its name and opens it', async () => {
    const { ask, told, folder } = await startedLab()
    const path = join(folder, 'mine.safetensors')
    writeFileSync(path, weightsOf(3))
    app.emit('second-instance', {}, ['/lab', '--flag', 'mine.safetensors', 'other.txt'], folder)
    await soon(() => expect(told('file:given')).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{16}$/) as string, name: 'mine.safetensors' }]))
    expect(await ask('file:take', { id: (told('file:given')[0] as { id: string }).id })).toMatchObject({ ok: true, value: { kind: 'weights', state: { step: 3 } } })
  })
})

describe('the disk that the runs take', () => {
  const old = (id: number) => recorded(new RunStore(runsFolder(own)), { more: { id: idOf(id), created: id } })
  let own = ''
  beforeEach(() => { own = newFolder() })

  test('is told once when runs had to give up states, with the limit of the settings', async () => {
    const { ask, told, threads } = await startedLab({ userData: own })
    vi.spyOn(RunStore.prototype, 'makeRoom').mockResolvedValue([idOf(1), idOf(2)])
    onTestFinished(() => { vi.restoreAllMocks() })
    await ask('settings:write', { allRunsGb: 2 })
    for (let i = 0; i < 2; i++) {
      threads[0]!.learn(250)
      await ask('run:rewind')
    }
    await soon(() => expect(RunStore.prototype.makeRoom).toHaveBeenCalledTimes(2))
    await soon(() => expect(told('warning')).toMatchObject([{ code: 'run.thinned', details: { n: 2, max: 2 } }]))
  })

  test('is less after a start when something has been in the lab’s own trash for over a month', async () => {
    const { trash } = new RunStore(runsFolder(own))
    const store = new RunStore(runsFolder(own))
    for (const id of [1, 2]) {
      await old(id)
      await store.remove(idOf(id))
    }
    const monthsAgo = Date.now() / 1000 - 70 * 86_400
    utimesSync(join(own, 'trash', readdirSync(join(own, 'trash'))[0]!), monthsAgo, monthsAgo)
    const { ask } = await startedLab({ userData: own })
    await soon(async () => expect((await trash.size()).runs).toBe(1))
    expect(await ask('runs:trash')).toMatchObject({ value: { runs: 1 } })
    expect(await ask('runs:emptyTrash')).toEqual({ ok: true, value: { runs: 0, ids: [], bytes: 0 } })
  })
})

describe('when the lab ends', () => {
  const end = async () => {
    app.emit('before-quit', { preventDefault: () => undefined })
    await soon(() => expect(app.quit).toHaveBeenCalled())
  }

  test('the run is on the disk, the thread has ended, and the next start goes on with it in the same room', async () => {
    const { ask, folder, threads, window } = await startedLab()
    await ask('run:step', { unit: 'batch' });
    (await window()).webContents.emit('did-navigate-in-page', {}, 'app://lab/index.html#draw')
    await end()
    const runs = await new RunStore(runsFolder(folder)).list()
    expect(runs.map(({ step, lockedBy }) => [step, lockedBy])).toEqual([[1, null]])
    expect(threads[0]!.terminated).toBe(true)
    freshElectron()
    const next = openedLab({ userData: folder, digits: true })
    await next.ask('app:shown')
    await soon(() => expect(next.told('run:state')).toMatchObject([{ step: 1 }]))
    expect((await next.window()).loadURL.mock.calls).toEqual([['app://lab/index.html#draw']])
    expect(readdirSync(folder).filter(name => name.endsWith('.safetensors') || name === 'running')).toEqual([]) // the runs are all that is kept
  })

  test('a run that the disk refused is told when the lab closes after a fault', async () => {
    const { ask, folder, process } = await startedLab()
    rmSync(runsFolder(folder), { recursive: true, force: true })
    writeFileSync(runsFolder(folder), 'no folder')
    await ask('run:step', { unit: 'batch' })
    process.get('uncaughtException')!(new Error('planned'))
    await soon(() => expect(dialog.showMessageBox).toHaveBeenCalled())
    expect(dialog.showMessageBox.mock.calls[0]!.at(-1)).toMatchObject({ detail: translate('en', 'dialog.unsaved') })
  })

  test('everything that is being written reaches the disk: settings, progress, the window’s bounds and the recent files', async () => {
    const { ask, folder, window } = await startedLab()
    const path = join(folder, 'mine.safetensors')
    writeFileSync(path, weightsOf(3))
    dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: [path] })
    await ask('file:open')
    await end()
    void ask('settings:write', { theme: 'dark' })
    void ask('progress:write', { ...defaultProgress, current: 'add-node' })
    const list = await ask('weights:list') as unknown as { value: { handle: string }[] }
    void ask('weights:forget', { handle: list.value.at(-1)!.handle })
    Object.assign(await window(), { bounds: { x: 1, y: 2, width: 1000, height: 700 } });
    (await window()).emit('close')
    await new Promise(setImmediate) // the requests have reached their handlers
    const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'))
    const names = ['settings.json', 'progress.json', 'window.json', 'recent.json']
    let there: unknown[] = []
    app.quit.mockReset().mockImplementation(() => { there = names.map(read) }) // before it returns, not some time later
    app.emit('will-quit', { preventDefault: () => undefined })
    await soon(() => expect(app.quit).toHaveBeenCalled())
    expect(there).toMatchObject([{ theme: 'dark' }, { current: 'add-node' }, { width: 1000 }, []])
  })
})

test('the window is served from its own folder, reaches no host, and cannot navigate', async () => {
  const { window } = openedLab()
  await window()
  const [scheme, answer] = protocol.handle.mock.calls[0] as [string, (request: { url: string, method: string }) => Promise<Response>]
  expect(scheme).toBe('app')
  const response = await answer({ url: 'app://lab/nothing.html', method: 'GET' })
  expect([response.status, response.headers.get('x-content-type-options')]).toEqual([404, 'nosniff'])
  expect(session.defaultSession.setSpellCheckerEnabled.mock.calls).toEqual([[false]])
  expect(session.defaultSession.setPermissionRequestHandler).toHaveBeenCalledTimes(1)
  const contents = new FakeContents()
  app.emit('web-contents-created', {}, contents)
  const go = { url: 'https://example.org/', preventDefault: vi.fn() }
  contents.emit('will-navigate', go)
  expect(go.preventDefault).toHaveBeenCalledTimes(1)
  const own = { url: 'app://lab/index.html', preventDefault: vi.fn() }
  contents.emit('will-navigate', own)
  expect(own.preventDefault).not.toHaveBeenCalled()
  expect(BrowserWindow.made).toHaveLength(1)
})
