import { rmSync } from 'node:fs'
import type { Channel, RequestArg } from '@contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { askMain, choosePace, goTo, pause, untilReady } from './window'

const userData = newUserData()
let lab: Lab
beforeAll(async () => {
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await goTo(lab.window, 'Train')
})
afterAll(async () => {
  await lab.close()
  rmSync(userData, { recursive: true, force: true })
})

const ask = <K extends Channel>(channel: K, ...[arg]: RequestArg<K> extends null ? [] : [RequestArg<K>]) => askMain(lab.window, channel, (arg ?? null) as RequestArg<K>)
const state = async () => (await ask('run:read'))!.state
const runs = () => ask('runs:list')

test('a trained network goes another way from a step of its past, and is there after a quit; its parent is in the list', async () => {
  await choosePace(lab.window, 'Full')
  await lab.window.getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(async () => (await state()).step, { timeout: 30_000 }).toBeGreaterThan(600)
  await pause(lab.window)
  const { step: latest } = await state()
  await ask('past:visit', { step: 300 })
  await goTo(lab.window, 'Files')
  await lab.window.getByRole('button', { name: 'Pin, fork, save, show or delete the run' }).click()
  await lab.window.getByRole('button', { name: 'Fork…' }).click()
  await lab.window.getByLabel('Step', { exact: true }).fill('300')
  await lab.window.getByLabel('Learning rate').fill('0.01')
  await lab.window.getByLabel('Name of the new run').fill('Slower')
  await lab.window.getByRole('button', { name: 'Fork at step 300' }).click()
  await lab.window.getByText(/Forked from .* at step 300: Learning rate 0\.1 → 0\.01/).waitFor()
  expect(await state()).toMatchObject({ step: 300, phase: 'idle', events: [{ step: 300, change: { optimizer: { learningRate: 0.01 } } }], config: { optimizer: { learningRate: 0.01 } } })
  await ask('run:stopWhen', { condition: { kind: 'step', step: 400 } })
  await lab.window.getByRole('button', { name: 'Run', exact: true }).click()
  await lab.window.getByText('Stopped at step 400, as wanted.').first().waitFor()
  expect((await state()).step).toBe(400)
  const [fork, parent] = await runs()
  expect([fork, parent]).toMatchObject([{ name: 'Slower', current: true, step: 400, parent: { run: parent!.id, step: 300 } }, { current: false, step: latest, parent: null }])

  await lab.close()
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  expect(await state()).toMatchObject({ step: 400, parent: { run: parent!.id, step: 300 } })
  expect((await runs()).map(({ id, current }) => [id, current])).toEqual([[fork!.id, true], [parent!.id, false]])
})
