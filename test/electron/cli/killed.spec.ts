import { reachOf, RunStore, runsFolder } from '@files'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LabBundle } from './bundle'
import { killedRun, resultOf } from '../../fixtures/killed-run'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

const training = ['--layers', '784,20,10', '--threads', '1', '--seed', '4']

// The many kills are in test/long/kills.long.ts.
test.each([0, 350, 1400])('a recorded training that is killed %i ms after its first state keeps all but its last second, and every step is there to the bit', async (afterMs) => {
  const here = lab.here()
  const { run, sinceWriteMs, recordedMs } = await killedRun(here, new RunStore(runsFolder(here.own)), [...training, '--iterations', '10000000'], { name: `killed ${afterMs}`, afterMs })
  const { last } = reachOf(run)
  expect(run.problem).toBeNull()
  if (recordedMs > 1000) expect(sinceWriteMs).toBeLessThan(1000)
  if (last === 0) return
  for (const step of [Math.ceil(last / 2), last]) {
    const replayed = resultOf(here, ['replay', run.record.id, '--to-step', String(step)])
    expect(replayed).toMatchObject({ exact: true, stateSha256: resultOf(here, ['train', ...training, '--iterations', String(step)]).stateSha256 })
  }
}, 60_000)
