import { createHash } from 'node:crypto'
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseSafetensors, readWeights, type SavedTensor, type WeightsFile, writeWeights } from '@core'
import { readNetworkFile, readWeightsBytes, readWeightsFileHeader, summarize, summarizeFile, weightsSha256, writeHashedWeights } from '@files'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusal } from './refusal'
import { perceptron, runConfig } from '../../fixtures/run-config'

const weights: WeightsFile = {
  architecture: perceptron([3, 2], 'relu'),
  config: runConfig({ layers: [3, 2] }),
  step: 77,
  tensors: [{ path: 'affine1.W', data: Float32Array.from([1, 2, 3, 4, 5, 6]) }, { path: 'affine1.b', data: Float32Array.from([7, 8]) }],
  metrics: { testAccuracy: 0.5 },
  classes: ['0', '1'],
  version: '1',
}
const [W, b] = weights.tensors as [SavedTensor, SavedTensor]
const bytes = () => writeWeights(weights)

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'lab-weights-')) })
afterEach(async () => { await rm(folder, { recursive: true, force: true }) })

describe('the fingerprint of weights', () => {
  test('is the sha256 of the numbers in layer order, W as (in, out), then b', () => {
    const wanted = createHash('sha256').update(new Uint8Array(Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]).buffer)).digest('hex')
    expect(weightsSha256(weights)).toBe(wanted)
  })

  test('is the same after saving and opening, and does not depend on metrics or step', () => {
    expect(weightsSha256(readWeights(bytes(), 'w'))).toBe(weightsSha256(weights))
    expect(weightsSha256(readWeights(writeWeights({ ...weights, step: 1, metrics: {}, version: '2' }), 'w'))).toBe(weightsSha256(weights))
  })

  test('changes with a single bit', () => {
    expect(weightsSha256({ ...weights, tensors: [W, { ...b, data: Float32Array.from([7, 8.000001]) }] })).not.toBe(weightsSha256(weights))
  })

  test('of a view covers only the view’s own numbers', () => {
    const large = Float32Array.from([9, 1, 2, 3, 4, 5, 6, 9])
    expect(weightsSha256({ ...weights, tensors: [{ ...W, data: large.subarray(1, 7) }, b] })).toBe(weightsSha256(weights))
  })
})

describe('a file that states the hash of its weights', () => {
  // Of the float32 numbers 1 to 8. By Python: hashlib.sha256(struct.pack('<8f', 1, 2, 3, 4, 5, 6, 7, 8)).hexdigest()
  const hash = 'af7de0621354bafceb193edf0fcf5d421cf21de7146580062fff53c7907f54e5'
  const put = async (content: Uint8Array) => {
    const path = join(folder, 'w.safetensors')
    await writeFile(path, content)
    return path
  }

  test('has it in its metadata, as hexadecimal digits, and is read as it was', () => {
    expect(parseSafetensors(writeHashedWeights(weights), 'w').metadata.get('weightsSha256')).toBe(hash)
    expect(readWeights(writeHashedWeights(weights), 'w')).toEqual({ ...weights, weightsSha256: hash })
    expect(readWeights(bytes(), 'w').weightsSha256).toBeUndefined()
  })

  test('states the hash of what is written, whatever an earlier file has stated', () => {
    expect(readWeights(writeHashedWeights({ ...weights, weightsSha256: '0'.repeat(64) }), 'w').weightsSha256).toBe(hash)
  })

  test('is opened when its numbers have that hash', async () => {
    expect([...await readWeightsBytes(await put(writeHashedWeights(weights)))]).toEqual([...writeHashedWeights(weights)])
  })

  test('is refused when a single bit of a number has changed, by both hashes', async () => {
    const damaged = writeHashedWeights(weights)
    damaged[damaged.length - 4]! ^= 1
    const path = await put(damaged)
    expect(await refusal(() => readWeightsBytes(path, 'w.safetensors'))).toEqual({ code: 'weights.changed', file: 'w.safetensors', wanted: hash.slice(0, 8), found: weightsSha256(readWeights(damaged, 'w')).slice(0, 8) })
    expect((await refusal(() => readNetworkFile(path, 'w.safetensors'))).code).toBe('weights.changed')
    expect((await refusal(async () => summarize(damaged, 'w'))).code).toBe('weights.changed')
  })

  test('is refused when the hash is another, or none', async () => {
    for (const weightsSha256 of ['', 'no hash', hash.toUpperCase(), '0'.repeat(64)]) {
      const path = await put(writeWeights({ ...weights, weightsSha256 }))
      expect((await refusal(() => readWeightsBytes(path, 'w.safetensors'))).code).toBe('weights.changed')
    }
  })

  test('is summarized with it, without its numbers', async () => {
    const content = writeHashedWeights({ ...weights, tensors: [W, { ...b, data: Float32Array.from([NaN, 1]) }] })
    const { weightsSha256: stated } = await summarizeFile(await put(content), { name: 'w', bytes: content.length })
    expect(stated).toMatch(/^[0-9a-f]{64}$/)
  })
})

test('a summary says what a list shows', () => {
  expect(summarize(bytes(), 'w')).toEqual({ architecture: perceptron([3, 2], 'relu'), dataset: 'MNIST', step: 77, testAccuracy: 0.5, weightsSha256: weightsSha256(weights) })
  expect(summarize(writeWeights({ ...weights, metrics: {} }), 'w').testAccuracy).toBeNull()
})

