import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Architecture, buildModel, choicesOf, createReferenceOps, pixelScales, readNetworkFile, readWeights, setTensors, type WeightsFile, withChoice, writeWeights } from '@core'
import { describe, expect, test } from 'vitest'
import { perceptron } from '../../fixtures/run-config'

const bytesOf = (name: string) => new Uint8Array(readFileSync(resolve(import.meta.dirname, '../../fixtures/pytorch', name)))
const foreign = () => readNetworkFile(bytesOf('lab-names.safetensors'), 'lab-names.safetensors')

function answerOf({ architecture, tensors }: WeightsFile, input: readonly number[]): readonly number[] {
  const model = buildModel(architecture, { rows: 1 })
  setTensors(model, tensors)
  model.input.value.data.set(input)
  model.predict(createReferenceOps('float64'))
  return [...model.out.value.data]
}

describe('a file of the lab', () => {
  const own = withChoice(foreign(), { activation: 'sigmoid', normalization: 'unit' })

  test('describes itself: nothing is open', () => {
    const bytes = writeWeights(own)
    const file = readNetworkFile(bytes, 'own')
    expect(file).toEqual({ format: 'safetensors', weights: readWeights(bytes, 'own'), open: [] })
    expect(choicesOf(file)).toEqual([{}])
    expect(withChoice(file, {})).toEqual(file.weights)
  })
})

describe('a file of another program', () => {
  test('leaves activation and normalization open, and lists every combination', () => {
    const file = foreign()
    expect(file.open).toEqual(['activation', 'normalization'])
    const choices = choicesOf(file)
    expect(choices).toHaveLength(3 * 4)
    expect(choices[0]).toEqual({ activation: 'relu', normalization: 'unit' })
    expect(choices).toContainEqual({ activation: 'tanh', normalization: 'mnist' })
  })

  test('takes the activation that is chosen, and then no longer lacks one', () => {
    const { architecture, gaps } = withChoice(foreign(), { activation: 'tanh', normalization: 'unit' })
    expect(architecture.layers).toEqual([{ kind: 'affine', units: 16 }, { kind: 'tanh' }, { kind: 'affine', units: 10 }])
    expect(gaps).toBeUndefined()
  })

  test.each(Object.keys(pixelScales) as (keyof typeof pixelScales)[])('that got its pixels as %s gives the same answer for pixels from 0 to 1', (normalization) => {
    const file = foreign()
    const { mean, deviation } = pixelScales[normalization]
    const pixels = Array.from({ length: 784 }, (_, i) => (i * 37 % 256) / 255)
    const wanted = answerOf(file.weights, pixels.map(pixel => (pixel - mean) / deviation))
    const found = answerOf(withChoice(file, { activation: 'relu', normalization }), pixels)
    found.forEach((share, i) => { expect(share).toBeCloseTo(wanted[i]!, 4) }) // weights are rounded to float32 again: 784 products of relative error 6e-8
  })
})

// Cause: an .npz that is none was refused for not being a safetensors file.
test.each([
  ['text', 'no zip at all', '“no zip at al…”'], ['a picture', '\x89PNG\r\n\x1a\n', 'PNG'], ['nothing', '', '0 bytes'],
])('%s that is named .npz is refused as what it is', (_, text, found) => {
  expect(() => readNetworkFile(Uint8Array.from(text, letter => letter.charCodeAt(0)), 'net.NPZ')).toThrow(expect.objectContaining({ code: 'npz.foreign', details: { file: 'net.NPZ', found } }))
})

test('a safetensors file that is named .npz is read', () => {
  expect(readNetworkFile(bytesOf('lab-names.safetensors'), 'net.npz').format).toBe('safetensors')
})

test('a network without hidden layers needs no activation', () => {
  const one: Architecture = perceptron([4, 3])
  const weights: WeightsFile = { ...readWeights(writeWeights({ ...foreign().weights, architecture: one, tensors: [{ path: 'affine1.W', data: new Float32Array(12) }, { path: 'affine1.b', data: new Float32Array(3) }], classes: ['a', 'b', 'c'] }), 'w') }
  expect(choicesOf({ open: ['normalization'] })).toHaveLength(4)
  expect(withChoice({ weights }, { normalization: 'symmetric' }).architecture).toEqual(one)
})
