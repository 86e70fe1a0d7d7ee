import { rmSync } from 'node:fs'
import type { Channel, RequestArg, RunState } from '@contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { askMain, choosePace, draw, goTo, learnTo, stateOf, untilReady, written } from './window'

/** The whole way of a learner who asks why a unit died, and tries again from just before. */
const userData = newUserData()
let lab: Lab
beforeAll(async () => {
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  await goTo(lab.window, 'Train')
})
afterAll(async () => {
  await lab.close()
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
})

const ask = <K extends Channel>(channel: K, arg: RequestArg<K>) => askMain(lab.window, channel, arg)
const state = async (): Promise<RunState> => (await stateOf(lab.window))!
const text = (step: number) => step.toLocaleString('en')
const line = () => lab.window.locator('.past-line .step')
const bar = () => lab.window.getByRole('slider', { name: 'Timeline of this training' })
const press = (name: string | RegExp) => lab.window.getByRole('button', { name, exact: typeof name === 'string' }).click()
const shares = async () => (await lab.window.locator('.bars .share').allInnerTexts()).map(text => Number(/[\d.]+/.exec(text)![0]))
const dialog = () => lab.window.getByRole('dialog', { name: 'When did this first…?' })

let [unit, before] = [0, 0]
const last = 904

test('a training in which units die, and a twin beside it that learns in step, to the same step, with its own rate', async () => {
  await choosePace(lab.window, 'Full')
  await learnTo(lab.window, 500)
  await press(/^Begin a twin/)
  await press('Learning rate 0.01')
  await lab.window.getByRole('group', { name: 'Twin' }).waitFor()
  await ask('run:change', { weightDecay: 1e-6 }) // shared
  await ask('run:change', { optimizer: { learningRate: 4 } }) // the twin has its own
  for (let i = 0; i < 4; i++) await ask('run:step', { unit: 'batch' })
  await ask('run:change', { optimizer: { learningRate: 0.05 } })
  await learnTo(lab.window, last)
  unit = (await state()).evaluation!.activity[0]!.fired.indexOf(0)
  expect(unit).toBeGreaterThanOrEqual(0)
  await expect.poll(async () => (await ask('twin:read', null))?.twin.state, { timeout: 20_000 }).toMatchObject({ step: last, config: { optimizer: { learningRate: 0.01 }, weightDecay: 1e-6 }, phase: 'idle', evaluation: { step: last, test: { images: 10_000 } } })
  expect(await lab.window.getByRole('group', { name: 'Twin' }).innerText()).toMatch(new RegExp(`Learning rate 0\\.1 → 0\\.01\\s+step ${text(last)}`))
  for (const chart of ['Loss', 'Accuracy']) expect(await lab.window.locator('figure.chart', { hasText: chart }).first().innerText()).toMatch(/Twin [\d.]+/)
})

test('the bar leads back: Draw reads the same digit with the network of then', async () => {
  await goTo(lab.window, 'Draw')
  await draw(lab.window, written.seven)
  await goTo(lab.window, 'Train')
  const box = (await bar().boundingBox())!
  await lab.window.mouse.move(box.x + box.width - 1, box.y + box.height / 2)
  await lab.window.mouse.down()
  await lab.window.mouse.move(box.x + 1, box.y + box.height / 2, { steps: 20 })
  await lab.window.mouse.up()
  await expect.poll(() => line().innerText()).toMatch(/^Step \d{1,2} of /)
  await bar().focus()
  await lab.window.keyboard.press('Home')
  await expect.poll(() => line().innerText()).toBe(`Step 0 of ${text(last)}`)
  await goTo(lab.window, 'Draw')
  await expect.poll(async () => Math.max(...await shares())).toBeLessThan(60)
  await goTo(lab.window, 'Train')
  await line().click()
  await lab.window.keyboard.press('Control+A')
  await lab.window.keyboard.type('500')
  await lab.window.keyboard.press('Enter')
  await expect.poll(() => line().innerText()).toBe(`Step 500 of ${text(last)}`)
  await goTo(lab.window, 'Draw')
  await expect.poll(async () => Math.max(...await shares())).toBeGreaterThan(60)
  await goTo(lab.window, 'Train')
  await lab.window.keyboard.press('Escape')
  await expect.poll(() => line().innerText()).toBe(`Step ${text(last)}`)
})

test('the step at which the unit died is found, and from the one before it the run goes another way, with a lower rate', async () => {
  const { window } = lab
  await window.locator('.block', { hasText: 'ReLU' }).first().click()
  const figure = window.locator('figure').filter({ hasText: 'Mask (x > 0)' })
  await figure.getByRole('button', { name: 'Questions to the past' }).click()
  await window.getByRole('button', { name: 'When did this first…?' }).filter({ visible: true, hasText: 'When' }).click()
  await dialog().getByLabel('Unit').fill(String(unit))
  await dialog().getByRole('button', { name: 'Ask', exact: true }).click()
  const answer = dialog().locator('.answer p').first()
  await expect.poll(() => answer.innerText(), { timeout: 30_000 }).toMatch(/It died at step/)
  before = Math.min(...[...(await answer.innerText()).matchAll(/step ([\d,]+)/gi)].map(([, digits]) => Number(digits!.replaceAll(',', ''))))
  expect(before).toBeGreaterThanOrEqual(500)
  await dialog().getByRole('button', { name: `Go to step ${text(before)}`, exact: true }).click()
  await expect.poll(() => line().innerText()).toBe(`Step ${text(before)} of ${text(last)}`)
  await window.keyboard.press('f')
  await window.getByRole('dialog').getByLabel('Learning rate').fill('0.02')
  await window.getByLabel('Name of the new run').fill('Gentler')
  await press(`Fork at step ${text(before)}`)
  await window.getByText(new RegExp(`Forked from .* at step ${text(before)}: Learning rate`)).waitFor()
  expect(await state()).toMatchObject({ step: before, phase: 'idle', config: { optimizer: { learningRate: 0.02 } } })
  await expect.poll(() => window.getByRole('group', { name: 'Twin' }).count()).toBe(0) // it was one of the run before
  await learnTo(window, before + 200)
  expect((await state()).evaluation!.activity[0]!.fired[unit]).toBeGreaterThan(0)
})

test('run, twin and fork are compared, and all is there after a quit', async () => {
  const { step } = await state()
  await goTo(lab.window, 'Files')
  const [fork, twin, parent] = await ask('runs:list', null)
  expect([fork, twin, parent]).toMatchObject([
    { name: 'Gentler', current: true, step, parent: { run: parent!.id, step: before } },
    { name: 'Twin: Learning rate 0.01', current: false, step: last, parent: { run: parent!.id, step: 0 } },
    { current: false, step: last, parent: null },
  ])
  await lab.window.getByRole('option').first().click()
  for (const key of ['Space', 'ArrowDown', 'Space', 'ArrowDown', 'Space', 'c']) await lab.window.keyboard.press(key)
  await lab.window.getByRole('heading', { name: 'Comparing 3 runs' }).waitFor()
  await expect.poll(() => lab.window.getByRole('region', { name: 'Settings that differ' }).innerText()).toMatch(/Learning rate[^]*0\.02/)
  await lab.close()
  lab = await launchLab({ userData })
  await untilReady(lab.window)
  expect(await state()).toMatchObject({ step, parent: { run: parent!.id, step: before } })
  expect((await ask('runs:list', null)).map(({ id, current, problem }) => [id, current, problem])).toEqual([[fork!.id, true, null], [twin!.id, false, null], [parent!.id, false, null]])
  expect(lab.errors).toEqual([])
})
