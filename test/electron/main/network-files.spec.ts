import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NamedWeights, OpenQuestion, RunState } from '@contract'
import { type Architecture, type ChoiceAccuracy, mnist, networkWriters, parseSafetensors, readWeights, type SavedTensor, tensorsOf, type WeightsFile, writeSafetensors, writeWeights } from '@core'
import { describe, expect, test } from 'vitest'
import { NetworkFiles, networkBytes } from '../../../electron/main/network-files'
import { perceptron } from '../../fixtures/run-config'
import { newFolder } from './folder'

const weightsOf = (architecture: Architecture, patch: Partial<WeightsFile> = {}): WeightsFile => ({
  architecture, config: null, step: 5, metrics: {}, classes: ['0', '1'], version: '1',
  tensors: tensorsOf(architecture).map(({ path, shape }): SavedTensor => ({ path, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i / 4) })), ...patch,
})
/** A file without any metadata, as another program writes it */
const bare = (weights: WeightsFile) => writeSafetensors(parseSafetensors(writeWeights(weights), 'w').tensors, new Map())

const measured: readonly ChoiceAccuracy[] = [{ choice: { activation: 'tanh', normalization: 'unit' }, accuracy: 0.9 }, { choice: { activation: 'relu', normalization: 'bytes' }, accuracy: 0.2 }]

function newFiles() {
  const folder = newFolder()
  const opened: NamedWeights[] = []
  const told: [string, number | null][] = []
  const asked: [NamedWeights, NamedWeights][] = []
  const keeper = {
    open: (weights: NamedWeights) => { opened.push(weights); return Promise.resolve({ runId: 7 } as RunState) },
    choices: (file: NamedWeights, weights: NamedWeights) => { asked.push([file, weights]); return Promise.resolve({ choices: measured, dataset: { ...mnist, name: 'Bands', counts: { train: 600, test: 10 } } }) },
  }
  const files = new NetworkFiles((path, runId) => { told.push([path, runId]); return Promise.resolve() })
  const put = (name: string, bytes: Uint8Array) => { const path = join(folder, name); writeFileSync(path, bytes); return path }
  return { put, opened, told, asked, open: (path: string) => files.open(path, 'a', keeper, 1), answer: (question: OpenQuestion, choice: number) => files.answer({ id: question.id, choice }, keeper, 1) }
}

test('the lab’s own file is opened at once, and is saved to again', async () => {
  const { put, opened, told, asked, open } = newFiles()
  const weights = weightsOf(perceptron([4, 3, 2], 'sigmoid'))
  const path = put('a.safetensors', writeWeights(weights))
  expect(await open(path)).toEqual({ runId: 7 })
  expect([readWeights(opened[0]!.bytes, 'a').tensors, told, asked]).toEqual([weights.tensors, [[path, 7]], []])
})

test('an archive of NumPy that describes itself is opened at once, and saving asks for a file', async () => {
  const { put, opened, told, open } = newFiles()
  const weights = weightsOf(perceptron([4, 3, 2], 'sigmoid'))
  const path = put('a.npz', networkWriters.npz(weights))
  const result = await open(path)
  if ('choices' in result) throw new Error('the lab’s own archive was asked about')
  expect([readWeights(opened[0]!.bytes, 'a').tensors.map(({ data }) => [...data]), told]).toEqual([weights.tensors.map(({ data }) => [...data]), [[path, null]]])
})

describe('a file of another program', () => {
  test('is asked about, with each choice and its accuracy; nothing is opened until then', async () => {
    const { put, opened, told, asked, open } = newFiles()
    const bytes = bare(weightsOf(perceptron([4, 3, 2])))
    const question = await open(put('a.safetensors', bytes)) as OpenQuestion
    expect(question).toMatchObject({ name: 'a', open: expect.arrayContaining(['activation']) as string[], dataset: 'Bands', images: 600, choices: measured })
    expect([[...asked[0]![0].bytes], opened, told]).toEqual([[...bytes], [], []])
  })

  test('opens under the choice, which the weights keep from then on', async () => {
    const { put, opened, told, open, answer } = newFiles()
    const path = put('a.safetensors', bare(weightsOf(perceptron([4, 3, 2]))))
    const question = await open(path) as OpenQuestion
    expect(await answer(question, 0)).toEqual({ runId: 7 })
    const read = readWeights(opened[0]!.bytes, 'a')
    expect([read.architecture.layers.map(({ kind }) => kind), read.gaps, told]).toEqual([['affine', 'tanh', 'affine'], undefined, [[path, null]]])
  })

  test('is answered once, by a choice that was offered', async () => {
    const { put, open, answer } = newFiles()
    const question = await open(put('a.safetensors', bare(weightsOf(perceptron([4, 3, 2]))))) as OpenQuestion
    for (const [id, choice] of [[question.id, 2], ['other', 0]] as const) await expect(answer({ ...question, id }, choice)).rejects.toMatchObject({ code: 'ipc.schema' })
    await answer(question, 1)
    await expect(answer(question, 1)).rejects.toMatchObject({ code: 'ipc.schema' })
  })
})

test('for looking at, a file of any format becomes the lab’s', async () => {
  const { put } = newFiles()
  const weights = weightsOf(perceptron([4, 3, 2]))
  for (const [name, bytes] of [['a.safetensors', bare(weights)], ['a.npz', networkWriters.npz(weights)]] as const)
    expect(readWeights((await networkBytes(put(name, bytes), name)).bytes, name).tensors.map(({ data }) => [...data])).toEqual(weights.tensors.map(({ data }) => [...data]))
})
