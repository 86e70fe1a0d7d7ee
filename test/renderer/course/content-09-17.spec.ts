import { AddLayer, type GraphDocument, MulLayer, traceOf } from '@core'
import { locales } from '@contract'
import type { LessonTexts } from '@lessons'
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { lesson as fanOut } from '../../../renderer/course/09-fan-out/lesson'
import { lesson as shopping } from '../../../renderer/course/10-shopping/lesson'
import { lesson as objects } from '../../../renderer/course/11-layers-as-objects/lesson'
import { lesson as relu } from '../../../renderer/course/12-relu/lesson'
import { lesson as sigmoid } from '../../../renderer/course/13-sigmoid/lesson'
import { lesson as threeLayers } from '../../../renderer/course/14-three-layers/lesson'
import { lesson as outputLayer } from '../../../renderer/course/15-output-layer/lesson'
import { lesson as affine } from '../../../renderer/course/16-affine/lesson'
import { lesson as affineBatch } from '../../../renderer/course/17-affine-batch/lesson'
import { judge, sameAnswer } from '../../../renderer/course/answers'
import { formulaOptions } from '../../../renderer/components/formula/formula'
import { type Inline, readParagraph } from '../../../renderer/course/rich-text'
import type { Figure, Lesson, Posed, Question } from '../../../renderer/course'
import { cardsOf, namesIn, textsOfQuestion } from './wanted-by'

const lessons = [fanOut, shopping, objects, relu, sigmoid, threeLayers, outputLayer, affine, affineBatch]
const variants = [0, 1, 2, 3, 4, 5, 6]

const graphOf = ({ figures }: Lesson, figure = figures[0]!.key): GraphDocument => (figures.find(({ key }) => key === figure) as Extract<Figure, { kind: 'graph' }>).graph
/** Questions about a number, a shape or a sign of their graph; the others have tests of their own. */
const aboutGraphs = ({ questions }: Lesson) => questions.filter(({ kind, pose }) => ['number', 'shape', 'sign'].includes(kind) && pose(0).hide.length > 0)
const questionOf = (lesson: Lesson, key: string): Question => lesson.questions.find(question => question.key === key)!
const run = (document: GraphDocument) => {
  const { forward, backward, problem } = traceOf(document)
  return { value: (id: string) => forward.values.get(id)!, gradient: (id: string) => backward.gradients.get(id)!, problem }
}
const rounded = (numbers: readonly number[], decimals: number) => numbers.map(n => Number(n.toFixed(decimals)))

