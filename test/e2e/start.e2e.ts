import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AppInfo, Reply } from '@contract'
import { listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumLanguages } from '../../scripts/lib/package.mjs'
import { executable, keepPicture, type Lab, launchLab, noSandbox, target } from './helpers'

describe('the lab opens', () => {
  let lab: Lab // launchLab reports a failed start once
  beforeAll(async () => { lab = await launchLab({ lang: 'en' }) })
  afterAll(() => lab?.close())

  test('with its window and its name', async () => {
    expect(await lab.window.title()).toBe('Backprop Lab')
    expect(lab.window.url()).toBe('app://lab/index.html')
    await lab.window.getByRole('navigation').waitFor()
    await keepPicture(lab.window, 'start')
  })

  test('with all of MNIST loaded, without a network', async () => {
    await expect.poll(async () => await lab.window.evaluate(async () => {
      const reply = await window.lab.invoke('app:info', null) as Reply<AppInfo>
      return reply.ok && reply.value.dataset.phase === 'ready' ? reply.value.dataset.info.counts : reply
    }), { timeout: 20_000 }).toEqual({ train: 60_000, test: 10_000 })
  })

  test('without shared memory, precise timers and WebAssembly, which the window does not need', async () => {
    const seen = await lab.window.evaluate(async () => ({
      isolated: crossOriginIsolated, shared: 'SharedArrayBuffer' in globalThis,
      compiled: await WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)).then(() => true, () => false), // the empty module
    }))
    expect(seen).toEqual({ isolated: false, shared: false, compiled: false })
  })

  test('without Node, Electron or a path in the window', async () => {
    const seen = await lab.window.evaluate(() => ['require', 'process', 'module', 'electron', 'Buffer'].filter(name => name in globalThis))
    expect(seen).toEqual([])
    expect(await lab.window.evaluate(() => Object.keys(window.lab).sort())).toEqual(['drop', 'invoke', 'on'])
  })

  test('with a content security policy that allows nothing from elsewhere', async () => {
    const policy = await lab.window.evaluate(async () => (await fetch('app://lab/index.html')).headers.get('content-security-policy'))
    expect(policy).toContain('default-src \'none\'')
    expect(policy).not.toMatch(/unsafe/)
  })

  test('with a window that has a sandbox and context isolation', async () => {
    const preferences = await lab.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences: () => Record<string, unknown> }
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration, webSecurity }
    })
    expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true })
  })

  // As root, or with restricted namespaces, no sandbox is available: npm test reports that.
  test(noSandbox ? 'without a sandbox only because this machine has none' : 'with the sandbox around its window', async () => {
    const pid = await lab.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId())
    const namespaceOf = (id: number | undefined): string => readFileSync(`/proc/${id}/status`, 'latin1').match(/^NSpid:.*$/m)?.[0] ?? ''
    // Inside Chromium's namespaces a process has a second id.
    expect(namespaceOf(pid).split('\t').length > 2).toBe(noSandbox === null)
  })

  test('once: a second start hands over to the first', async () => {
    const { command, args, env } = lab.launched
    const second = spawn(command, args, { env, stdio: 'ignore' })
    const [code] = await once(second, 'exit', { signal: AbortSignal.timeout(15_000) }) as [number]
    expect(code).toBe(0)
    expect(lab.app.windows()).toHaveLength(1)
  })

  test('and nothing is blocked or thrown on the way', async () => {
    await lab.window.reload() // messages of the first load may have passed before anything listened
    await lab.window.getByRole('navigation').waitFor()
    await lab.window.waitForLoadState('networkidle')
    expect(lab.errors).toEqual([])
  })

  test('and blocks a script that is not its own', async () => {
    await lab.window.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'window.planted = true'
      document.head.append(script)
    })
    expect(await lab.window.evaluate(() => 'planted' in window)).toBe(false)
    await expect.poll(() => lab.errors).toEqual([expect.stringMatching(/Content Security Policy/)])
  })
})

if (target === 'packaged') {
  describe('the packaged app', () => {
    const resources = join(dirname(executable), 'resources')

    test('contains what was built and nothing else', () => {
      const roots = new Set(listPackage(join(resources, 'app.asar'), { isPack: false }).map(path => path.split(/[/\\]/)[1]))
      expect([...roots].sort()).toEqual(['out', 'package.json'])
    })

    test('has the language packs of the languages in the list, and no others', () => {
      expect(readdirSync(join(dirname(executable), 'locales')).sort()).toEqual(chromiumLanguages().map(name => `${name}.pak`).sort())
    })

    test('is driven here through the inspect fuse, which is off otherwise', async () => {
      const fuses = await getCurrentFuseWire(executable)
      const on = Object.values(FuseV1Options).filter(fuse => typeof fuse === 'number' && String.fromCharCode(fuses[fuse] ?? 0) === '1')
      expect(on).toEqual([FuseV1Options.EnableNodeCliInspectArguments, FuseV1Options.EnableEmbeddedAsarIntegrityValidation, FuseV1Options.OnlyLoadAppFromAsar])
    })
  })
}
