import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { optimizers, Random, type RunRecord } from '@core'
import { DatasetStore, RunStore, runsFolder, stateSha256 } from '@files'
import { afterAll, describe, expect, test } from 'vitest'
import { Interrupt } from '../../../electron/cli/interrupt'
import { reach, recordedIn } from '../../../electron/cli/past'
import { Terminal } from '../../../electron/cli/terminal'
import { fastOps } from '../../fixtures/fast-ops'
import { randomRun } from '../../fixtures/random-run'
import { dataset } from '../../fixtures/training'

const own = mkdtempSync(join(tmpdir(), 'lab-replay-'))
afterAll(() => { rmSync(own, { recursive: true, force: true }) })

const said: string[] = []
const terminal = new Terminal('en', { write: () => true }, { write: text => said.push(text) }, own)
const runs = new RunStore(runsFolder(own))
const environment = { terminal, version: '1.2.3', runs, datasets: new DatasetStore({ mnist: own, own }), entry: new URL('file:///nowhere.js') }

const keeping = { create: (record: RunRecord) => runs.create(record), shaOf: stateSha256 }

describe('a run with changes of its settings, every kind of layer and', () => {
  test.each(optimizers.flatMap((kind, i) => [[kind, 2 * i + 1], [kind, 2 * i + 2]] as const))('%s stands at 50 random steps as it stood then, seed %i', async (kind, seed) => {
    const random = new Random(seed)
    const { steps, states, trainer } = await randomRun(keeping, kind, seed)
    expect(trainer.divergence).toBeNull()
    const past = await recordedIn(`run ${seed}`, environment)
    expect([past.last, past.events]).toEqual([steps, trainer.events])
    for (let i = 0; i < 50; i++) {
      const step = random.integer(steps + 1)
      const reached = await reach(past, step, { dataset, ops: fastOps() }, { interrupt: new Interrupt(), now: () => performance.now() })
      expect([step, stateSha256(reached!.trainer.snapshot()), reached!.differsAt]).toEqual([step, states[step], null])
      reached!.trainer.dispose()
    }
    expect(said).toEqual([])
  }, 60_000)
})
