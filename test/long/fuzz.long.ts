import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { LabError, parseIdxImages, parseIdxLabels, parseProgram, parseSafetensors, Random, readGraphDocument, readWeights, Trainer, writeWeights } from '@core'
import { readPng } from '@files'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallDataset } from '../fixtures/small-dataset'
import { runConfig } from '../fixtures/run-config'

// Malformed files: each is read, or refused with one of the lab's errors, in bounded time.

/** Seconds per reader; a failure reports the seed of its case. */
const seconds = Number(process.env['LAB_FUZZ_SECONDS'] ?? 20)
/** CPU time per case */
const maxCaseMs = 5000

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'backprop-lab-fuzz-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Bytes with a special meaning in some format: lengths, signs, brackets */
const telling = [0, 1, 2, 8, 10, 13, 32, 34, 40, 41, 44, 45, 46, 48, 57, 91, 93, 101, 123, 125, 127, 128, 253, 254, 255]

function changed(base: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const bytes = [...base]
  const at = (): number => random.integer(Math.max(1, random.next() < 0.5 ? Math.min(200, bytes.length) : bytes.length)) // headers most often
  for (let i = 1 + random.integer(4); i > 0; i--) {
    const [from, to] = [at(), at()].sort((a, b) => a - b) as [number, number]
    const changes: readonly (() => void)[] = [
      () => { bytes[from] = bytes[from]! ^ 1 << random.integer(8) },
      () => { bytes[from] = telling[random.integer(telling.length)]! },
      () => { bytes.splice(from, Math.min(to - from, 64)) },
      () => { bytes.splice(from, 0, ...bytes.slice(from, Math.min(to, from + 64))) },
      () => { bytes.splice(from, 0, telling[random.integer(telling.length)]!) },
      () => { bytes.length = random.integer(bytes.length + 1) },
      () => { bytes.push(...Array.from({ length: random.integer(70) }, () => random.integer(256))) },
    ]
    changes[random.integer(changes.length)]!()
  }
  return Uint8Array.from(bytes)
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const encoded = (value: string): Uint8Array => new TextEncoder().encode(value)

const weights = writeWeights(new Trainer(runConfig({ layers: [12, 5, 6] }), smallDataset()).weights({ version: '1' }))
const idx = (magic: number, ...dimensions: number[]): Uint8Array => {
  const size = dimensions.reduce((a, b) => a * b, 1)
  const bytes = new Uint8Array(4 + 4 * dimensions.length + size)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic)
  dimensions.forEach((n, i) => view.setUint32(4 + 4 * i, n))
  return bytes
}
const picture = (interlace: boolean): Uint8Array => {
  const png = new PNG({ width: 9, height: 7 })
  png.data.forEach((_, i) => { png.data[i] = i * 37 % 256 })
  return PNG.sync.write(png, interlace ? { interlace } as never : {})
}
/** With corrected checksums, since readers would otherwise reject every mutated chunk at once. */
function withChecksums(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  const view = new DataView(bytes.buffer)
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > bytes.length) break
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)))
    at = end + 4
  }
  return bytes
}
const expressions = ['(apple*count+orange*3)*tax', 'softmaxWithLoss(affine(x, W, b), t)', 'y = sigmoid(x) * -2.5e-3\nz = y^2 + max(0, x)', 'exp(−ｘ) ÷ （1 ＋ 2）']
const graphs = [{ format: 'backprop-lab-graph', version: 1, expression: 'y = x*w + b', inputs: { x: [[1, 2], [3, 4]], w: 2, b: -1 }, opened: [], parameters: ['w'] }]

const readers: Readonly<Record<string, { readonly bases: readonly Uint8Array[], readonly read: (bytes: Uint8Array<ArrayBuffer>) => unknown }>> = {
  weights: { bases: [weights], read: bytes => readWeights(bytes, 'f') },
  safetensors: { bases: [weights.slice(0, 4000)], read: bytes => parseSafetensors(bytes, 'f') },
  'IDX images': { bases: [idx(0x803, 3, 5, 4)], read: bytes => parseIdxImages(bytes, 'f') },
  'IDX labels': { bases: [idx(0x801, 11)], read: bytes => parseIdxLabels(bytes, 'f', 10) },
  expressions: { bases: expressions.map(encoded), read: bytes => parseProgram(text(bytes)) },
  graphs: { bases: graphs.map(graph => encoded(JSON.stringify(graph))), read: bytes => readGraphDocument(bytes, 'f') },
  pictures: {
    bases: [picture(false), picture(true)],
    read: async (bytes) => {
      const path = join(folder, 'case.png')
      await writeFile(path, bytes.length % 3 === 0 ? bytes : withChecksums(bytes))
      return await readPng(path)
    },
  },
}

test.each(Object.entries(readers))('%s: any file is read or refused with a specific error', async (_, { bases, read }) => {
  for (const base of bases) await read(Uint8Array.from(base)) // each is valid before it is mutated
  const until = performance.now() + 1000 * seconds
  const seed = Date.now() // new cases each time; reported on failure
  let [cases, accepted] = [0, 0]
  for (; performance.now() < until; cases++) {
    const random = new Random(seed + cases)
    const bytes = changed(bases[random.integer(bases.length)]!, random)
    const before = process.cpuUsage()
    try {
      await read(bytes)
      accepted++
    }
    catch (cause) {
      if (!(cause instanceof LabError)) throw new Error(`seed ${seed + cases}: ${Buffer.from(bytes).toString('base64').slice(0, 2000)}`, { cause })
    }
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000, `seed ${seed + cases}`).toBeLessThan(maxCaseMs)
  }
  console.log(`${cases} cases, ${accepted} accepted`)
  expect(cases).toBeGreaterThan(100)
})
