import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkpointOf, markOf, optimizers, Random, type SettingsChange, Trainer, writeCheckpoint } from '@core'
import { DatasetStore, RunStore, runsFolder, stateSha256 } from '@files'
import { afterAll, describe, expect, test } from 'vitest'
import { Interrupt } from '../../../electron/cli/interrupt'
import { reach, recordedIn } from '../../../electron/cli/past'
import { Terminal } from '../../../electron/cli/terminal'
import { fastOps } from '../../fixtures/fast-ops'
import { chain, configOf, dataset } from '../../fixtures/training'

const own = mkdtempSync(join(tmpdir(), 'lab-replay-'))
afterAll(() => { rmSync(own, { recursive: true, force: true }) })

const said: string[] = []
const terminal = new Terminal('en', { write: () => true }, { write: text => said.push(text) }, own)
const runs = new RunStore(runsFolder(own))
const environment = { terminal, version: '1.2.3', runs, datasets: new DatasetStore({ mnist: own, own }), entry: new URL('file:///nowhere.js') }

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)]!
function changeBy(random: Random): SettingsChange {
  return pick<() => SettingsChange>(random, [
    () => ({ optimizer: { learningRate: 0.001 + random.next() / 50 } }), () => ({ optimizer: { kind: pick(random, optimizers) } }), () => ({ batchSize: 5 + random.integer(60) }),
    () => ({ weightDecay: random.integer(2) / 100 }), () => ({ orderSeed: random.integer(1000) }), () => ({ layers: { dropout1: { rate: random.next() / 2 } } }),
  ])()
}

describe('a run with changes of its settings, every kind of layer and', () => {
  test.each(optimizers.flatMap((kind, i) => [[kind, 2 * i + 1], [kind, 2 * i + 2]] as const))('%s stands at 50 random steps as it stood then, seed %i', async (kind, seed) => {
    const random = new Random(seed)
    const ops = fastOps()
    const config = configOf(chain, { optimizer: { kind, learningRate: 0.01 }, batchSize: 5 + random.integer(40), seed, validation: random.integer(3) / 10 })
    let trainer = new Trainer(config, dataset, { ops })
    const id = seed.toString(16).padStart(32, '0')
    const writer = await runs.create({ id, name: `run ${seed}`, note: '', pinned: false, created: seed, parent: null, bookmarks: [], config, events: [], dataset: markOf(dataset.info), classes: dataset.info.classes, firstStep: 0, fromSeed: true, backend: ops.name, version: '1.2.3' })
    const steps = 120 + random.integer(60)
    const states: string[] = []
    await writer.checkpoint(0, writeCheckpoint(checkpointOf(trainer, { version: '1.2.3' })))
    while (trainer.step < steps) {
      while (random.integer(25) === 0) {
        trainer = trainer.change(changeBy(random))
        const event = trainer.events.at(-1)
        if (!event || event.step !== trainer.step) continue
        writer.append({ kind: 'event', event })
        void writer.update({ events: trainer.events })
      }
      states[trainer.step] = stateSha256(trainer.snapshot())
      const loss = trainer.learn()
      writer.append({ kind: 'losses', firstStep: trainer.step, losses: Float32Array.of(loss) })
      if (random.integer(30) === 0) await writer.checkpoint(trainer.step, writeCheckpoint(checkpointOf(trainer, { version: '1.2.3' })))
    }
    states[steps] = stateSha256(trainer.snapshot())
    expect(trainer.divergence).toBeNull()
    await writer.close()
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
