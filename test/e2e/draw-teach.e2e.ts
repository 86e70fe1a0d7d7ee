import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { Channel, RequestArg } from '@contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { askMain, choosePace, draw, goTo, pause, untilReady, written } from './window'

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
/** Hash of all numbers of the run's weights, as its thread has them. */
async function weightsSha(): Promise<string> {
  const paths = ['affine1.W', 'affine1.b', 'affine2.W', 'affine2.b']
  const hashes = await lab.window.evaluate(async (paths) => {
    const reply = await (window as unknown as { lab: { invoke: (channel: string, arg: unknown) => Promise<{ value: { tensors: readonly { path: string, data: Float32Array }[] } }> } }).lab.invoke('run:probe', { tensors: paths.map(path => ({ path })) })
    return reply.value.tensors.map(({ path, data }) => [path, data.length, Array.from(new Uint32Array(data.buffer, data.byteOffset, data.length)).join()])
  }, paths)
  return createHash('sha256').update(JSON.stringify(hashes)).digest('hex')
}
const dialog = () => lab.window.getByRole('dialog', { name: 'Teach it one digit' })
const button = (name: string) => dialog().getByRole('button', { name, exact: true })
const result = async () => (await dialog().locator('.result > .visually-hidden').textContent())!.trim()

test('a run is taught a drawing ten times, the numbers are shown, and what is kept stands beside it; the run itself stays as it is', async () => {
  await choosePace(lab.window, 'Full')
  await lab.window.getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(async () => (await state()).step, { timeout: 30_000 }).toBeGreaterThan(600)
  await pause(lab.window)
  const [before, sha] = [await state(), await weightsSha()]
  await goTo(lab.window, 'Draw')
  await draw(lab.window, written.one)
  await lab.window.getByRole('button', { name: 'Teach it…' }).click()
  await dialog().getByLabel('This is').selectOption('7')
  await dialog().getByText('10 times', { exact: true }).click()
  await button('Learn').click()
  await dialog().getByText(`One 7, taught 10 times at step ${before.step.toLocaleString('en')}`).waitFor()
  // before: 1, 9x %; after: 7, 9x %; and the price on the test images
  expect(await result()).toMatch(/^Before: 1, [\d.]+%\. After: 7, (> )?[\d.]+%\. Test accuracy [\d.]+%, then [\d.]+%: [\d,]+ images are now wrong, [\d,]+ now right\.$/)
  const [, wrong] = /: ([\d,]+) images are now wrong/.exec(await result())!
  expect(await dialog().getByRole('grid', { name: 'Test images with another result' }).getByRole('gridcell').count()).toBe(Math.min(100, Number(wrong!.replace(',', ''))))
  expect(await dialog().locator('table').first().locator('tbody tr').count()).toBe(20)
  expect(await state()).toMatchObject({ runId: before.runId, step: before.step, phase: 'idle', events: [] })
  expect(await weightsSha()).toBe(sha)
  expect(await runs()).toHaveLength(1)

  await button('Keep beside the run').click()
  await dialog().getByText('Kept in Files, as a run of its own.').waitFor()
  expect(await weightsSha()).toBe(sha)
  const [kept, parent] = await runs()
  expect([kept, parent]).toMatchObject([
    { current: false, step: before.step, parent: { run: parent!.id, step: before.step }, taught: [{ step: before.step, label: '7', times: 10 }] },
    { current: true, step: before.step, taught: [] },
  ])
  await button('Stay in Draw').click()
  await goTo(lab.window, 'Files')
  await lab.window.getByText(/taught one 7, 10 times/).first().waitFor()
})

test('while the run learns at full speed it is taught again, and dropped; nothing is left', async () => {
  await goTo(lab.window, 'Train')
  await lab.window.getByRole('button', { name: 'Run', exact: true }).click()
  await goTo(lab.window, 'Draw')
  await lab.window.getByRole('button', { name: 'Teach it…' }).click()
  await dialog().getByLabel('This is').selectOption('7')
  await button('Learn').click()
  await dialog().getByText(/One 7, taught once at step/).waitFor()
  await button('Learn again').click()
  await dialog().getByText(/One 7, taught 2 times at step/).waitFor()
  await button('Drop').click()
  await dialog().locator('.result').waitFor({ state: 'detached' })
  await dialog().press('Escape')
  expect((await state()).phase).toBe('running')
  expect(await runs()).toHaveLength(2)
  await goTo(lab.window, 'Train')
  await pause(lab.window)
})

test('a moment of the past that is shown is taught at its step, and stays shown', async () => {
  await ask('past:visit', { step: 300 })
  await goTo(lab.window, 'Draw')
  await lab.window.getByRole('button', { name: 'Teach it…' }).click()
  await button('Learn').click()
  await dialog().getByText(/taught once at step 300$/).waitFor()
  await dialog().press('Escape')
  expect((await ask('run:probe', { stats: true })).step).toBe(300)
  await ask('past:leave')
})

test('the kept run goes on in Train, with a note of what it was taught', async () => {
  const [kept] = (await runs()).filter(({ taught }) => taught.length > 0)
  await ask('runs:open', { id: kept!.id })
  await goTo(lab.window, 'Train')
  await lab.window.getByText(/Forked from .*: taught one 7, 10 times/).waitFor()
  expect(await state()).toMatchObject({ step: kept!.step, events: [{ step: kept!.step, change: {}, taught: { label: 7, times: 10 } }] })
})
