import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { RunStore, runsFolder } from '@files'
import { afterEach, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, notices, pause, runUntil, stateOf, stepShown, untilReady } from './window'

/** While a run learns its disk may go: training is never disturbed, one notice says so, and recording goes on by itself. */

const userData = newUserData()
let lab: Lab | undefined
afterEach(async () => {
  await lab?.close()
  lab = undefined
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const runs = runsFolder(userData)
/** What was said about the folder */
const said = async () => (await notices(lab!.window)).split('\n').filter(line => line.includes(runs))
const recordedStep = async () => (await new RunStore(runs).list())[0]?.step ?? 0

test('a folder of runs that vanishes while a run learns, and comes back, costs one notice and no step', async () => {
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await choosePace(lab.window, '100')
  await runUntil(lab.window, 30)
  await expect.poll(recordedStep, { timeout: 10_000 }).toBeGreaterThan(0)
  renameSync(runs, `${runs}-away`)
  writeFileSync(runs, 'a file in its place, so that nobody makes the folder again')
  await expect.poll(said, { timeout: 15_000 }).toHaveLength(1)
  const first = await said()
  const step = await stepShown(lab.window)
  await expect.poll(() => stepShown(lab!.window), { timeout: 20_000 }).toBeGreaterThan(step + 300) // longer than until the next attempts
  expect(await said()).toEqual(first)
  await lab.app.evaluate(({ dialog }) => { dialog.showMessageBox = (() => Promise.resolve({ response: 2, checkboxChecked: false })) as unknown as typeof dialog.showMessageBox }) // cancel
  expect(await lab.window.evaluate(() => window.lab.invoke('run:rewind', null))).toMatchObject({ ok: false, error: { code: 'run.stays' } })
  expect(await stepShown(lab.window)).toBeGreaterThan(step)
  rmSync(runs)
  renameSync(`${runs}-away`, runs)
  await pause(lab.window)
  const reached = (await stateOf(lab.window))!.step
  await expect.poll(recordedStep, { timeout: 15_000 }).toBe(reached)
  const { losses, firstStep } = (await new RunStore(runs).read((await new RunStore(runs).list())[0]!.id)).series
  expect([firstStep, losses.length, losses.some(Number.isNaN)]).toEqual([1, reached, false])
  expect([existsSync(`${runs}-away`), lab.errors]).toEqual([false, []])
}, 90_000)
