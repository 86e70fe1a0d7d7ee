import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordedRun, SharedDataset } from '@contract'
import { checkpointOf, Replay, type RunRecord, trainerOf, writeCheckpoint } from '@core'
import { RunStore, runsFolder, stateSha256, weightsSha256 } from '@files'
import { afterAll, expect, test } from 'vitest'
import { networkOfRun } from '../../../electron/main/exported-network'
import { fastOps } from '../../fixtures/fast-ops'
import { randomRun } from '../../fixtures/random-run'
import { dataset } from '../../fixtures/training'

const own = mkdtempSync(join(tmpdir(), 'lab-exported-'))
afterAll(() => { rmSync(own, { recursive: true, force: true }) })
const runs = new RunStore(runsFolder(own), { onProblem: (problem) => { throw problem } })

/** The steps to which the thread for the past was asked to learn */
const learned: number[] = []
const options = {
  runs, load: () => Promise.resolve(dataset as SharedDataset), recorder: { id: () => Promise.resolve(null), flush: () => Promise.resolve() },
  past: {
    continued: (run: RecordedRun) => {
      learned.push(run.step)
      const replay = new Replay(trainerOf(run.checkpoint, dataset, fastOps()), { events: run.events, lossAt: at => run.losses[at - run.firstLoss] }, run.step)
      while (!replay.advance(() => false));
      return Promise.resolve({ bytes: writeCheckpoint(checkpointOf(replay.trainer, { version: '1' })), next: { step: run.step, batches: [], losses: [] } as never, differsAt: null })
    },
  },
}

test('the network of a run is that of its latest step, learned again only where its state is not kept', async () => {
  const { record: { id, name }, steps } = await randomRun({ create: (record: RunRecord) => runs.create(record), shaOf: stateSha256 }, 'adam', 90)
  const first = await networkOfRun(id, options)
  const isKept = (await runs.stateBefore(id, steps)).snapshot?.position.step === steps
  expect([first.weights.step, learned]).toEqual([steps, isKept ? [] : [steps]])
  const again = await networkOfRun(id, { ...options, runs: { read: id => runs.read(id), stateBefore: async (id, step) => await runs.stateBefore(id, step - 1) } })
  expect([weightsSha256(again.weights), learned.at(-1)]).toEqual([weightsSha256(first.weights), steps])
  expect(name).not.toBe('')
  expect(first.name).toBe(name)
  const { writer } = await runs.open(id)
  await writer.update({ name: '' })
  await writer.close()
  expect((await networkOfRun(id, options)).name).toMatch(new RegExp(String.raw`^\d+(-\d+)+ step ${steps}$`))
}, 60_000)

test('a run that is not there is refused', async () => {
  await expect(networkOfRun('a0'.repeat(16), options)).rejects.toMatchObject({ code: 'run.missing' })
})
