import { test } from 'vitest'
import { launchLab, newUserData } from './helpers'
import { untilReady } from './window'
test('shots', async () => {
  const lab = await launchLab({ lang: 'en', userData: newUserData() })
  const page = lab.window
  await lab.app.evaluate(({ BrowserWindow }) => { BrowserWindow.getAllWindows()[0]!.setContentSize(1920, 1080) })
  await page.locator('aside h1').waitFor({ timeout: 20_000 })
  const small = () => page.evaluate(() => {
    const zoom = window.devicePixelRatio
    const out = new Map<string, string>()
    const walker = document.createTreeWalker(document.querySelector('.presenter')!, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) { const e = walker.currentNode.parentElement!; if (!walker.currentNode.textContent!.trim() || !e.checkVisibility()) continue
      const range = document.createRange(); range.selectNodeContents(walker.currentNode); const r = range.getBoundingClientRect(); if (!r.width) continue
      const size = parseFloat(getComputedStyle(e).fontSize) * zoom; const key = size.toFixed(1); if (size < 24) out.set(key, (out.get(key) ?? '') + '|' + walker.currentNode.textContent!.slice(0, 20)) }
    return [innerWidth, innerHeight, zoom, Object.fromEntries(out)]
  })
  for (let i = 0; i < 8; i++) await page.keyboard.press('Alt+ArrowRight')
  await page.keyboard.press('PageDown')
  await page.waitForTimeout(500)
  await page.keyboard.press('p')
  await page.waitForTimeout(1500)
  console.log(JSON.stringify(await small()))
  await page.screenshot({ path: `/tmp/lab/zz-p-1.png` })
  await page.keyboard.press('r')
  await page.waitForTimeout(900)
  await page.screenshot({ path: `/tmp/lab/zz-p-2.png` })
  await page.keyboard.press('Escape')
  await page.waitForTimeout(900)
  await page.screenshot({ path: `/tmp/lab/zz-p-3.png` })
  await untilReady(page)
  await page.keyboard.press('Control+2')
  await page.waitForTimeout(800)
  await page.keyboard.press('Control+Enter')
  await page.waitForTimeout(3000)
  await page.keyboard.press('Control+.')
  await page.keyboard.press('p')
  await page.waitForTimeout(1500)
  console.log(JSON.stringify(await small()))
  await page.screenshot({ path: `/tmp/lab/zz-p-4.png` })
  await page.keyboard.press('Escape')
  await lab.close()
}, 90_000)
