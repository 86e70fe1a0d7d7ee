import { choiceAccuracies, choicesOf, createReferenceOps, type NetworkFile, readNetworkFile, tensorsOf, Trainer, type WeightsFile, withChoice, writeSafetensors } from '@core'
import { describe, expect, test } from 'vitest'
import { configOf, dataset } from '../../fixtures/training'

const ops = createReferenceOps('float32')

/** A network that has learned the small dataset with tanh, from pixels of 0 to 1. */
function learned(): WeightsFile {
  const trainer = new Trainer(configOf('affine 8, tanh, affine 8, tanh, affine 6'), dataset)
  for (let i = 0; i < 300; i++) trainer.learn()
  return trainer.weights({ version: '1' })
}

/** The same network as another program writes it: PyTorch's names alone, for inputs of (pixel − 0.5) / 0.5. */
function foreign({ architecture, tensors }: WeightsFile): NetworkFile {
  const data = new Map(tensors.map(tensor => [tensor.path, tensor.data]))
  const stored = new Map(tensorsOf(architecture).map(({ path, storedPath, shape, transposed }) => {
    const values = data.get(path)!
    if (!transposed) return [storedPath, { shape, data: values.slice() }] as const
    const [D, M] = shape as [number, number]
    return [storedPath, { shape: [M, D], data: Float32Array.from(values, (_, i) => values[i % D * M + Math.floor(i / D)]!) }] as const
  }))
  // x·W + b = (2x − 1)·W/2 + (b + Σ W/2)
  const [W, b] = [stored.get('affine1.weight')!, stored.get('affine1.bias')!]
  b.data.forEach((_, j) => { b.data[j]! += W.data.subarray(j * 12, (j + 1) * 12).reduce((sum, w) => sum + w / 2, 0) })
  stored.set('affine1.weight', { shape: W.shape, data: W.data.map(w => w / 2) })
  return readNetworkFile(writeSafetensors(stored, new Map()), 'foreign.safetensors')
}

describe('the accuracies of a file\'s open choices', () => {
  const weights = learned()
  const file = foreign(weights)
  const measured = choiceAccuracies(file, dataset, ops)

  test('are those of every combination, the best first', () => {
    expect(measured).toHaveLength(choicesOf(file).length)
    expect(measured.map(({ accuracy }) => accuracy)).toEqual(measured.map(({ accuracy }) => accuracy).sort((a, b) => b - a))
  })

  test('find how the network was trained, with the accuracy that it had then', () => {
    expect(measured[0]!.choice).toEqual({ activation: 'tanh', normalization: 'symmetric' })
    const trainer = new Trainer(weights.config!, dataset, { weights })
    const evaluator = trainer.createEvaluator()
    evaluator.begin({ train: Infinity })
    let evaluation = evaluator.advance()
    while (!evaluation) evaluation = evaluator.advance()
    expect(evaluation.train.accuracy).toBeGreaterThan(0.9)
    expect(measured[0]!.accuracy).toBeCloseTo(evaluation.train.accuracy, 2) // W/2 and its sum round once more
  })

  test('are a single one where nothing is open', () => {
    const own: NetworkFile = { format: 'safetensors', weights: withChoice(file, measured[0]!.choice), open: [] }
    expect(choiceAccuracies(own, dataset, ops)).toEqual([{ choice: {}, accuracy: measured[0]!.accuracy }])
  })

  test('are measured on as many images as asked for', () => {
    const few = choiceAccuracies(file, dataset, ops, 10)
    for (const { accuracy } of few) expect(accuracy * 10).toBeCloseTo(Math.round(accuracy * 10), 9) // tenths
  })
})
