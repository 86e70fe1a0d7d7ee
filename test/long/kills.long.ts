import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { defaultConfig, Random, readWeights } from '@core'
import { reachOf, RunStore, runsFolder, stateSha256 } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at } from '../../scripts/lib/project.mjs'
import { killedRun, resultOf } from '../fixtures/killed-run'
import { launchLab, newUserData } from '../e2e/helpers'
import { choosePace, runUntil, stateOf, untilReady } from '../e2e/window'

// After a power cut there is a complete file, the earlier or the later one, and nothing is left behind forever.

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'backprop-lab-kills-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const file = (): string => join(folder, 'w.safetensors')
const leftovers = (): string[] => readdirSync(folder).filter(name => name.startsWith('.lab-'))

function train(iterations: number): ChildProcess {
  // 2 MB, so that writing takes a while
  const args = ['train', '--layers', '784,600,10', '--iterations', String(iterations), '--batch-size', '10', '--learning-rate', '0.01', '--save', 'w.safetensors', '--json']
  return spawn(process.execPath, [at('out', 'main', 'cli.js'), ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
}

test('training that is killed at any moment leaves a complete file, the earlier or the later one', async () => {
  const random = new Random(Date.now())
  const began = performance.now()
  const first = train(1)
  first.stdout!.resume()
  await once(first, 'close')
  const wholeMs = performance.now() - began
  const steps = new Set<number>()
  for (let i = 0; i < 12; i++) {
    const child = train(2 + i)
    child.stdout!.resume()
    const ended = once(child, 'close')
    await Promise.race([ended, wait(wholeMs * (0.6 + 0.8 * random.next()))]) // near the write at the end
    child.kill('SIGKILL')
    await ended
    const { step } = readWeights(readFileSync(file()), 'w.safetensors') // throws for an incomplete file
    steps.add(step)
  }
  expect(steps.size).toBeGreaterThan(1) // some were killed after they had written
  // The first write an hour later removes what is left behind.
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000)
  for (const name of leftovers()) utimesSync(join(folder, name), hoursAgo, hoursAgo)
  const last = train(200)
  last.stdout!.resume()
  await once(last, 'close')
  expect(leftovers()).toEqual([])
})

test('an app that is killed at any of three moments opens where it was, in a state that equals an uninterrupted run’s to the bit', async () => {
  const random = new Random(Date.now())
  const userData = newUserData()
  const store = new RunStore(runsFolder(userData))
  const terminal = { entry: at('out', 'main', 'cli.js'), cwd: folder, env: { ...process.env, LAB_USER_DATA: userData } }
  let [known, id] = [0, '']
  try {
    for (let kill = 0; kill <= 3; kill++) {
      const lab = await launchLab({ userData })
      await untilReady(lab.window)
      await expect.poll(async () => (await stateOf(lab.window))?.step, { timeout: 30_000 }).toBeGreaterThanOrEqual(known) // without a question
      const { step, config } = (await stateOf(lab.window))!
      expect(config).toEqual(defaultConfig)
      if (kill > 0) {
        // before the first step after an opening its state is kept
        await lab.window.getByRole('button', { name: 'One step', exact: true }).click()
        await expect.poll(async () => (await store.checkpointAt(id, step)).snapshot.position.step).toBe(step)
        expect(stateSha256((await store.checkpointAt(id, step)).snapshot)).toBe(resultOf(terminal, ['train', '--iterations', String(step)]).stateSha256)
      }
      await choosePace(lab.window, 'Full')
      await runUntil(lab.window, step + 250)
      const since = Date.now()
      await wait(4000 * random.next() ** 2)
      await lab.kill()
      const runs = await store.list()
      expect([runs.length, runs[0]!.problem]).toEqual([1, null])
      id = runs[0]!.id
      known = reachOf(await store.read(id)).last
      if (Date.now() - since > 1000) expect(known).toBeGreaterThan(step + 250) // all but its last second
      for (const name of readdirSync(userData).filter(name => /^(?:settings|progress|playground|session)\.json$/.test(name))) JSON.parse(readFileSync(join(userData, name), 'utf8'))
    }
    const lab = await launchLab({ userData })
    await untilReady(lab.window)
    expect(readdirSync(userData).filter(name => name.startsWith('.lab-'))).toEqual([]) // removed at the start
    expect(lab.errors).toEqual([])
    await lab.close()
  }
  finally { rmSync(userData, { recursive: true, force: true }) }
})

test('a recorded training that is killed at 50 moments keeps all but its last second, and its last step is there to the bit', async () => {
  const own = join(folder, 'own')
  const lab = { entry: at('out', 'main', 'cli.js'), cwd: folder, env: { ...process.env, LAB_USER_DATA: own } }
  const training = ['--layers', '784,20,10', '--threads', '1', '--seed', '4']
  const random = new Random(Date.now())
  for (let i = 0; i < 50; i++) {
    const { run, sinceWriteMs, recordedMs } = await killedRun(lab, new RunStore(runsFolder(own)), [...training, '--iterations', '10000000'], { name: `killed ${i}`, afterMs: 2000 * random.next() ** 2 })
    const { last } = reachOf(run)
    expect(run.problem).toBeNull()
    if (recordedMs > 1000) expect(sinceWriteMs).toBeLessThan(1000)
    const replayed = resultOf(lab, ['replay', run.record.id, '--to-step', String(last)])
    expect(replayed.exact).toBe(true)
    if (last > 0) expect(replayed.stateSha256).toBe(resultOf(lab, ['train', ...training, '--iterations', String(last)]).stateSha256)
  }
})
