import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NamedWeights, WireError } from '@contract'
import { LabError, readCheckpoint, readWeights } from '@core'
import { type FileSystem, RunStore, runsFolder } from '@files'
import { expect, test } from 'vitest'
import { adoptOldSaves } from '../../../electron/main/old-saves'
import { checkpointBytes, markOf, weightsOf } from './fake-thread'
import { fullDisk, newFolder } from './folder'

const stepOf = ({ bytes, name }: NamedWeights): number => readWeights(bytes, name).step

/** The folder of an earlier version with these files: `[step, mark]` of the weights, or other contents. */
function earlier(files: Readonly<Record<string, readonly [number, number] | string>>, fs?: FileSystem) {
  const folder = newFolder()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), typeof content === 'string' ? content : weightsOf(...content))
  const warnings: WireError[] = []
  const runs = new RunStore(runsFolder(folder), fs && { fs })
  let firstState = (weights: NamedWeights): Promise<Uint8Array> => Promise.resolve(checkpointBytes(markOf(weights.bytes), stepOf(weights)))
  return {
    folder, runs, warnings,
    failWith: (cause: Error) => { firstState = () => Promise.reject(cause) },
    start: () => adoptOldSaves(folder, { runs, firstState: weights => firstState(weights), name: 'Previous training', warn: error => warnings.push(error) }),
    listed: async () => {
      const found = await Promise.all((await runs.list()).map(async ({ id, name, step }) => ({ name, step, mark: (await runs.read(id)).record.config.seed })))
      return found.sort((a, b) => a.mark - b.mark)
    },
    left: () => readdirSync(folder).filter(name => name !== 'runs').sort(),
  }
}

test('each file that an earlier version saved by itself becomes a run that begins at its step, and goes; the latest training is the one that goes on', async () => {
  const { runs, start, listed, left, warnings } = earlier({ 'autosave.safetensors': [400, 3], 'previous.safetensors': [200, 1], 'recovered.safetensors': [300, 2], 'running': '', 'settings.json': '{}' })
  const latest = await start()
  expect(await listed()).toEqual([200, 300, 400].map((step, i) => ({ name: 'Previous training', step, mark: i + 1 })))
  const { record, checkpoints } = await runs.read(latest!)
  expect([record.config.seed, record.firstStep, record.fromSeed, checkpoints.map(({ step }) => step)]).toEqual([3, 400, false, [400]])
  expect([left(), warnings]).toEqual([['settings.json'], []])
  expect((await runs.list()).every(({ lockedBy }) => lockedBy === null)).toBe(true)
})

test('a first start has nothing to take over', async () => {
  const { folder, start } = earlier({})
  expect([await start(), readdirSync(folder)]).toEqual([null, []])
})

test('a second start takes over nothing twice, also where the file could not be removed', async () => {
  const { folder, start, listed } = earlier({ 'autosave.safetensors': [400, 3] })
  const latest = await start()
  writeFileSync(join(folder, 'autosave.safetensors'), weightsOf(400, 3)) // as if the lab had been killed before it removed the file
  expect(await start()).toBe(latest)
  expect([await listed(), existsSync(join(folder, 'autosave.safetensors'))]).toEqual([[{ name: 'Previous training', step: 400, mark: 3 }], false])
  expect(await start()).toBeNull()
})

test('a file whose run was only half written when the lab was killed is taken over again', async () => {
  const { runs, folder, start, listed } = earlier({ 'autosave.safetensors': [400, 3] })
  const id = (await start())!
  writeFileSync(join(folder, 'autosave.safetensors'), weightsOf(400, 3))
  writeFileSync(join(runs.folderOf(id), 'checkpoints', '400.safetensors'), 'half')
  expect(await start()).toBe(id)
  expect(await listed()).toEqual([{ name: 'Previous training', step: 400, mark: 3 }])
  expect((await runs.checkpointAt(id, 400)).snapshot.position.step).toBe(400)
})

test('a damaged file is told, once, and kept under another name; the others are taken over', async () => {
  const { folder, start, listed, left, warnings } = earlier({ 'autosave.safetensors': 'nonsense', 'previous.safetensors': [200, 1] })
  expect(await start()).not.toBeNull()
  expect(warnings).toMatchObject([{ code: 'run.oldSave', details: { file: 'autosave.safetensors' } }])
  expect([await listed(), left()]).toEqual([[{ name: 'Previous training', step: 200, mark: 1 }], ['autosave.safetensors.damaged']])
  expect(readFileSync(join(folder, 'autosave.safetensors.damaged'), 'utf8')).toBe('nonsense')
  await start()
  expect(warnings).toHaveLength(1)
})

test('what cannot be used now, such as one of a dataset that is not here, is told and stays for the next start', async () => {
  const lab = earlier({ 'autosave.safetensors': [400, 3] })
  lab.failWith(new LabError('weights.unknownDataset', 'not here', { file: 'autosave.safetensors', name: 'Bands', sha256: 'a' }))
  expect(await lab.start()).toBeNull()
  expect([lab.warnings.map(({ code }) => code), lab.left(), await lab.listed()]).toEqual([['weights.unknownDataset'], ['autosave.safetensors'], []])
})

test('a full disk loses nothing: the file stays until its run is on the disk', async () => {
  let full = true
  const { start, listed, left, warnings } = earlier({ 'autosave.safetensors': [400, 3] }, fullDisk(() => full))
  expect(await start()).toBeNull()
  expect([warnings.map(({ code }) => code), left()]).toEqual([['file.full'], ['autosave.safetensors']])
  full = false
  expect(await start()).not.toBeNull()
  expect([await listed(), left()]).toEqual([[{ name: 'Previous training', step: 400, mark: 3 }], []])
})

test('the checkpoint is that of the file’s network, at its step', () => {
  const { snapshot, first } = readCheckpoint(checkpointBytes(3, 400), 'c')
  expect([snapshot.position.step, first?.step]).toEqual([400, 400])
})
