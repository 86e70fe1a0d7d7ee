import { describe, expect, test } from 'vitest'
import { Answers, buildModel, createReferenceOps, Evaluator, quickSize, Trainer, wholeSize } from '../../../core'
import { smallDataset } from '../../fixtures/small-dataset'
import { perceptron, runConfig } from '../../fixtures/run-config'

const ops = createReferenceOps('float32')

/** Answers with the given outputs of a softmax layer: one image for each row. @param x (N,M) */
function answersTo(x: readonly (readonly number[])[], labels: readonly number[]): Answers {
  const M = x[0]!.length
  const model = buildModel(perceptron([M, M]), { rows: x.length })
  for (let m = 0; m < M; m++) model.tensor('affine1.W')!.data[m * M + m] = 1 // the outputs are the inputs
  model.input.value.data.set(x.flat())
  model.target.value.data.set(labels)
  model.forward(ops)
  const answers = new Answers(x.length, M)
  answers.take(model, Uint32Array.from(labels, (_, n) => 10 * n), Uint16Array.from({ length: 10 * labels.length }, (_, at) => labels[Math.floor(at / 10)]!), x.length)
  return answers
}
const indices = (answers: Answers, selected: readonly number[]) => selected.map(at => answers.at(at).index)

describe('recorded answers', () => {
  // predicted 1, 1, 2, 0, 1
  const answers = answersTo([[0, 3, 0], [0, 5, 0], [0, 0, 1], [2, 0, 0], [0, 9, 0]], [0, 0, 0, 0, 1])

  test('select mistakes by descending loss', () => {
    expect(indices(answers, answers.select({}))).toEqual([10, 0, 20])
    expect(answers.at(answers.select({})[0]!)).toMatchObject({ index: 10, label: 0, predicted: 1 })
    expect(answers.at(1).loss).toBeCloseTo(Math.log(2 + Math.exp(5)), 5)
  })

  test('select the mistakes of a class, those read as a class, and those of a pair', () => {
    expect(indices(answers, answers.select({ actual: 0 }))).toEqual([10, 0, 20])
    expect(indices(answers, answers.select({ predicted: 2 }))).toEqual([20])
    expect(indices(answers, answers.select({ actual: 0, predicted: 1 }))).toEqual([10, 0])
    expect(answers.select({ actual: 1 })).toEqual([])
  })

  test('select right answers when a class is asked for as itself', () => {
    expect(indices(answers, answers.select({ actual: 0, predicted: 0 }))).toEqual([30])
    expect(indices(answers, answers.select({ actual: 1, predicted: 1 }))).toEqual([40])
  })

  test('are counted by class and predicted class, and the most frequent mistakes come first', () => {
    expect([...answers.confusion()]).toEqual([1, 2, 1, 0, 1, 0, 0, 0, 0])
    expect(answers.confusions()).toEqual([{ actual: 0, predicted: 1, count: 2 }, { actual: 0, predicted: 2, count: 1 }])
  })

  test('keep the three largest outputs, of equal ones the first class, and that of the right class', () => {
    const [answer] = [answersTo([[1, 4, 4, 0, 2]], [3]).at(0)]
    expect(answer.top.map(({ class: label }) => label)).toEqual([1, 2, 4])
    expect(answer.predicted).toBe(1)
    const sum = Math.exp(1) + 2 * Math.exp(4) + 1 + Math.exp(2)
    expect(answer.right).toBeCloseTo(1 / sum, 6)
    expect(answer.top[2]!.output).toBeCloseTo(Math.exp(2) / sum, 6)
  })

  test('of two classes keep two outputs', () => {
    expect(answersTo([[0, 1]], [0]).at(0).top.map(({ class: label }) => label)).toEqual([1, 0])
  })

  test('put losses that are not finite first', () => {
    const broken = answersTo([[0, 30, 0], [NaN, 0, 0], [0, 3, 0]], [0, 1, 0])
    expect(indices(broken, broken.select({}))).toEqual([10, 0, 20])
  })

  test('have no position for an image that was not evaluated', () => {
    expect([answers.positionOf(20), answers.positionOf(21)]).toEqual([2, -1])
  })
})

describe('an evaluation', () => {
  const dataset = smallDataset({ train: 300, test: 1200 })
  const trainer = () => {
    const made = new Trainer(runConfig({ layers: [12, 8, 6], validation: 0.2, batchSize: 50, seed: 9, learningRate: 0.5 }), dataset)
    for (let i = 0; i < 10; i++) made.learn()
    return made
  }
  function finish(evaluator: Evaluator) {
    for (;;) {
      const found = evaluator.advance()
      if (found) return found
    }
  }

  test('records nothing unless it is asked to, and then agrees with its own score', () => {
    const evaluator = trainer().createEvaluator()
    evaluator.begin(wholeSize)
    const plain = finish(evaluator)
    expect(evaluator.recorded).toBeNull()
    evaluator.begin(wholeSize, true)
    expect(finish(evaluator)).toEqual(plain)
    const { answers, evaluation } = evaluator.recorded!
    expect(evaluation).toEqual(plain)
    for (const split of ['train', 'validation', 'test'] as const) {
      const [found, score] = [answers[split], plain[split]!]
      expect(found.images).toBe(score.images)
      const confusion = found.confusion()
      expect(score.correct).toEqual(score.correct.map((_, label) => confusion[7 * label]))
      expect(score.counts).toEqual(score.counts.map((_, label) => confusion.subarray(6 * label, 6 * label + 6).reduce((sum, n) => sum + n)))
      const losses = Array.from({ length: found.images }, (_, at) => found.at(at).loss)
      expect(losses.reduce((sum, loss) => sum + loss) / losses.length).toBeCloseTo(score.loss, 5)
    }
  })

  test('that follows one without a record has none: an old answer is not the latest', () => {
    const evaluator = trainer().createEvaluator()
    evaluator.begin(quickSize, true)
    finish(evaluator)
    expect(evaluator.recorded).not.toBeNull()
    evaluator.begin(quickSize)
    finish(evaluator)
    expect(evaluator.recorded).toBeNull()
  })

  test('that is interrupted records the images that it has seen', () => {
    const evaluator = trainer().createEvaluator()
    evaluator.begin(wholeSize, true)
    for (let i = 0; i < 8; i++) evaluator.advance()
    const evaluation = evaluator.interrupt({ test: 100 })!
    const { answers } = evaluator.recorded!
    expect(answers.test.images).toBe(evaluation.test.images)
    expect(answers.test.images).toBeLessThan(1200)
    expect(answers.test.select({}).length + evaluation.test.correct.reduce((sum, n) => sum + n)).toBe(evaluation.test.images)
  })
})
