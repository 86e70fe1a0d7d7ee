import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { translate } from '@contract'
import { RunStore, runsFolder } from '@files'
import type { MessageBoxOptions } from 'electron'
import { afterEach, expect, test } from 'vitest'
import { descendants } from '../../scripts/lib/run.mjs'
import { type Lab, launch, launchLab, newUserData } from './helpers'
import { choosePace, notices, pause, runUntil, stateOf, untilReady } from './window'

/** When a part of the lab crashes, it saves before it reports, and never just disappears. */

let userData: string
let lab: Lab | undefined
afterEach(async () => {
  await lab?.close()
  lab = undefined
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})
const t = (key: string, parameters = {}) => translate('en', key, parameters)

interface Box { readonly options: MessageBoxOptions, readonly locked: boolean }

/** Replaces the native message box, which a test cannot press: it stays open until `press` is called; a synchronous box fails the test. */
async function watchBoxes(): Promise<void> {
  await lab!.app.evaluate(({ dialog }, folder) => {
    const { readdirSync } = process.getBuiltinModule('node:fs')
    const isLocked = () => readdirSync(folder, { recursive: true }).some(name => String(name).includes('lock-'))
    const seen = { boxes: [] as unknown[], press: () => undefined as void }
    Object.assign(globalThis, { seen })
    dialog.showErrorBox = (title, content) => { seen.boxes.push({ blocked: `${title}: ${content}` }) }
    dialog.showMessageBox = ((options: unknown) => {
      seen.boxes.push({ options, locked: isLocked() })
      return new Promise((done) => { seen.press = () => done({ response: 0, checkboxChecked: false }) })
    }) as typeof dialog.showMessageBox
  }, runsFolder(userData))
}
const boxes = (): Promise<Box[]> => lab!.app.evaluate(() => (globalThis as unknown as { seen: { boxes: Box[] } }).seen.boxes)

/** Steps of the runs on the disk, once they are complete: none is in use then. */
const stepsOnDisk = async () => (await new RunStore(runsFolder(userData)).list()).map(({ step }) => step)

/** Presses the button of the box. @returns the exit code */
async function press(): Promise<number> {
  const child = lab!.app.process()
  const exit = once(child, 'exit', { signal: AbortSignal.timeout(15_000) }) as Promise<[number]>
  await lab!.app.evaluate(() => { setTimeout(() => (globalThis as unknown as { seen: { press: () => void } }).seen.press(), 50) })
  return (await exit)[0]
}

async function learn(): Promise<number> {
  await untilReady(lab!.window)
  await choosePace(lab!.window, 'Full')
  await runUntil(lab!.window, 30)
  await pause(lab!.window)
  return (await stateOf(lab!.window))!.step
}

/** Crashes the window's process; the page is reloaded unless the window is given up. */
async function crash({ comesBack }: { comesBack: boolean }): Promise<void> {
  await lab!.app.evaluate(({ BrowserWindow }, comesBack) => new Promise<void>((done) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!
    if (comesBack) webContents.once('did-finish-load', () => done())
    else webContents.once('render-process-gone', () => done())
    webContents.forcefullyCrashRenderer()
  }), comesBack)
}

test('a window that crashes a fourth time in a minute: everything is saved, then it is reported, and main is not blocked meanwhile', async () => {
  userData = newUserData()
  lab = await launchLab({ userData })
  const step = await learn()
  await watchBoxes()
  for (let i = 0; i < 3; i++) await crash({ comesBack: true })
  expect(await boxes()).toEqual([])
  await crash({ comesBack: false })
  await expect.poll(boxes, { timeout: 12_000 }).toEqual([{
    options: { type: 'error', title: 'Backprop Lab', message: t('dialog.windowGone'), detail: t('dialog.saved'), buttons: [t('dialog.close')] },
    locked: false,
  }])
  // A synchronous box would block main's timers.
  expect(await lab.app.evaluate(() => new Promise(done => setTimeout(done, 20, 'main goes on')))).toBe('main goes on')
  expect(await stepsOnDisk()).toEqual([step])
  expect(await press()).toBe(1)
}, 90_000)

test('an uncaught exception: everything is saved, then it is reported, and the lab ends', async () => {
  userData = newUserData()
  lab = await launchLab({ userData })
  const step = await learn()
  await watchBoxes()
  await lab.app.evaluate(() => { for (let i = 0; i < 3; i++) setTimeout(() => { throw new TypeError('planned') }) }) // once the crash is reported
  await expect.poll(boxes, { timeout: 12_000 }).toMatchObject([{
    options: { message: t('dialog.fault', { found: 'planned' }), detail: t('dialog.saved') }, locked: false,
  }])
  expect(await stepsOnDisk()).toEqual([step])
  await wait(200)
  expect(await boxes()).toHaveLength(1)
  expect(await press()).toBe(1)
})

test('an unhandled rejection is reported in the window, and the lab continues', async () => {
  userData = newUserData()
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await watchBoxes()
  await lab.app.evaluate(() => { void Promise.reject(new TypeError('planned')) })
  await expect.poll(() => notices(lab!.window)).toContain(t('errors.internal', { found: 'planned' }))
  expect(await boxes()).toEqual([])
  await lab.window.getByRole('button', { name: 'One step', exact: true }).click()
  await expect.poll(async () => (await stateOf(lab!.window))?.step).toBe(1)
})

test.skipIf(process.platform === 'win32')('a closed terminal is not an error: the lab continues, and ends with 0 when it is asked to', async () => {
  userData = newUserData()
  const { command, args, env } = launch({ userData })
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = once(child, 'exit') as Promise<[number | null]>
  try {
    const isPage = (id: number): boolean => readFileSync(`/proc/${id}/cmdline`, 'latin1').includes('--type=renderer')
    await expect.poll(() => descendants(child.pid!).filter(isPage).length, { timeout: 15_000 }).toBe(1)
    await expect.poll(() => readFileSync(join(userData, 'progress.json'), 'utf8'), { timeout: 15_000 }).toContain('visitedAt') // the first lesson is shown
    child.stdout.destroy()
    child.stderr.destroy()
    const [page] = descendants(child.pid!).filter(isPage)
    process.kill(page!, 'SIGKILL') // main logs it
    await expect.poll(() => descendants(child.pid!).filter(id => id !== page && isPage(id)).length, { timeout: 15_000 }).toBe(1)
    await wait(1_000)
    expect(child.exitCode).toBeNull()
    child.kill('SIGTERM')
    expect((await Promise.race([exit, wait(15_000, [null] as const, { ref: false })]))[0]).toBe(0)
  }
  finally { if (child.exitCode === null) child.kill('SIGKILL') }
})
