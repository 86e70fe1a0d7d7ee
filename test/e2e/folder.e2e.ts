import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { translate } from '@contract'
import { afterEach, expect, test } from 'vitest'
import { keepPicture, type Lab, launch, launchLab } from './helpers'
import { choosePace, leaveFirstScene, notices, pause, runUntil, untilReady } from './window'

/** When the lab's own folder is not writable, it opens and says that nothing is kept. */

const place = mkdtempSync(join(tmpdir(), 'backprop-folder-'))
const temporary = join(place, 'tmp')
let lab: Lab | undefined
afterEach(async () => {
  await lab?.close()
  lab = undefined
  if (existsSync(temporary)) chmodSync(temporary, 0o700)
  for (const name of readdirSync(place)) rmSync(join(place, name), { recursive: true, force: true })
})

const file = (): string => {
  const path = join(place, 'a-file')
  writeFileSync(path, 'this is no folder')
  return path
}
const notice = (): Promise<string> => notices(lab!.window)
const warningFor = (folder: string): string => translate('en', 'errors.folder.temporary', { file: folder })

const unwritable: Readonly<Record<string, () => string>> = {
  'a file': file,
  'a folder inside a file': () => join(file(), 'inside'),
  'a folder of the system’s': () => '/proc/backprop-lab',
  ...process.getuid?.() === 0
    ? {} // root may write everywhere
    : { 'a folder that may only be read': () => {
        mkdirSync(join(place, 'read-only'), { mode: 0o500 })
        return join(place, 'read-only')
      } },
}

test.each(Object.entries(unwritable))('with %s in its place the lab opens and says so once', async (_, make) => {
  const folder = make()
  mkdirSync(temporary)
  lab = await launchLab({ userData: folder, env: { TMPDIR: temporary } })
  await expect.poll(notice, { timeout: 15_000 }).toContain(warningFor(folder))
  expect((await notice()).split(warningFor(folder))).toHaveLength(2)
  await keepPicture(lab.window, 'folder-temporary')
  await leaveFirstScene(lab.window) // in a temporary folder each start is the first
  await untilReady(lab.window)
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 20)
  await pause(lab.window)
  await lab.window.reload()
  await lab.window.getByRole('navigation', { name: 'Rooms' }).waitFor()
  await lab.window.waitForTimeout(1500)
  expect(await notice()).not.toContain(warningFor(folder)) // once per session
  expect(lab.errors).toEqual([])
  await lab.close()
  const left = (readdirSync(temporary, { recursive: true }) as string[]).map(path => path.split(sep).at(-1))
  expect(left.filter(name => /\.(?:json|safetensors|tmp)$|^running$/.test(name!))).toEqual([]) // nothing from the lab; Chromium may leave files
})

/** Starts the lab without Playwright. @returns the exit code, null when it had to be killed, and its output */
async function start(env: Record<string, string>, { boundMs = 15_000, until = /^$/ } = {}): Promise<{ code: number | null, said: string }> {
  const { command, args, env: known } = launch({ userData: place })
  const child = spawn(command, args, { env: { ...known, ...env }, stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  const end = (): void => { if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGKILL') }
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
    if (until.test(said)) setTimeout(end, 1_500)
  })
  const timer = setTimeout(end, boundMs)
  const [code] = await once(child, 'exit') as [number | null]
  clearTimeout(timer)
  return { code, said }
}

test('a second start hands over to the first and ends with 0', async () => {
  const userData = join(place, 'own')
  lab = await launchLab({ userData })
  expect(await start({ LAB_USER_DATA: userData })).toMatchObject({ code: 0 })
})

test('where not even a temporary folder is available, a box says so and waits', async () => {
  // Nothing presses the button of the box here: its text also appears in the output, and the lab must still be running.
  const { code, said } = await start({ LAB_USER_DATA: file(), TMPDIR: join(file(), 'tmp') }, { until: /neither \S+a-file nor/ })
  expect(said).toMatch(/neither \S+a-file nor \S+tmp is writable/)
  expect(code).toBeNull()
})
