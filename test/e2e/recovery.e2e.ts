import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, pause, runUntil, stateOf, stepShown, untilReady } from './window'

let lab: Lab | undefined
afterEach(async () => { await lab?.close(); lab = undefined })

test('after a crash the next start offers what was learned', async () => {
  const userData = newUserData()
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 30)
  await pause(lab.window)
  const { step } = (await stateOf(lab.window))!
  await expect.poll(() => existsSync(join(userData, 'autosave.safetensors')) && existsSync(join(userData, 'running')), { timeout: 20_000 }).toBe(true)
  await lab.kill()

  lab = await launchLab({ userData })
  await lab.window.getByText(/did not end properly/).waitFor({ timeout: 20_000 })
  await untilReady(lab.window)
  await lab.window.getByRole('button', { name: 'Continue from there' }).click()
  await expect.poll(async () => (await stateOf(lab!.window))?.step).toBe(step)
  await expect.poll(() => lab!.window.getByText(/did not end properly/).count()).toBe(0)
  await lab.close()

  lab = await launchLab({ userData })
  await untilReady(lab.window)
  expect(await lab.window.getByText(/did not end properly/).count()).toBe(0)
  await lab.close()
  lab = undefined
  rmSync(userData, { recursive: true, force: true })
}, 90_000)

test('when the training thread dies the window says so and restarts from the autosave', async () => {
  lab = await launchLab()
  await untilReady(lab.window)
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 30)
  await pause(lab.window)
  const { step } = (await stateOf(lab.window))!
  await expect.poll(() => existsSync(join(lab!.userData, 'autosave.safetensors')), { timeout: 20_000 }).toBe(true)
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
  await lab.window.getByRole('button', { name: 'One step', exact: true }).click()
  await lab.window.getByText(/training thread ended/i).first().waitFor({ timeout: 10_000 })
  await lab.window.getByRole('button', { name: new RegExp('from the autosave at step') }).click()
  await expect.poll(async () => (await stateOf(lab!.window))?.step, { timeout: 15_000 }).toBe(step)
  await lab.window.getByRole('button', { name: 'One step', exact: true }).click()
  await expect.poll(() => stepShown(lab!.window), { timeout: 10_000 }).toBe(step + 1)
})
