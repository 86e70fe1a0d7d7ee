import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { claimDialog } from '../../../electron/main/dialogs'
import { clearBrowserStorage, lockDown } from '../../../electron/main/lockdown'
import { isOwnPage } from '../../../electron/main/window'
import { app, FakeContents, FakeSession, freshElectron, session } from './fake-electron'

vi.mock('electron', () => import('./fake-electron'))
beforeEach(freshElectron)

function locked(): FakeContents {
  lockDown(isOwnPage)
  const contents = new FakeContents()
  app.emit('web-contents-created', {}, contents)
  return contents
}

describe.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s', (event) => {
  test.each([
    'https://example.org/', 'http://app//lab/', 'file:///etc/passwd', 'data:text/html,a', 'blob:app://lab/1', 'about:blank', 'app://lab.evil/index.html',
    'app://user@lab/index.html', 'ms-msdt:/id', 'javascript:1', 'nonsense', '',
  ])('to %j is stopped', (url) => {
    const go = { url, preventDefault: vi.fn() }
    locked().emit(event, go)
    expect(go.preventDefault).toHaveBeenCalledTimes(1)
  })

  test('to the lab’s own page is allowed, since it reloads that way', () => {
    const go = { url: 'app://lab/index.html#draw', preventDefault: vi.fn() }
    locked().emit(event, go)
    expect(go.preventDefault).not.toHaveBeenCalled()
  })
})

test('a page opens no window, embeds no other page and reaches no peer', () => {
  const contents = locked()
  expect((contents.setWindowOpenHandler.mock.calls[0]![0] as () => unknown)()).toEqual({ action: 'deny' })
  const attach = { preventDefault: vi.fn() }
  contents.emit('will-attach-webview', attach)
  expect(attach.preventDefault).toHaveBeenCalledTimes(1)
  expect(contents.setWebRTCIPHandlingPolicy.mock.calls).toEqual([['disable_non_proxied_udp']])
})

describe.each(['the first session', 'a later one'])('%s', (which) => {
  const made = (): FakeSession => {
    lockDown(isOwnPage)
    if (which === 'the first session') return session.defaultSession
    const later = new FakeSession()
    app.emit('session-created', later)
    return later
  }

  test.each([['clipboard-sanitized-write', true], ['clipboard-read', false], ['media', false], ['fileSystem', false], ['openExternal', false], ['', false]])('permission %j, requested or queried: %j', (permission, granted) => {
    const each = made()
    const answer = vi.fn();
    (each.setPermissionRequestHandler.mock.calls[0]![0] as (...of: unknown[]) => void)(null, permission, answer)
    expect(answer.mock.calls).toEqual([[granted]])
    expect((each.setPermissionCheckHandler.mock.calls[0]![0] as (...of: unknown[]) => boolean)(null, permission)).toBe(granted)
  })

  test('grants no device', () => {
    expect((made().setDevicePermissionHandler.mock.calls[0]![0] as () => boolean)()).toBe(false)
  })

  const download = (each: FakeSession, { url = 'blob:app://lab/1', wished = true } = {}) => {
    const item = Object.assign(new EventEmitter(), { getURL: () => url, getFilename: () => 'loss.csv', hasUserGesture: () => wished, setSaveDialogOptions: vi.fn() })
    const event = { preventDefault: vi.fn() }
    each.emit('will-download', event, item)
    return { item, kept: event.preventDefault.mock.calls.length === 0 }
  }

  test('saves what the page created and the user requested', () => {
    const { item, kept } = download(made())
    item.emit('done', {}, 'completed')
    expect(kept).toBe(true)
    expect(item.setSaveDialogOptions.mock.calls).toEqual([[{ title: 'loss.csv', defaultPath: 'loss.csv' }]])
  })

  test.each(['data:text/plain,a', 'https://example.org/a', 'app://lab/index.html', 'blob:https://example.org/1', 'blob:app://lab.evil/1', 'file:///etc/passwd', ''])('saves nothing of %j', (url) => {
    expect(download(made(), { url }).kept).toBe(false)
  })

  test('saves nothing without a user’s request', () => {
    expect(download(made(), { wished: false }).kept).toBe(false)
  })

  test('asks for one path at a time, cancelled or not', () => {
    const each = made()
    const first = download(each)
    expect(download(each).kept).toBe(false)
    first.item.emit('done', {}, 'cancelled')
    const next = download(each)
    expect(next.kept).toBe(true)
    next.item.emit('done', {}, 'completed')
  })

  test('asks for none while another dialog is open', () => {
    const close = claimDialog()!
    expect(download(made()).kept).toBe(false)
    close()
  })
})

test('pages’ storage is cleared, and the compiled code of the lab’s own page is not', async () => {
  await clearBrowserStorage()
  const [{ storages }] = session.defaultSession.clearStorageData.mock.calls[0] as unknown as [{ storages: string[] }]
  expect(storages.toSorted()).toEqual(['cachestorage', 'cookies', 'filesystem', 'indexdb', 'localstorage', 'serviceworkers'])
})