describe('the table’s numbers', () => {
  test('9: y = x · x at 3 has the gradient 6', () => {
    expect(run(graphOf(fanOut)).gradient('x').data).toEqual([6])
  })

  test('10: 715, and the five gradients', () => {
    const { value, gradient } = run(graphOf(shopping))
    const printed = (id: string) => rounded(gradient(id).data, 10)
    expect(rounded(value('total').data, 10)).toEqual([715])
    expect([printed('apple'), printed('appleCount'), printed('orange'), printed('orangeCount'), printed('tax')].flat()).toEqual([2.2, 110, 3.3, 165, 650])
    expect(shopping.numbers.total).toBe('715')
  })

  test('11: the objects compute the same as the graph', () => {
    const [mulApple, mulOrange, addFruit, mulTax] = [new MulLayer(), new MulLayer(), new AddLayer(), new MulLayer()]
    mulTax.forward(addFruit.forward(mulApple.forward(100, 2), mulOrange.forward(150, 3)), 1.1)
    const tax = mulTax.backward(1)
    const fruit = addFruit.backward(tax.dx)
    const { gradient } = run(graphOf(objects))
    expect([mulApple.backward(fruit.dx), mulOrange.backward(fruit.dy)].flatMap(({ dx, dy }) => [dx, dy]))
      .toEqual(['apple', 'appleCount', 'orange', 'orangeCount'].map(id => gradient(id).data[0]))
    expect(tax.dy).toBe(gradient('tax').data[0])
  })

  test('12: at 0 and below the ReLU is off', () => {
    const dx = run(questionOf(relu, 'mask').pose(0).graph!).gradient('x').data
    expect(dx).toEqual([5, 0, 0, 8])
    for (const variant of variants) expect(questionOf(relu, 'zero').pose(variant).answer).toBe(0)
  })

  test('12: two layers in a row are one, for every x; ReLU between them bends the line', () => {
    const at = (figure: string, x: number) => { const graph = graphOf(relu, figure); return run({ ...graph, inputs: { ...graph.inputs, x } }).value('y').data[0]! }
    for (const x of [-3, -0.5, 0, 2, 7]) expect(at('two', x)).toBe(at('one', x))
    const bent = (relu.figures.find(({ key }) => key === 'bent') as Extract<Figure, { kind: 'slope' }>).slope.graph
    const y = (x: number) => run({ ...bent, inputs: { x } }).value('y').data[0]!
    expect([-3, -1, 0, 0.5, 2].map(x => y(x) + 0)).toEqual([0, 0, 0, -3, -12])
    expect(y(2)).toBe(at('two', 2)) // where it is on, ReLU changes nothing
  })

  test('12: a unit that is off for every sample gets zeros and does not move', () => {
    const { gradient } = run(graphOf(relu, 'batch'))
    expect([...gradient('w').data, ...gradient('b').data]).toEqual([0, 0])
    const { updated } = traceOf(graphOf(relu, 'batch'))
    expect([updated.get('w')!.data[0], updated.get('b')!.data[0]]).toEqual([-2, -1])
    const { inputs, ...rest } = graphOf(relu, 'batch')
    expect(run({ ...rest, inputs: { ...inputs, b: 4 } }).gradient('w').data).toEqual([5]) // the first sample is on
    expect(questionOf(relu, 'dead').pose(0).answer).toBe(0)
  })

  test('13: opened and closed are equal at both ends, and y² exp(−x) is y(1 − y)', () => {
    const [opened, closed] = [run(graphOf(sigmoid)), run(graphOf(sigmoid, 'closed'))]
    const y = closed.value('y').data[0]!
    expect(opened.value('y').data[0]).toBeCloseTo(y, 14)
    expect(opened.gradient('x').data[0]).toBeCloseTo(closed.gradient('x').data[0]!, 14)
    expect(y ** 2 * opened.value('y/exp').data[0]!).toBeCloseTo(y * (1 - y), 14)
    expect([y, closed.gradient('x').data[0]!].map(n => Number(n.toFixed(12)))).toEqual([0.8, 0.16])
  })

  test('13: n sigmoids at ½ leave ¼ to the power of n, and ten of them less than a millionth', () => {
    for (const variant of variants) {
      const { answer, numbers } = questionOf(sigmoid, 'chain').pose(variant)
      expect(answer).toBeCloseTo(Number(numbers.upstream!.replace(/[()]/g, '').replace('−', '-')) * 0.25 ** Number(numbers.layers), 12)
    }
    expect(0.25 ** 10).toBeLessThan(1e-6)
    const { gradient } = run(graphOf(sigmoid, 'chain'))
    const sent = ['y3', 'y2', 'y1', 'x'].map(id => gradient(id).data[0]!)
    sent.slice(1).forEach((after, i) => expect(after).toBeLessThan(0.25 * sent[i]!))
  })

  test('14: two Affine layers in a row are one, for every X', () => {
    for (const X of [[[1, 2]], [[-3, 0.5]], [[7, -4]]]) {
      const [two, one] = ['two', 'one'].map((figure) => { const graph = graphOf(threeLayers, figure); return run({ ...graph, inputs: { ...graph.inputs, X } }).value('y').data })
      expect(two).toEqual(one)
    }
  })

  test('14: y [0.31682708, 0.69627909]', () => {
    expect(rounded(run(graphOf(threeLayers)).value('y').data, 8)).toEqual([0.31682708, 0.69627909])
    expect(threeLayers.numbers.y).toBe('(0.31682708, 0.69627909)')
  })

  test('15: softmax of [0.3, 2.9, 4], and of scores around 1000', () => {
    const [identity, softmax, large] = ['identity', 'softmax', 'large'].map(figure => run(graphOf(outputLayer, figure)))
    expect(rounded(identity!.value('y').data, 12)).toEqual([0.3, 2.9, 4])
    expect(rounded(softmax!.value('y').data, 4)).toEqual([0.0182, 0.2452, 0.7366])
    expect(large!.problem).toBeNull()
    expect(large!.value('y/shift').data).toEqual([0, -10, -20])
    expect(large!.value('y').data.reduce((sum, p) => sum + p)).toBeCloseTo(1, 14)
  })

  test('15: on the second arrow there is a row for each image, with a number for each hidden neuron', () => {
    for (const variant of variants) {
      const { answer, numbers } = questionOf(outputLayer, 'walk').pose(variant)
      expect(answer).toEqual([Number(numbers.images), Number(numbers.hidden)])
    }
    expect(questionOf(outputLayer, 'walk').pose(0).answer).not.toEqual([1, 50]) // stands in the figure
  })

  test('16: ∂X = ∂Y·Wᵀ and ∂W = Xᵀ·∂Y, opened and closed', () => {
    const { X, W } = graphOf(affine).inputs as { X: number[], W: number[][] }
    const dY = graphOf(affine).upstream as number[]
    for (const figure of ['closed', 'opened']) {
      const { gradient } = run(graphOf(affine, figure))
      expect(gradient('X').data).toEqual(W.map(row => row.reduce((sum, w, j) => sum + w * dY[j]!, 0)))
      expect(gradient('W').data).toEqual(X.flatMap(x => dY.map(dy => x * dy)))
      expect(gradient('B').data).toEqual(dY)
    }
  })

  test('17: ∂B of [[1,2,3],[4,5,6]] is [5,7,9], and images get their shape back', () => {
    expect(run(graphOf(affineBatch)).gradient('B').data).toEqual([5, 7, 9])
    const images = run(graphOf(affineBatch, 'images'))
    expect(images.value('X').shape).toEqual([3, 1, 2, 2])
    expect(images.gradient('X').shape).toEqual([3, 1, 2, 2])
    expect(images.value('W').shape[0]).toBe(4)
    expect(affineBatch.numbers).toEqual({ images: '(3, 1, 2, 2)', rows: '(3, 4)' })
    expect(questionOf(affineBatch, 'reshape').pose(1).answer).toEqual([3, 4])
  })

  test('17: dout has a row for each sample and a column for each output', () => {
    for (const variant of variants) {
      const { answer, numbers } = questionOf(affineBatch, 'dout').pose(variant)
      const [x, W] = [numbers.x!, numbers.W!].map(text => text.slice(1, -1).split(', ').map(Number))
      expect(answer).toEqual([x![0], W![1]])
    }
  })
})

