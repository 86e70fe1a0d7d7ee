import { parseIdxImages, parseSafetensors, writeSafetensors } from '@core'
import { expect, test } from 'vitest'
import { idxFile } from '../fixtures/idx-files'

// Speed and memory of the readers of large files.

const megabyte = 1e6
const numbers = new Float32Array(20e6).map((_, i) => i % 7)
const safetensors = writeSafetensors(new Map([['a', { shape: [4000, 2500], data: numbers.subarray(0, 10e6) }], ['b', { shape: [4000, 2500], data: numbers.subarray(10e6) }]]), new Map())
const images = idxFile([60_000, 28, 28], new Uint8Array(60_000 * 784))

test.each([['safetensors', safetensors, parseSafetensors], ['IDX', images, parseIdxImages]] as const)('%s is read at 300 MB/s, in at most twice its size', (name, bytes, read) => {
  const kept: unknown[] = []
  const rates = Array.from({ length: 5 }, () => {
    const [before, memory] = [process.cpuUsage(), process.memoryUsage().arrayBuffers]
    const begin = performance.now()
    kept[0] = read(bytes, 'f')
    const seconds = Math.min(performance.now() - begin, process.cpuUsage(before).user / 1000 + process.cpuUsage(before).system / 1000) / 1000
    const taken = process.memoryUsage().arrayBuffers - memory
    expect(taken).toBeLessThanOrEqual(bytes.length) // beside the file itself
    return bytes.length / megabyte / Math.max(seconds, 1e-6)
  })
  const best = Math.max(...rates)
  console.log(`${name}: ${Math.round(best)} MB/s`)
  expect(best).toBeGreaterThan(300)
})
