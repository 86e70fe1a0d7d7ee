import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PastReach, ProbeFrame } from '@contract'
import { readRunRecord } from '@core'
import { runsFolder } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { choosePace, draw, goTo, goToFiles, numberIn, pause, runUntil, stateOf, stepShown, untilReady, written } from './window'

const userData = newUserData()
let lab: Lab
/** The latest step when the run was paused */
let last = 0
beforeAll(async () => {
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await goTo(lab.window, 'Draw')
  await draw(lab.window, written.seven)
  await lab.window.getByRole('radiogroup', { name: 'Network that answers' }).getByText('In training', { exact: true }).click()
  await goTo(lab.window, 'Train')
})
afterAll(async () => {
  await lab?.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const bar = () => lab.window.getByRole('slider', { name: 'Timeline of this training' })
const said = () => bar().getAttribute('aria-valuetext')
const stepOf = (step: number) => `Step ${step.toLocaleString('en')} of ${last.toLocaleString('en')}`
/** The button that says which moment is shown */
const line = () => lab.window.locator('.past-line .step')
const press = (...keys: readonly string[]) => keys.reduce((before, key) => before.then(() => lab.window.keyboard.press(key)), Promise.resolve())
async function typeStep(step: number) {
  await press('Control+G')
  await lab.window.locator('.past-line input:focus').waitFor() // what is typed before is lost
  await press('Control+A')
  await lab.window.keyboard.type(String(step))
  await press('Enter')
}
async function goToStep(step: number) {
  await typeStep(step)
  await expect.poll(() => line().innerText()).toBe(stepOf(step))
}
const probe = async () => {
  const { value } = await lab.window.evaluate(() => window.lab.invoke('run:probe', { stats: true })) as { value: ProbeFrame }
  return { ...value, runId: null, price: null }
}
const shares = async () => (await lab.window.locator('.bars .share').allInnerTexts()).map(text => Number(/[\d.]+/.exec(text)![0]))

test('a moment of the past is the present of then, number by number', async () => {
  await choosePace(lab.window, 'Full')
  await runUntil(lab.window, 1500)
  await pause(lab.window)
  last = (await stateOf(lab.window))!.step
  const then = await probe()
  await lab.window.getByRole('button', { name: 'One step' }).click()
  await expect.poll(() => stepShown(lab.window)).toBe(last + 1)
  last++
  const now = await probe()
  await goToStep(last - 1)
  expect(await probe()).toEqual(then)
  await press('Escape')
  await expect.poll(() => line().innerText()).toBe(`Step ${last.toLocaleString('en')}`)
  expect(await probe()).toEqual(now)
})

test('a step whose own state is kept has its gradients, too', async () => {
  const { value: { checkpoints } } = await lab.window.evaluate(() => window.lab.invoke('past:read', null)) as { value: PastReach }
  await goToStep(checkpoints.findLast(step => step > 0 && step < last)!)
  const { blocks } = await probe()
  const norms = blocks.flatMap(({ tensors }) => tensors.filter(({ path }) => /\.d\w+$/.test(path)).map(({ norm }) => norm))
  expect(norms.length).toBeGreaterThan(0)
  expect(Math.min(...norms)).toBeGreaterThan(0)
})

test('dragging the bar moves all views, and stays where it is let go; arrow keys go step by step', async () => {
  const box = (await bar().boundingBox())!
  await lab.window.mouse.move(box.x + box.width - 1, box.y + box.height / 2)
  await lab.window.mouse.down()
  await lab.window.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 30 })
  await lab.window.mouse.up()
  const middle = await numberIn(lab.window.locator('.track .hint'))
  expect(Math.abs(middle - last / 2)).toBeLessThan(last / 50)
  await expect.poll(() => line().innerText()).toBe(stepOf(middle))
  await press('ArrowLeft')
  await expect.poll(() => line().innerText()).toBe(stepOf(middle - 1))
  await bar().focus()
  await press('Shift+ArrowRight')
  await expect.poll(() => line().innerText()).toBe(stepOf(middle + 9))
  await press('Home')
  await expect.poll(() => line().innerText()).toBe(stepOf(0))
  expect(await said()).toBe(stepOf(0))
})

test('Draw reads with the network of that moment: at its first step it only guesses', async () => {
  await goToStep(0)
  await goTo(lab.window, 'Draw')
  await expect.poll(async () => Math.max(...await shares())).toBeLessThan(60)
  expect(await lab.window.locator('.past-note').innerText()).toContain(`The past is shown: step 0 of ${last.toLocaleString('en')}.`)
  await lab.window.locator('.past-note').getByRole('button', { name: 'Back to now' }).click()
  await expect.poll(async () => Math.max(...await shares())).toBeGreaterThan(80)
  await goTo(lab.window, 'Train')
})

test('Back and Forward lead over the visited moments', async () => {
  await goToStep(700)
  await goToStep(300)
  await press('Alt+ArrowLeft')
  await expect.poll(() => line().innerText()).toBe(stepOf(700))
  await press('Alt+ArrowRight')
  await expect.poll(() => line().innerText()).toBe(stepOf(300))
})

test('a bookmark with a note is kept with the run, and leads back to its step', async () => {
  await press('b')
  await lab.window.getByLabel('Note for step 300').waitFor()
  await lab.window.keyboard.type('still guessing')
  await press('Enter')
  const [id] = readdirSync(runsFolder(userData))
  const record = () => readRunRecord(readFileSync(join(runsFolder(userData), id!, 'run.json'), 'utf8'), 'run.json')
  await expect.poll(() => record().bookmarks).toEqual([{ step: 300, note: 'still guessing' }])
  await goToStep(900)
  await press('b')
  await lab.window.getByRole('button', { name: 'Step 300 still guessing' }).click()
  await expect.poll(() => line().innerText()).toBe(stepOf(300))
})

test('Save saves what is shown', async () => {
  await lab.app.evaluate(({ dialog }) => {
    dialog.showSaveDialog = (async (...given: readonly unknown[]) => {
      Object.assign(globalThis, { asked: (given.at(-1) as { defaultPath: string }).defaultPath })
      return { canceled: true, filePath: '' }
    }) as unknown as typeof dialog.showSaveDialog
  })
  await goToFiles(lab.window, 'Weights')
  await lab.window.getByRole('button', { name: 'Save the current weights…' }).click()
  await expect.poll(async () => basename(await lab.app.evaluate(() => (globalThis as { asked?: string }).asked ?? ''))).toBe('784-50-10 step 300.safetensors')
  await goTo(lab.window, 'Train')
})

test('Run shows the present again, and the past can be visited while it learns', async () => {
  await lab.window.getByRole('button', { name: 'Run', exact: true }).click()
  await expect.poll(() => stepShown(lab.window)).toBeGreaterThan(last + 100)
  expect(await line().innerText()).toMatch(/^Step [\d,]+$/)
  await typeStep(700)
  await expect.poll(() => line().innerText()).toMatch(/^Step 700 of /)
  const learned = async () => (await stateOf(lab.window))!.step
  const before = await learned()
  await expect.poll(learned).toBeGreaterThan(before + 100)
  expect(await stepShown(lab.window)).toBe(700)
  expect(await line().innerText()).toMatch(/^Step 700 of /)
  await pause(lab.window)
})

test('a window that is loaded again shows the present', async () => {
  await lab.window.reload()
  await untilReady(lab.window)
  const { step } = (await stateOf(lab.window))!
  expect((await probe()).step).toBe(step)
  expect(await line().innerText()).toBe(`Step ${step.toLocaleString('en')}`)
  expect(lab.errors).toEqual([])
})
