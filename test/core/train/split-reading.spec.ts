import { createReferenceOps, type Dataset, predictedClass, readingBytes, savedTensors, SplitReading, Trainer, unitImageAt } from '@core'
import { expect, test } from 'vitest'
import { configOf, dataset } from '../../fixtures/training'

const trained = (on: Dataset = dataset): Trainer => {
  const trainer = new Trainer(configOf(), on, { ops: createReferenceOps('float32') })
  for (let step = 0; step < 30; step++) trainer.learn()
  return trainer
}
const trainer = trained()
const tensors = savedTensors(trainer.model).map(({ path, tensor }) => ({ path, data: Float32Array.from(tensor.data) }))
const reading = (split = dataset.train) => new SplitReading({ architecture: trainer.model.architecture, tensors, split, ops: createReferenceOps('float32') })
/** One image at a time, by the model's own pass */
function alone(index: number, split = dataset.train): number {
  const { model, ops } = trainer
  model.setRows(1)
  model.input.value.data.set(unitImageAt(split, index))
  model.predict(ops)
  return predictedClass(model.out.value)
}

test('each image gets the class that the network gives to it alone', () => {
  const predicted = reading().advance(() => false)!
  expect(predicted).toHaveLength(230)
  expect([...predicted]).toEqual([...predicted.keys()].map(index => alone(index)))
  expect(new Set(predicted).size).toBeGreaterThan(2) // it has learned something
})

test('it goes on where a slice has ended, and says nothing before its last batch', () => {
  const whole = reading().advance(() => false)
  const sliced = reading()
  const answers = [sliced.advance(() => true), sliced.advance(() => true)]
  expect(answers).toEqual([null, null]) // 230 images are three batches
  expect(sliced.advance(() => true)).toEqual(whole)
})

test('a split of another dataset is read as the network has learned to see images', () => {
  const doubled = { ...dataset.test, normalization: { divideBy: 510 } }
  const sees = (divideBy: number) => reading({ ...doubled, normalization: { divideBy } }).advance(() => false)
  expect(sees(255)).toEqual(reading(dataset.test).advance(() => false))
  expect(sees(510)).not.toEqual(sees(255))
})

test('the training that owns the weights is not affected', () => {
  const [one, other] = [trained(), trained()]
  new SplitReading({ architecture: one.model.architecture, tensors, split: dataset.train, ops: one.ops }).advance(() => false)
  expect(one.learn()).toBe(other.learn())
})

test('its memory is known in advance', () => {
  // parameters with gradients and 100 rows of activations, of a chain whose widest layer has 12 inputs
  expect(readingBytes(trainer.model.architecture)).toBeGreaterThan(4 * 100 * 12)
  expect(readingBytes(trainer.model.architecture)).toBeLessThan(200_000)
})
