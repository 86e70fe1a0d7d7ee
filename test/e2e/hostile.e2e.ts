import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, goTo, pause, runUntil, untilReady } from './window'

/** A compromised page, and what it is denied. */

let lab: Lab
const folder = mkdtempSync(join(tmpdir(), 'backprop-hostile-'))
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window) })
afterAll(async () => { await lab?.close(); rmSync(folder, { recursive: true }) })

const schema = { ok: false, error: { code: 'ipc.schema' } }

// Only the preload may pass a path, which it takes from a file that was really dropped.
const names: readonly [string, string][] = [
  ['by its name', '"file:drop"'],
  ['as an array', '["file:drop"]'],
  ['as a String object', 'new String("file:drop")'],
  ['as an object that turns into it', '({ toString: () => "file:drop" })'],
  ['as an object that turns into it the second time', '(() => { let n = 0; return { toString: () => n++ ? "file:drop" : "app:info" } })()'],
]
test.each(names)('it opens no file by a path: %s', async (_, channel) => {
  expect(await lab.window.evaluate(`window.lab.invoke(${channel}, { path: '/etc/passwd' })`)).toMatchObject(schema)
})

const drops: readonly [string, string][] = [
  ['an object that looks like a file', '{ name: "a.safetensors", path: "/etc/passwd" }'],
  ['a path', '"/etc/passwd"'],
  ['nothing', 'null'],
  ['a list of what looks like a file', '[{ name: "a.safetensors", path: "/etc/passwd" }]'],
]
test.each(drops)('it drops no file that the user did not drop: %s', async (_, file) => {
  expect(await lab.window.evaluate(`window.lab.drop(${file})`)).toMatchObject(schema)
})

test.each(['[new File(["root"], "/etc/passwd")]', '[new Blob(["root"])]'])('it drops no file that it created: %s', async (file) => {
  expect(await lab.window.evaluate(`window.lab.drop(${file})`)).toMatchObject({ ok: false, error: { code: 'file.notOnDisk' } })
})

test('it changes nothing of the preload’s API', async () => {
  const changed = await lab.window.evaluate(() => {
    const before = window.lab.invoke
    try { (window.lab as { invoke: unknown }).invoke = () => undefined }
    catch { /* frozen */ }
    try { Object.defineProperty(window, 'lab', { value: {} }) }
    catch { /* not configurable */ }
    return window.lab.invoke !== before
  })
  expect(changed).toBe(false)
})

test('it cannot navigate to an empty page: the lab returns, with its run', async () => {
  for (const address of ['about:blank', 'about:srcdoc', 'javascript:document.body.remove()']) {
    await lab.window.evaluate((address) => { setTimeout(() => { location.href = address }) }, address)
    await lab.window.waitForTimeout(700)
    await lab.window.getByRole('navigation', { name: 'Rooms' }).waitFor({ timeout: 10_000 })
    expect(lab.window.url()).toMatch(/^app:\/\/lab\/index\.html/)
  }
})

test('it opens no file picker and no private folder', async () => {
  const found = await lab.window.evaluate(() => ['showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker'].filter(name => name in window))
  expect(found).toEqual([])
  expect(await lab.window.evaluate(() => navigator.storage && 'getDirectory' in navigator.storage)).toBe(false)
})

test('it gets no permission except for copying a picture', async () => {
  const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read', 'persistent-storage', 'screen-wake-lock', 'local-fonts', 'window-management', 'display-capture', 'storage-access']
  const states = await lab.window.evaluate(names => Promise.all(names.map(async name => [name, await navigator.permissions.query({ name } as unknown as PermissionDescriptor).then(({ state }) => state, () => 'denied')] as const)), names)
  expect(states.filter(([, state]) => state !== 'denied')).toEqual([])
})

/** Destination of accepted downloads, without the native dialog that a test cannot press. */
const saveInto = () => lab.app.evaluate(({ session }, folder) => {
  const seen: string[] = []
  Object.assign(globalThis, { seen })
  session.defaultSession.on('will-download', (event, item) => {
    seen.push(`${event.defaultPrevented ? 'refused' : 'kept'} ${item.getFilename()}`)
    item.setSavePath(`${folder}/${item.getFilename()}`)
  })
}, folder)
const seen = (): Promise<string[]> => lab.app.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)

