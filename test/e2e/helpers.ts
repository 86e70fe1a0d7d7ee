import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { killTree } from '../../scripts/lib/run.mjs'
import { electronExecutable } from '../../scripts/lib/runtime.mjs'
import { noSandboxBecause } from '../../scripts/lib/sandbox.mjs'

const root = resolve(import.meta.dirname, '../..')

export type Target = 'build' | 'packaged'

/** What is tested: out/ run by Electron, or the packaged app. */
export const target: Target = process.env['LAB_E2E_TARGET'] === 'packaged' ? 'packaged' : 'build'

/** Electron's own, or the packaged app's */
export const executable = target === 'packaged' ? resolve(root, process.env['LAB_E2E_EXECUTABLE'] ?? 'dist/linux-unpacked/backprop-lab') : electronExecutable()

export interface LaunchOptions {
  /** Kept by the test, to start again in; by default a new one that goes with the app */
  readonly userData?: string
  /** The person's language as the system tells it */
  readonly lang?: 'ko' | 'en' | 'ja'
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Lab {
  readonly app: ElectronApplication
  readonly window: Page
  readonly userData: string
  /** When the process was started, milliseconds since 1970 */
  readonly startedAt: number
  /** Milliseconds from the process's start to the first window */
  readonly openedMs: number
  /** How it was started, without what Playwright adds to the arguments */
  readonly launched: { readonly command: string, readonly args: string[], readonly env: Record<string, string> }
  /** Errors of the window: exceptions, console errors, refused styles and scripts */
  readonly errors: readonly string[]
  /** Asks the app to quit, as a person does; kills it when it does not within 15 s. */
  close: () => Promise<void>
  /** Ends it as a power cut would. */
  kill: () => Promise<void>
}

const locales = { ko: 'ko_KR.UTF-8', en: 'en_US.UTF-8', ja: 'ja_JP.UTF-8' }

/** Starts the app, and lets Playwright attach when its page is there */
const attachLate = join(import.meta.dirname, 'attach-late.mjs')

/** A folder of its own for an app: the single-instance lock lives there. */
export const newUserData = (): string => mkdtempSync(join(tmpdir(), 'backprop-lab-'))

/** Why the sandbox cannot be had on this machine; null where it can. */
export const noSandbox = noSandboxBecause(executable)

/** How the app is started: its own folder among the rest. */
export const launch = ({ userData, lang = 'en', args = [], env = {} }: LaunchOptions & { userData: string }): Lab['launched'] => ({
  command: executable,
  args: [...noSandbox ? ['--no-sandbox'] : [], ...target === 'packaged' ? [] : [root], `--lang=${lang}`, ...args],
  env: { ...environment(), LANG: locales[lang], LANGUAGE: lang, LC_ALL: locales[lang], LAB_USER_DATA: userData, LAB_LANG: lang, ...env },
})

/** Opens the lab as a person would find it after its first start. */
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
  app.windows().forEach(listen) // opened while Playwright still connected
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

/** This process's environment without what vitest adds and what would turn Electron into Node. */
function environment(): Record<string, string> {
  const left = new Set(['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'NODE_ENV', 'VITEST'])
  return Object.fromEntries(Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined && !left.has(pair[0])))
}

/** Keeps a picture of the window in test-results/screens, for people to look at. */
export async function keepPicture(window: Page, name: string): Promise<Buffer> {
  const folder = join(root, 'test-results', 'screens')
  mkdirSync(folder, { recursive: true })
  return await window.screenshot({ path: join(folder, `${name}-${target}.png`), animations: 'disabled' })
}
