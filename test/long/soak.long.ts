import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { descendants } from '../../scripts/lib/run.mjs'
import { type Lab, launchLab } from '../e2e/helpers'
import { choosePace, draw, goTo, runUntil, stepShown, untilReady, written } from '../e2e/window'

const minutes = Number(process.env['LAB_SOAK_MINUTES'] ?? 6)

let lab: Lab
beforeAll(async () => { lab = await launchLab(); await untilReady(lab.window) })
afterAll(() => lab.close())

/** Resident memory of all processes of the app, in MB. */
function memoryMb(): number {
  const pid = lab.app.process().pid!
  const pages = [pid, ...descendants(pid)].map((id) => {
    try { return Number(readFileSync(`/proc/${id}/statm`, 'utf8').split(' ')[1]) }
    catch { return 0 } // ended in the meantime
  })
  return pages.reduce((a, b) => a + b, 0) * 4096 / 2 ** 20
}

test.runIf(process.platform === 'linux')('minutes at full speed, through all rooms, do not increase memory, and log nothing', async () => {
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 100)
  const round = async (): Promise<void> => {
    for (const room of ['Learn', 'Draw', 'Files', 'Train'] as const) {
      await goTo(lab.window, room)
      if (room === 'Draw') await draw(lab.window, written.seven)
      await lab.window.waitForTimeout(1500)
    }
  }
  const start = performance.now()
  const settledAfter = Math.min(120_000, minutes * 60_000 / 3)
  while (performance.now() - start < settledAfter) await round()
  const [settled, step] = [memoryMb(), await stepShown(lab.window)]
  while (performance.now() - start < minutes * 60_000) await round()
  const grown = memoryMb() - settled
  console.log(`${Math.round(settled)} MB after ${settledAfter / 1000} s, ${Math.round(grown)} MB more after ${minutes} minutes, ${await stepShown(lab.window)} steps`)
  expect(await stepShown(lab.window)).toBeGreaterThan(step)
  expect(grown).toBeLessThan(0.1 * settled) // measured: 20 MB of 660 in twelve minutes
  expect(lab.errors).toEqual([])
})