/** The answer to each question in the run of its own graph, stated independently of the question's definition. */
const truths: Readonly<Record<string, (document: GraphDocument, posed: Posed) => Posed['answer']>> = {
  'fan-out.square': d => run(d).gradient('x').data[0]!,
  'fan-out.shared': d => run(d).gradient('price').data[0]!,
  'shopping.tax': d => run(d).gradient('tax').data[0]!,
  'shopping.orange': d => run(d).gradient('orange').data[0]!,
  'shopping.appleCount': d => run(d).gradient('appleCount').data[0]!,
  'layers-as-objects.dout': d => run(d).gradient('apples').data[0]!,
  'layers-as-objects.second': d => run(d).gradient('orangeCount').data[0]!,
  'relu.off': d => ({ '1': '+', '-1': '-', '0': '0' } as const)[String(Math.sign(run(d).gradient('x').data[0]!)) as '1' | '-1' | '0'],
  'relu.zero': d => run(d).gradient('x').data[0]!,
  'relu.mask': d => run(d).gradient('x').data.reduce((sum, n) => sum + n),
  'relu.dead': d => run(d).gradient('w').data[0]! + 0,
  'sigmoid.reciprocal': d => run(d).gradient('y/plus').data[0]!,
  'sigmoid.grouped': d => run(d).gradient('x').data[0]!,
  'sigmoid.chain': d => run(d).gradient('x1').data[0]!,
  'three-layers.first': d => run(d).value('a1').data[0]!,
  'three-layers.shape': d => run(d).value('W2').shape,
  'three-layers.collapse': ({ inputs }, { numbers }) => {
    const { W1, W2 } = inputs as { W1: number[][], W2: number[][] }
    return W1[Number(numbers.row) - 1]!.reduce((sum, w, k) => sum + w * W2[k]![Number(numbers.column) - 1]!, 0)
  },
  'output-layer.equal': d => run(d).value('y').data[0]!,
  'output-layer.shift': d => run(d).value('y').data[2]!,
  'output-layer.maximum': d => run(d).value('y/shift').data[2]!,
  'affine.transpose': d => [...run(d).gradient('Y').shape, ...run(d).gradient('X').shape],
  'affine.weight': (d, { numbers }) => run(d).gradient('W').data[(Number(numbers.row) - 1) * 3 + Number(numbers.column) - 1]!,
  'affine.input': (d, { numbers }) => run(d).gradient('X').data[Number(numbers.input) - 1]!,
  'affine-batch.bias': (d, { numbers }) => run(d).gradient('B').data[Number(numbers.bias) - 1]!,
  'affine-batch.weight': (d, { numbers }) => run(d).gradient('W').data[(Number(numbers.row) - 1) * 3 + Number(numbers.column) - 1]!,
  'affine-batch.reshape': (d) => {
    const [rows = 0, ...rest] = run(d).value('X').shape
    return [rows, rest.reduce((product, n) => product * n)]
  },
}

