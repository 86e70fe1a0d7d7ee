import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { defaultProgress, type Locale } from '@contract'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { killTree } from '../../scripts/lib/run.mjs'
import { electronExecutable } from '../../scripts/lib/runtime.mjs'
import { noSandboxBecause } from '../../scripts/lib/sandbox.mjs'

const root = resolve(import.meta.dirname, '../..')

export type Target = 'build' | 'packaged'

/** What is tested: out/ in Electron, or the packaged app. */
export const target: Target = process.env['LAB_E2E_TARGET'] === 'packaged' ? 'packaged' : 'build'

/** Electron, or the packaged app's executable */
export const executable = target === 'packaged' ? resolve(root, process.env['LAB_E2E_EXECUTABLE'] ?? 'dist/linux-unpacked/backprop-lab') : electronExecutable()

export interface LaunchOptions {
  /** Owned by the test, for restarts in the same folder; by default a new one that is removed with the app */
  readonly userData?: string
  /** The system's language */
  readonly lang?: Locale
  /** The folder of a project that was built elsewhere; by default this one */
  readonly project?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Lab {
  readonly app: ElectronApplication
  readonly window: Page
  readonly userData: string
  /** Start of the process, in milliseconds since 1970 */
  readonly startedAt: number
  /** Milliseconds from the start of the process to the first window */
  readonly openedMs: number
  /** The app's arguments, without those that Playwright adds */
  readonly launched: { readonly command: string, readonly args: string[], readonly env: Record<string, string> }
  /** Errors of the window: exceptions, console errors, blocked styles and scripts */
  readonly errors: readonly string[]
  /** Quits the app as a user would; kills it when it does not end within 15 s. */
  close: () => Promise<void>
  /** Kills it as a power cut would. */
  kill: () => Promise<void>
}

/** A language as the environment names it: 'ko' → 'ko_KR.UTF-8' */
const environmentName = (lang: Locale): string => `${lang.slice(0, 2)}_${new Intl.Locale(lang).maximize().region}.UTF-8`

/** Starts the app and lets Playwright attach once the page is loaded */
const attachLate = join(import.meta.dirname, 'attach-late.mjs')

/** A new user-data folder, which also holds the single-instance lock. @param options.firstStart the first scene has not been seen in it */
export function newUserData({ firstStart = false } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'backprop-lab-'))
  if (!firstStart) writeFileSync(join(folder, 'progress.json'), JSON.stringify({ ...defaultProgress, firstScene: true }))
  return folder
}

/** Reason why the sandbox is not available on this machine; null when it is. */
export const noSandbox = noSandboxBecause(executable)

/** The app's command line, including its own user-data folder. */
export const launch = ({ userData, lang = 'en', project = root, args = [], env = {} }: LaunchOptions & { userData: string }): Lab['launched'] => ({
  command: executable,
  args: [...noSandbox ? ['--no-sandbox'] : [], ...target === 'packaged' ? [] : [project], `--lang=${lang}`, ...args],
  env: { ...environment(), LANG: environmentName(lang), LANGUAGE: lang, LC_ALL: environmentName(lang), LAB_USER_DATA: userData, LAB_LANG: lang, ...env },
})

/** Opens the lab in the state after a first start. */
export async function launchLab(options: LaunchOptions = {}): Promise<Lab> {
  const { userData } = options
  const folder = userData ?? newUserData()
  const launched = launch({ ...options, userData: folder })
  const startedAt = Date.now()
  const app = await _electron.launch({
    ...process.platform === 'win32' ? { executablePath: executable, env: launched.env } : { executablePath: attachLate, env: { ...launched.env, LAB_E2E_BEHIND: executable } },
    args: launched.args, chromiumSandbox: noSandbox === null, cwd: root, timeout: 30_000,
  })
  const start = performance.now() - (Date.now() - startedAt)
  const child = app.process()
  const ended = new Promise<void>((done) => { child.once('exit', () => done()) })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { said = `${said}${text}`.slice(-4000) })
  const heard: string[] = []
  const listen = (page: Page): void => {
    page.on('pageerror', error => heard.push(error.message))
    page.on('console', (message) => { if (message.type() === 'error') heard.push(message.text()) })
  }
  app.windows().forEach(listen) // opened while Playwright was still connecting
  app.on('window', listen)
  const tidy = (): void => { if (!userData) rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
  const kill = async (): Promise<void> => {
    killTree(child.pid, 'SIGKILL')
    await ended
    tidy()
  }
  try {
    const window = await app.firstWindow({ timeout: 30_000 })
    const openedMs = performance.now() - start
    await window.waitForLoadState('domcontentloaded')
    const close = async (): Promise<void> => {
      const closed = app.close().then(() => ended).catch(() => undefined)
      const late = await Promise.race([closed.then(() => false), wait(15_000, true, { ref: false })])
      if (late) await kill()
      else tidy()
    }
    return { app, window, userData: folder, startedAt, openedMs, launched, errors: heard, close, kill }
  }
  catch (cause) {
    await kill()
    throw new Error(`the lab did not open; it said:\n${said}`, { cause })
  }
}

/** This process's environment without vitest's additions and without the variable that makes Electron run as Node. */
function environment(): Record<string, string> {
  const left = new Set(['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'NODE_ENV', 'VITEST'])
  return Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined && !left.has(pair[0])))
}

/** Saves a screenshot in test-results/screens for visual inspection. */
export async function keepPicture(window: Page, name: string): Promise<Buffer> {
  const folder = join(root, 'test-results', 'screens')
  mkdirSync(folder, { recursive: true })
  // to finish animations and to hide the caret first would take twice the time
  return await window.screenshot({ path: join(folder, `${name}-${target}.png`), animations: 'allow', caret: 'initial' })
}