test('it downloads nothing by itself; a user who saves a figure gets it', async () => {
  await saveInto()
  // For five seconds, an action of the user, or of this test, counts as user activation.
  await lab.window.evaluate(() => setTimeout(() => {
    for (let i = 0; i < 5; i++) {
      const link = document.createElement('a')
      link.href = i % 2 ? URL.createObjectURL(new Blob(['x'])) : 'data:text/plain,x'
      link.download = `unwanted-${i}.txt`
      link.click()
    }
  }, 6_000))
  await expect.poll(seen, { timeout: 10_000 }).toHaveLength(5)
  expect((await seen()).filter(line => line.startsWith('kept'))).toEqual([])
  await goTo(lab.window, 'Train')
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 20)
  await pause(lab.window)
  await lab.window.getByRole('button', { name: /: copy and save/ }).first().click()
  await lab.window.getByRole('button', { name: 'Save data as CSV' }).first().click()
  await expect.poll(async () => (await seen()).filter(line => line.startsWith('kept'))).toEqual([expect.stringMatching(/\.csv$/)])
  const name = (await seen()).find(line => line.startsWith('kept'))!.slice(5)
  await expect.poll(() => existsSync(join(folder, name)) && readFileSync(join(folder, name), 'utf8').length).toBeGreaterThan(10)
})

test('it opens a single native dialog, however many it requests', async () => {
  await lab.app.evaluate(({ dialog }) => {
    const asked = { times: 0, cancel: [] as (() => void)[] }
    Object.assign(globalThis, { asked })
    const ask = () => {
      asked.times++
      return new Promise<unknown>((done) => { asked.cancel.push(() => done({ canceled: true, filePaths: [] })) })
    }
    dialog.showOpenDialog = ask as typeof dialog.showOpenDialog
    dialog.showSaveDialog = ask as typeof dialog.showSaveDialog
  })
  await lab.window.evaluate(() => {
    for (let i = 0; i < 4; i++) {
      void window.lab.invoke('file:open', null)
      void window.lab.invoke('progress:open', null)
      void window.lab.invoke('weights:save', null)
    }
  })
  await lab.window.waitForTimeout(700)
  const times = () => lab.app.evaluate(() => (globalThis as unknown as { asked: { times: number, cancel: (() => void)[] } }).asked.times)
  expect(await times()).toBe(1)
  await lab.app.evaluate(() => { (globalThis as unknown as { asked: { cancel: (() => void)[] } }).asked.cancel.forEach(cancel => cancel()) })
  await lab.window.evaluate(() => { void window.lab.invoke('progress:open', null) })
  await expect.poll(times).toBe(2) // after that one is closed
  await lab.app.evaluate(() => { (globalThis as unknown as { asked: { cancel: (() => void)[] } }).asked.cancel.forEach(cancel => cancel()) })
})

test('what it stores in the browser’s storage is gone at the next start', async () => {
  const userData = newUserData()
  const kept = () => lab.window.evaluate(async () => ({
    databases: (await indexedDB.databases()).length, texts: localStorage.length, caches: (await caches.keys().catch(() => [])).length,
  }))
  await lab.close()
  try {
    lab = await launchLab({ userData })
    await untilReady(lab.window) // the storage was cleared before
    await lab.window.evaluate(async () => {
      localStorage.setItem('a', 'b')
      await caches.open('a').catch(() => undefined) // none of the lab's own schemes is allowed
      await new Promise((done) => { indexedDB.open('a').onsuccess = done })
    })
    expect(await kept()).toMatchObject({ databases: 1, texts: 1 })
    await lab.close()
    lab = await launchLab({ userData })
    await untilReady(lab.window)
    await expect.poll(kept, { timeout: 10_000 }).toEqual({ databases: 0, texts: 0, caches: 0 }) // cleared after the first screen, each kind in its own time
    await lab.close()
  }
  finally { rmSync(userData, { recursive: true, force: true, maxRetries: 5 }) }
})