describe('a weights file on the disk', () => {
  const opened = async (content: Uint8Array | string) => {
    await writeFile(join(folder, 'w.safetensors'), content)
    return refusal(async () => summarize(await readWeightsBytes(join(folder, 'w.safetensors'), 'w.safetensors'), 'w.safetensors'))
  }
  const bent = (at: number, value: number) => { const copy = bytes(); copy[at] = value; return copy }

  test('that is valid is opened', async () => {
    expect((await opened(bytes())).code).toMatch(/accepted/)
  })

  // Each has a sentence in three languages, which `refusal` checks.
  test.each<[string, Uint8Array | string, string]>([
    ['empty', '', 'safetensors.empty'],
    ['three bytes long', 'abc', 'safetensors.truncated'],
    ['cut off in its header', bytes().subarray(0, 100), 'safetensors.truncated'],
    ['cut off in its numbers', bytes().subarray(0, -1), 'safetensors.truncated'],
    ['too long', new Uint8Array([...bytes(), 0]), 'safetensors.trailing'],
    ['a text', 'epoch,loss\n1,2.3\n2,2.1\n3,1.9', 'safetensors.foreign'],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), 'safetensors.kind'],
    ['damaged in its header', bent(9, 0x21), 'safetensors.header'],
    ['another program’s', new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]), 'weights.foreign'],
    ['of numbers that are none', writeWeights({ ...weights, tensors: [W, { ...b, data: Float32Array.from([NaN, 1]) }] }), 'weights.nonFinite'],
  ])('that is %s is refused, with its reason', async (_, content, code) => {
    expect(await opened(content)).toMatchObject({ code, file: 'w.safetensors' })
  })

  // Cause: a foreign network was read and converted completely before its names were checked: 15.6 s and 2.2 GB.
  test('that is a foreign network of 198 MB is refused after reading only its header', async () => {
    const size = 198_000_000
    const header = JSON.stringify({ 'model.embed.weight': { dtype: 'BF16', shape: [(size - 400) / 2], data_offsets: [0, size - 400] } }).padEnd(392)
    const path = join(folder, 'w.safetensors')
    const file = await open(path, 'w')
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    await file.write(Buffer.concat([length, Buffer.from(header)]))
    await file.truncate(size) // a sparse file: it takes no space on the disk
    await file.close()
    const before = process.memoryUsage()
    const { code, found } = await refusal(() => readWeightsBytes(path, 'w.safetensors'))
    expect([code, found]).toEqual(['weights.foreign', 'model.embed.weight (98999800)'])
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(10_000_000)
  })

  test.each([
    ['a header that claims 99 MB', Buffer.concat([Buffer.from(BigUint64Array.of(99_000_000n).buffer), Buffer.from('{"__metadata__":{"k":""'), Buffer.alloc(99_000_000, ' ')]), 'safetensors.headerSize'],
    ['PyTorch’s own file', Buffer.from(`PK\x03\x04${'\0'.repeat(26)}archive/data.pklFB`, 'latin1'), 'safetensors.pytorch'],
    ['NumPy’s archive', Buffer.from(`PK\x03\x04${'\0'.repeat(26)}W1.npy`, 'latin1'), 'safetensors.kind'],
  ])('that is %s is refused, with its reason', async (_, content, code) => {
    await writeFile(join(folder, 'w.safetensors'), content)
    expect(await refusal(() => readWeightsBytes(join(folder, 'w.safetensors'), 'w.safetensors'))).toMatchObject({ code, file: 'w.safetensors' })
  })

  test('can be described without reading its numbers', async () => {
    await writeFile(join(folder, 'w.safetensors'), bytes())
    const { tensors, ...facts } = weights
    expect(await readWeightsFileHeader(join(folder, 'w.safetensors'))).toEqual(facts)
    expect([...await readWeightsBytes(join(folder, 'w.safetensors'))]).toEqual([...bytes()])
    expect(tensors).toHaveLength(2)
  })

  test('of up to 200 MB is read, and no larger one', async () => {
    const path = join(folder, 'w.safetensors')
    await writeFile(path, 'a text, and nothing but a text')
    for (const [size, code] of [[200_000_000, 'safetensors.foreign'], [200_000_001, 'file.tooLarge']] as const) {
      await truncate(path, size) // a sparse file: it takes no space on the disk
      for (const read of [readWeightsBytes, readWeightsFileHeader]) expect((await refusal(() => read(path, 'w.safetensors'))).code).toBe(code)
    }
  })

  // PyTorch names the first entry after the file.
  test('that is PyTorch’s own format is recognized however long its name is', async () => {
    const path = join(folder, 'w.safetensors')
    await writeFile(path, Buffer.from(`PK\x03\x04${'\0'.repeat(26)}${'a'.repeat(180)}/data.pklFB`, 'latin1'))
    expect((await refusal(() => readWeightsBytes(path, 'w.safetensors'))).code).toBe('safetensors.pytorch')
  })

  test('that is a folder, or was deleted, is reported', async () => {
    expect((await refusal(() => readWeightsBytes(folder))).code).toBe('file.isFolder')
    expect((await refusal(() => readWeightsBytes(join(folder, 'gone.safetensors')))).code).toBe('file.missing')
  })
})
