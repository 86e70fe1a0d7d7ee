import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AppInfo, locales, type Reply, type RunEntry } from '@contract'
import { listPackage } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumLanguages } from '../../scripts/lib/package.mjs'
import { measureKeys, measureOf } from '../../renderer/course/measures'
import { visibleControls } from './controls'
import { look } from './geometry'
import { executable, keepPicture, type Lab, launchLab, newUserData, noSandbox, target } from './helpers'
import { draw, goTo, stateOf, written } from './window'

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

  test('with a term whose card opens and closes by keyboard, and a glossary at one key', async () => {
    const { window: page } = lab
    await page.locator('article a.term').first().focus()
    await page.keyboard.press('Enter')
    await page.locator('.sheet:popover-open', { hasText: '微分' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.locator('.sheet:popover-open').count()).toBe(0)
    await page.keyboard.press('g')
    await page.locator('dialog [role=searchbox]:focus').waitFor() // its first opening loads it
    await page.keyboard.type('연쇄')
    expect(await page.locator('dialog .names').allInnerTexts()).toEqual([expect.stringContaining('chain rule')])
    await page.keyboard.press('Escape')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(await page.locator('article a.term').first().evaluate(term => term === document.activeElement)).toBe(true) // the keys go where they went before
  })

  // A word is planted, and F1 asks for its card: every measure, with numbers as long as they get.
  test('with cards that show all of their texts, in every language', async () => {
    const { window: page } = lab
    const cards = measureKeys.map(card => ({ card, values: JSON.stringify(Object.fromEntries((measureOf(card).needs ?? []).map(name => [name, /^(?:norm|update|gradient|rate|value|loss|y|t)$/.test(name) ? 0.000_001_234 : /accuracy/.test(name) ? 0.9876 : 60_000]))) }))
    for (const locale of locales) {
      await page.evaluate(locale => window.lab.invoke('settings:write', { locale }), locale)
      await page.waitForFunction(locale => document.documentElement.lang === locale, locale)
      const cut = await page.evaluate(async (cards) => {
        const found: string[] = []
        const drawn = () => new Promise(resolve => setTimeout(resolve)) // by Vue; reading a width lays it out
        const word = document.createElement('button')
        const name = word.appendChild(document.createElement('span'))
        name.textContent = '‖ΔW‖/‖W‖'
        document.body.append(word)
        for (const { card, values } of cards) {
          Object.assign(name.dataset, { card, values })
          word.focus()
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'F1', bubbles: true }))
          await drawn()
          const sheet = document.querySelector<HTMLElement>('.sheet:popover-open')
          if (!sheet) { found.push(`${card}: no card`); continue }
          // the sheet scrolls, a button is cut off; in between, margins reach into the sheet's padding
          const texts = [sheet, ...sheet.querySelectorAll<HTMLElement>('button, .formula, .term, .others')]
          for (const part of texts) if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0) found.push(`${card}: ${part.className || part.tagName} ${part.scrollWidth} > ${part.clientWidth}`)
          sheet.hidePopover()
          await drawn()
        }
        word.remove()
        return found
      }, cards)
      expect(cut, locale).toEqual([])
    }
    await page.evaluate(() => window.lab.invoke('settings:write', { locale: 'en' }))
    await page.waitForFunction(() => document.documentElement.lang === 'en')
  })

  // On a fresh profile. A feature that does not fit goes into the menu of the thing itself, not beside it.
  test.each([
    ['lesson 0', 16, 'Learn', 'chapter5', ['Train', 'Point on the curve', 'Predict']],
    ['Train at the level Chapter 5', 30, 'Train', 'chapter5', ['Run', 'Full', 'Chapter 5']],
    ['Train at the level Everything', 40, 'Train', 'everything', ['Run', 'Full', 'Everything']],
    ['Draw', 18, 'Draw', 'chapter5', ['Clear', 'Untrained', 'Start training']],
    ['Files', 16, 'Files', 'chapter5', ['Open…', 'Settings']],
  ] as const)('with few controls in sight: %s has at most %i at 1280×800', async (_, most, room, level, some) => {
    const { app, window: page } = lab
    await app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]!.setContentSize(1280, 800) })
    await page.evaluate(level => window.lab.invoke('settings:write', { level }), level)
    await goTo(page, room)
    const seen = () => page.evaluate(visibleControls)
    await expect.poll(seen, { timeout: 10_000 }).toEqual(expect.arrayContaining([...some]))
    await page.waitForTimeout(300) // for what is loaded later
    const names = await seen()
    expect(names.length, names.join(' | ')).toBeLessThanOrEqual(most)
  })

  test('and the count sees what a person sees: no hidden, covered or distant control, but one option of a choice each', async () => {
    await lab.window.evaluate(() => {
      const sheet = document.createElement('div')
      sheet.style.cssText = 'position: fixed; inset: 0; z-index: 99; background: white'
      sheet.innerHTML = '<button>pressed</button> <button disabled>disabled</button> <a href="#">followed</a> <b tabindex="0">dragged</b> <label for="planted">typed</label> <input id="planted">'
        + '<label><input type="radio" class="visually-hidden"> chosen</label> <span tabindex="-1">not reached</span>'
        + ['display: none', 'visibility: hidden', 'opacity: 0', 'position: fixed; top: 900vh', 'position: fixed; z-index: -1; right: 9px; bottom: 9px'].map(style => `<button data-style="${style}">unseen</button>`).join('')
        + '<div data-style="position: fixed; z-index: 1; right: 0; bottom: 0; width: 200px; height: 80px; background: white"></div>'
      // the content security policy refuses style attributes in markup
      for (const element of sheet.querySelectorAll<HTMLElement>('[data-style]')) element.style.cssText = element.dataset['style']!
      document.body.append(sheet)
    })
    expect(await lab.window.evaluate(visibleControls)).toEqual(['pressed', 'disabled', 'followed', 'dragged', 'typed', 'chosen'])
    await lab.window.evaluate(() => { document.body.lastElementChild!.remove() })
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

describe('the very first start', () => {
  const userData = newUserData({ firstStart: true })
  let lab: Lab
  beforeAll(async () => { lab = await launchLab({ userData }) })
  afterAll(async () => {
    await lab?.close()
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
  })
  const says = (text: string | RegExp) => lab.window.getByRole('heading', { level: 1, name: text }).waitFor({ timeout: 20_000 })
  const go = (name: string) => lab.window.getByRole('button', { name, exact: true }).click({ timeout: 20_000 })
  const shown = async () => (await stateOf(lab.window))!

  test('is one scene: a drawn 7 is misread, the network learns, the 7 is read, and lesson 0 follows', async () => {
    await says('Draw a 7.')
    await draw(lab.window, written.seven)
    await says('It says: 8.')
    expect(await lab.window.getByText('39,760').isVisible()).toBe(true)
    await go('Run')
    await says(/^Now it says: 7 \(9\d\.\d%\)\.$/)
    await expect.poll(async () => (await shown()).phase).toBe('idle')
    await go('Next')
    await says('39,760 numbers. Who told each one which way to move?')
    for (const locale of ['ko', 'ja', 'en'] as const) for (const [width, height, zoom] of [[1024, 640, 1], [1280, 800, 2]] as const) {
      await lab.window.evaluate(locale => window.lab.invoke('settings:write', { locale }), locale)
      await lab.app.evaluate(({ BrowserWindow }, [width, height, zoom]) => {
        const [window] = BrowserWindow.getAllWindows()
        window!.setContentSize(width!, height!)
        window!.webContents.setZoomFactor(zoom!)
      }, [width, height, zoom])
      await lab.window.waitForTimeout(150)
      expect.soft(await lab.window.evaluate(look), `${locale} at ${width}×${height}, ${zoom}`).toEqual({ overlaps: [], covered: [], outside: [], cut: [], type: [] })
    }
    await go('Begin: lesson 0')
    await lab.window.getByRole('navigation', { name: 'Rooms' }).waitFor()
    await lab.window.locator('aside .where', { hasText: /^Lesson 0\b/ }).waitFor()
  })

  test('is repeated by a key and left by another, and one’s own training comes back', async () => {
    const { step } = await shown()
    await lab.window.keyboard.press('Control+Shift+H')
    await says('Draw a 7.')
    await expect.poll(async () => (await shown()).step).toBe(0)
    await lab.window.getByText(`Your training (step ${step}) is set aside`).waitFor()
    await lab.window.keyboard.press('s')
    await says(/^It says: \d\.$/)
    await lab.window.keyboard.press('Space')
    await expect.poll(async () => (await shown()).step).toBeGreaterThan(3)
    await lab.window.keyboard.press('Escape')
    await lab.window.getByRole('navigation', { name: 'Rooms' }).waitFor()
    await expect.poll(async () => { const { step, phase } = await shown(); return { step, phase } }).toEqual({ step, phase: 'idle' })
    const kept = await lab.window.evaluate(async () => (await window.lab.invoke('runs:list', null) as Reply<readonly RunEntry[]>))
    expect(kept.ok && kept.value.map(({ step, current }) => [step, current])).toEqual([[step, true]]) // the scene's own run is not recorded
  })

  test('is over for good', async () => {
    await lab.window.reload()
    await lab.window.getByRole('navigation', { name: 'Rooms' }).waitFor()
    expect(await lab.window.locator('.scene').count()).toBe(0)
    expect(lab.errors).toEqual([])
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
