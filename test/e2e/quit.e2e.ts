import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { launchLab, newUserData } from './helpers'
import { toPlayground } from './window'

const userData = newUserData()
afterAll(() => { rmSync(userData, { recursive: true, force: true, maxRetries: 5 }) })

const left = (): string => (JSON.parse(readFileSync(join(userData, 'playground.json'), 'utf8')) as { source: string }).source

// Cause: the page writes its last state while it unloads, and the lab did not wait for the write.
test.each([
  ['quitting by the menu', 'apple * 1'],
  ['closing the window', 'apple * 2'],
])('%s keeps what was typed just before, even on a slow disk', async (way, source) => {
  const lab = await launchLab({ userData })
  const gone = new Promise<void>((done) => { lab.app.process().once('exit', () => done()) })
  await toPlayground(lab.window)
  await lab.window.getByRole('textbox', { name: 'Expression' }).fill(source)
  await lab.app.evaluate(({ app, BrowserWindow }, byMenu) => {
    const disk = process.getBuiltinModule('fs/promises') as { stat: (path: string) => Promise<unknown> }
    const { stat } = disk
    disk.stat = async (path) => {
      await new Promise((done) => { setTimeout(done, 300) })
      return await stat(path)
    }
    process.getBuiltinModule('module').syncBuiltinESMExports()
    setImmediate(() => { if (byMenu) app.quit(); else BrowserWindow.getAllWindows()[0]?.close() }) // after the reply, which would be lost with the app
  }, way.startsWith('quitting'))
  await gone
  expect(left()).toBe(source)
  expect(readdirSync(userData).filter(name => name.startsWith('.lab-'))).toEqual([])
  expect(existsSync(join(userData, 'running'))).toBe(false)
})
