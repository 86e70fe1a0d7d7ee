import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProbeFrame, Reply } from '@contract'
import { readWeights, writeWeights } from '@core'
import { RunStore, runsFolder } from '@files'
import { afterEach, expect, test } from 'vitest'
import { at } from '../../scripts/lib/project.mjs'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, draw, goTo, goToFiles, historyOf, pause, runUntil, stateOf, stepShown, untilReady, written } from './window'

let lab: Lab | undefined
afterEach(async () => { await lab?.close(); lab = undefined })

test('after a crash, and after a quit, the next start stands where the run was, and it learns on as if it had never stopped', async () => {
  const userData = newUserData()
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 250)
  await pause(lab.window)
  const { step, loss } = (await stateOf(lab.window))!
  await expect.poll(() => recordedStep(userData), { timeout: 10_000 }).toBe(step) // within a second
  await goTo(lab.window, 'Draw')
  await draw(lab.window, written.seven)
  await goTo(lab.window, 'Train')
  await lab.window.locator('.block', { hasText: 'ReLU' }).first().click()
  await lab.window.getByRole('tab', { name: 'Mistakes' }).click()
  await expect.poll(() => readFileSync(join(userData, 'session.json'), 'utf8')).toMatch(/relu1[^]*mistakes|mistakes[^]*relu1/)
  await lab.kill()

  lab = await launchLab({ userData })
  await expect.poll(async () => (await stateOf(lab!.window))?.step, { timeout: 20_000 }).toBe(step)
  expect((await stateOf(lab.window))!.loss).toBe(loss)
  expect(await lab.window.getByRole('button', { name: 'Train', exact: true }).getAttribute('aria-current')).toBe('page') // the room, too
  // the block, the tab and the drawing, too
  expect(await lab.window.getByRole('tab', { name: 'Mistakes' }).getAttribute('aria-selected')).toBe('true')
  expect(await lab.window.getByRole('radio', { name: /ReLU/ }).isChecked()).toBe(true)
  await goTo(lab.window, 'Draw')
  await expect.poll(() => lab!.window.locator('.answer .digit').innerText()).toBe('7')
  await goTo(lab.window, 'Train')
  await lab.window.getByRole('button', { name: 'One step', exact: true }).click()
  await expect.poll(() => stepShown(lab!.window)).toBe(step + 1)
  await lab.close()

  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await expect.poll(async () => (await stateOf(lab!.window))?.step, { timeout: 20_000 }).toBe(step + 1)
  // Cause: a state that was kept at the very end had no gradients, and all of them were shown as zero.
  expect(await largestGradient(lab.window)).toBeGreaterThan(0)
  await lab.close()
  lab = undefined
  expect((await new RunStore(runsFolder(userData)).list()).map(run => [run.step, run.lockedBy])).toEqual([[step + 1, null]]) // one run
  rmSync(userData, { recursive: true, force: true })
}, 90_000)

/** The largest number in a layer's gradient of the latest step */
const largestGradient = (page: Lab['window']) => page.evaluate(async () => {
  const reply = await window.lab.invoke('run:probe', { tensors: [{ path: 'affine2.dW', firstColumn: 0, columns: 10 }] }) as Reply<ProbeFrame>
  return reply.ok ? reply.value.tensors[0]!.absMax : 0
})

/** The latest step that the only run on the disk knows. */
const recordedStep = async (userData: string) => (await new RunStore(runsFolder(userData)).list())[0]?.step

test('when the training thread dies the window says so, and the run goes on from its latest step, with its curves', async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 30)
  await pause(lab.window)
  const { step } = (await stateOf(lab.window))!
  // The thread is ended from within its own process, as running out of memory would end it.
  await lab.app.evaluate(() => {
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const post = Worker.prototype.postMessage
    Worker.prototype.postMessage = function (...args: Parameters<typeof post>) {
      Worker.prototype.postMessage = post
      post.apply(this, args)
      void this.terminate()
    }
  })
  // by the first question, this one or a view's
  await lab.window.evaluate(() => { void window.lab.invoke('run:probe', {}) })
  await lab.window.getByText(/training thread ended/i).first().waitFor({ timeout: 10_000 })
  await lab.window.getByRole('button', { name: `Go on from step ${step.toLocaleString('en')}` }).click()
  await expect.poll(async () => (await stateOf(lab!.window))?.step, { timeout: 15_000 }).toBe(step)
  expect((await historyOf(lab.window)).loss.latest?.x).toBe(step)
  await lab.window.getByRole('button', { name: 'One step', exact: true }).click()
  await expect.poll(() => stepShown(lab!.window), { timeout: 10_000 }).toBe(step + 1)
  await lab.close()
  lab = undefined
})

test('what an earlier version had saved by itself is in the list of runs after the first start, and the latest of it goes on', async () => {
  const userData = newUserData()
  for (const [name, step] of [['autosave', 700], ['previous', 300]] as const) writeFileSync(join(userData, `${name}.safetensors`), savedAt(step))
  writeFileSync(join(userData, 'running'), '')
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await expect.poll(async () => (await stateOf(lab!.window))?.step, { timeout: 20_000 }).toBe(700)
  await goToFiles(lab.window, 'Runs')
  const names = lab.window.getByRole('listbox', { name: 'Runs' }).locator('.name')
  await expect.poll(() => names.allInnerTexts()).toEqual(['Previous training', 'Previous training'])
  expect(readdirSync(userData).filter(name => name.endsWith('.safetensors') || name === 'running')).toEqual([])
  await goTo(lab.window, 'Train')
  await lab.window.getByRole('button', { name: 'One step', exact: true }).click()
  await expect.poll(() => stepShown(lab!.window), { timeout: 10_000 }).toBe(701)
  expect(lab.errors).toEqual([])
  await lab.close()
  lab = undefined
  expect((await new RunStore(runsFolder(userData)).list()).map(({ step }) => step).sort()).toEqual([300, 701])
  rmSync(userData, { recursive: true, force: true })
}, 60_000)

/** The weights of the lab's own sample, as they were saved at a step. */
function savedAt(step: number): Uint8Array {
  const sample = readWeights(readFileSync(at('electron', 'assets', 'sample.safetensors')), 'sample')
  return writeWeights({ ...sample, step })
}
