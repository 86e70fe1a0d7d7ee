import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NamedWeights, RecordedRun, SharedDataset } from '@contract'
import { checkpointOf, Continuation, type ExportFiles, nextLosses, optimizers, parseSafetensors, readWeights, Replay, type RunRecord, Trainer, trainerOf, writeCheckpoint } from '@core'
import { RunStore, runsFolder, stateSha256, writeHashedWeights } from '@files'
import { afterAll, describe, expect, test } from 'vitest'
import { type ProjectOptions, projectFiles } from '../../../electron/main/project'
import { fastOps } from '../../fixtures/fast-ops'
import { randomRun } from '../../fixtures/random-run'
import { configOf, dataset, learnTo } from '../../fixtures/training'

const own = mkdtempSync(join(tmpdir(), 'lab-project-'))
afterAll(() => { rmSync(own, { recursive: true, force: true }) })
const runs = new RunStore(runsFolder(own), { onProblem: (problem) => { throw problem } })

function learned(run: RecordedRun): Trainer {
  const replay = new Replay(trainerOf(run.checkpoint, dataset, fastOps()), { events: run.events, lossAt: at => run.losses[at - run.firstLoss] }, run.step)
  while (!replay.advance(() => false));
  return replay.trainer
}
let current: string | null = null
const options: ProjectOptions = {
  runs, version: '1.2.3', load: () => Promise.resolve(dataset as SharedDataset),
  recorder: { id: () => Promise.resolve(current), flush: () => Promise.resolve() },
  /** The thread for the past, without a thread */
  past: {
    continued: (run) => {
      const trainer = learned(run)
      return Promise.resolve({ bytes: writeCheckpoint(checkpointOf(trainer, { version: '1.2.3' })), next: new Continuation(trainer).advance(() => false)!, differsAt: null })
    },
  },
  firstState: ({ bytes, name }) => {
    const weights = readWeights(bytes, name)
    return Promise.resolve(writeCheckpoint(checkpointOf(new Trainer(weights.config!, dataset, { weights }), { version: '1.2.3' })))
  },
}
const choices = { locale: 'en', withData: true } as const
const text = (files: ExportFiles, name: string): string => files.get(name) as string
const bytes = (files: ExportFiles, name: string): Uint8Array => files.get(name) as Uint8Array

describe('a PyTorch project of a run', () => {
  test.each(optimizers.map((kind, i) => [kind, 70 + i] as const))('has the run\'s latest weights, the optimizer\'s state, and the losses that follow: %s', async (kind, seed) => {
    const { record: { id }, steps } = await randomRun({ create: (record: RunRecord) => runs.create(record), shaOf: stateSha256 }, kind, seed)
    const files = await projectFiles({ run: id }, choices, options)
    const run = await runs.read(id)
    const trainer = trainerOf(await runs.stateBefore(id, steps), dataset, fastOps())
    expect(readWeights(bytes(files, 'weights.safetensors'), 'w').step).toBe(steps)
    const state = parseSafetensors(bytes(files, 'optimizer.safetensors'), 'o')
    expect(state.tensors.size > 0).toBe(trainer.config.optimizer.kind !== 'sgd')
    const check = JSON.parse(text(files, 'check.json')) as { step: number, losses: number[] }
    expect([check.step, run.record.id]).toEqual([steps, id])
    trainer.dispose()
    expect(text(files, 'README.md')).toContain(`after ${steps} mini-batches`)
    expect(files.has('data/train-images.idx')).toBe(true)
  }, 60_000)

  test('is that of the current one where none is named, and refused while that is not on the disk', async () => {
    current = null
    await expect(projectFiles({ run: null }, choices, options)).rejects.toMatchObject({ code: 'past.none' })
    const { record: { id }, steps } = await randomRun({ create: (record: RunRecord) => runs.create(record), shaOf: stateSha256 }, 'adam', 90)
    current = id
    expect(readWeights(bytes(await projectFiles({ run: null }, choices, options), 'weights.safetensors'), 'w').step).toBe(steps)
  }, 60_000)
})

describe('a PyTorch project of a weights file', () => {
  const trainer = learnTo(new Trainer(configOf(), dataset), 9)
  const weights: NamedWeights = { name: 'w.safetensors', bytes: writeHashedWeights(trainer.weights({ version: '1.2.3' })) }

  test('begins with a new optimizer, and says so', async () => {
    const files = await projectFiles({ weights }, { locale: 'ja', withData: false }, options)
    expect(parseSafetensors(bytes(files, 'optimizer.safetensors'), 'o').tensors.size).toBe(0)
    expect(readWeights(bytes(files, 'weights.safetensors'), 'w').tensors).toEqual(readWeights(weights.bytes, 'w').tensors)
    expect(text(files, 'README.md')).toContain('最初から始めます')
    expect([...files.keys()].filter(name => name.startsWith('data/'))).toEqual([])
    const check = JSON.parse(text(files, 'check.json')) as { step: number, losses: number[] }
    const { losses } = nextLosses(new Trainer(configOf(), dataset, { weights: readWeights(weights.bytes, 'w'), ops: fastOps() }))
    expect(check).toMatchObject({ step: 9, losses })
  })
})

test('a continuation in slices is the same as one at once', () => {
  const whole = nextLosses(learnTo(new Trainer(configOf(), dataset), 9))
  const trainer = learnTo(new Trainer(configOf(), dataset), 9)
  const continuation = new Continuation(trainer)
  let slices = 0
  let next = continuation.advance(() => true)
  for (; next === null; slices++) next = continuation.advance(() => true)
  expect([slices, next]).toEqual([10, whole])
})