describe.each(lessons.map(lesson => [lesson.id, lesson] as const))('%s', (id, lesson) => {
  test('has graphs that run to their end', () => {
    for (const figure of lesson.figures) if (figure.kind === 'graph') expect(run(figure.graph).problem).toBeNull()
  })

  test('asks for a number that its graph hides, and has the right one', () => {
    expect(aboutGraphs(lesson).length).toBeGreaterThan(0)
    for (const question of aboutGraphs(lesson))
      for (const variant of variants) {
        const posed = question.pose(variant)
        const document = posed.graph ?? graphOf(lesson)
        const { graph } = traceOf(document)
        const truth = truths[`${id}.${question.key}`]!(document, posed)
        expect(sameAnswer(posed.answer, truth, 0), `${question.key} ${variant}`).toBe(true)
        expect(posed.hide.length).toBeGreaterThan(0)
        for (const hidden of posed.hide) expect(graph.byId.has(hidden.slice(hidden.indexOf(':') + 1)), hidden).toBe(true)
        expect(question.kind).toBe(typeof posed.answer === 'number' ? 'number' : typeof posed.answer === 'string' ? 'sign' : 'shape')
      }
  })

  test('has other numbers in other variants', () => {
    for (const question of lesson.questions) {
      const own = question.pose(0)
      for (const variant of variants.slice(1)) expect(question.pose(variant).numbers, `${question.key} ${variant}`).not.toEqual(own.numbers)
      expect(question.pose(1)).toEqual(question.pose(1))
    }
  })

  test('accepts no mistake as the answer', () => {
    for (const question of lesson.questions)
      for (const variant of variants) {
        const posed = question.pose(variant)
        for (const mistake of posed.mistakes) {
          // For example, an upstream gradient of 1 cannot be forgotten: a mistake that equals the answer up to rounding is ignored.
          if (sameAnswer(mistake.answer, posed.answer, 1e-12)) continue
          const verdict = judge(posed, mistake.answer)
          expect(verdict, `${question.key} ${variant}: ${JSON.stringify(mistake)}`).toEqual({ is: 'wrong', hint: expect.any(String) })
        }
        const names = posed.mistakes.map(({ answer }) => judge(posed, answer)).filter(({ is }) => is === 'wrong')
        expect(names.length, `${question.key} ${variant}`).toBeGreaterThanOrEqual(posed.mistakes.length - 1)
      }
  })

  test.each(locales)('has every number that its %s texts name', (locale) => {
    const texts: LessonTexts = lesson.texts[locale]
    expect(Object.keys(texts.questions)).toEqual(lesson.questions.map(({ key }) => key))
    if (lesson.figures.length > 1) expect(Object.keys(texts.figures)).toEqual(lesson.figures.map(({ key }) => key))
    const missing = [texts.title, texts.summary, ...cardsOf(texts)].flatMap(namesIn).filter(name => !(name in lesson.numbers))
    for (const question of lesson.questions) {
      const { prompt, hint, reveal } = texts.questions[question.key]!
      missing.push(...[prompt, hint, reveal].flatMap(namesIn).filter(name => !(name in question.pose(0).numbers)))
      expect([prompt, hint].flatMap(namesIn)).not.toContain('answer')
    }
    expect(missing).toEqual([])
  })

  test.each(locales)('has formulas that KaTeX parses, and no leftover markup, in %s', (locale) => {
    const texts: LessonTexts = lesson.texts[locale]
    const { title, summary, questions } = texts
    const read = [title, summary, ...cardsOf(texts)].flatMap(text => readParagraph(text, lesson.numbers, locale))
    for (const question of lesson.questions)
      for (const variant of variants)
        read.push(...textsOfQuestion(questions[question.key]!).flatMap(text => readParagraph(text, question.pose(variant).numbers, locale)))
    const flat = (part: Inline): readonly Inline[] => part.kind === 'strong' ? part.parts.flatMap(flat) : [part]
    for (const part of read.flatMap(flat))
      if (part.kind === 'formula') katex.renderToString(part.latex, formulaOptions({ strict: true }))
      else if (part.kind === 'text') expect(part.text).not.toMatch(/[$*\\]|undefined|NaN/)
  })

  test('names the same numbers in every language', () => {
    const wanted = (texts: LessonTexts) => Object.values(texts.questions).map(({ prompt, reveal }) => [prompt, reveal].map(text => [...new Set(namesIn(text))].sort()))
    expect(wanted(lesson.texts.ko)).toEqual(wanted(lesson.texts.en))
    expect(wanted(lesson.texts.ja)).toEqual(wanted(lesson.texts.en))
  })
})
