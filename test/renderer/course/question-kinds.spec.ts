import { traceOf } from '@core'
import { describe, expect, test } from 'vitest'
import { lessons } from '../../../renderer/course/all'
import type { Picture, Posed } from '../../../renderer/course'

const variants = [0, 1, 2, 3, 4]
const posed = (number: number, key: string): Posed[] => variants.map(variant => lessons[number]!.questions.find(question => question.key === key)!.pose(variant))

/** Runs assignments such as `dx += dy * x`, which Python and JavaScript write alike. */
function run(lines: readonly string[], given: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const values: Record<string, number> = { ...given }
  for (const line of lines) {
    const [, name, plus, terms] = /^(\w+) (\+?)= (.+)$/.exec(line)!
    const factor = (text: string) => values[text] ?? Number(text)
    const value = terms!.split(' + ').map(term => term.split(' * ').map(factor).reduce((a, b) => a * b)).reduce((a, b) => a + b)
    values[name!] = plus ? values[name!]! + value : value
  }
  return values
}

describe('which line is wrong', () => {
  test.each(posed(9, 'brokenSum').map((question, variant) => [variant, question] as const))('lesson 9, variant %d: only with the line put right does the program compute the graph’s gradients', (_, { graph, code, answer, numbers }) => {
    const lines = code!.split('\n')
    const inputs = graph!.inputs as Record<string, number>
    const { gradients } = traceOf(graph!).backward
    const wrong = run(lines, inputs)
    const right = run(lines.with(answer as number, numbers.right!), inputs)
    const names = Object.keys(inputs).filter(name => right[`d${name}`] !== undefined)
    expect(names).not.toEqual([])
    for (const name of names) expect(right[`d${name}`]).toBeCloseTo(gradients.get(name)!.data[0]!, 12)
    expect(names.filter(name => wrong[`d${name}`]! !== right[`d${name}`]!)).toHaveLength(1)
  })

  test.each([[11, 'brokenMul'], [17, 'brokenBias'], [20, 'broken']] as const)('lesson %d, %s: all lines but one stand in the lesson’s own code', (number, key) => {
    const own = lessons[number]!.code!.text.split('\n').map(line => line.replace(/#.*/, '').trim()).join('\n').replace('dx = np.dot(dout, self.W.T)\nreturn dx.reshape(self.x_shape)', 'dx = np.dot(dout, self.W.T)\nreturn dx').split('\n')
    for (const { code, answer, numbers } of posed(number, key)) {
      const lines = code!.split('\n').map(line => line.trim())
      expect(lines.flatMap((line, i) => own.includes(line) ? [] : [i])).toEqual([answer])
      expect(own).toContain(numbers.right)
    }
  })
})

/** Whether a picture shows a function: near every point of its pieces, not too close to a jump. */
const shows = ({ pieces }: Picture, f: (x: number) => number, jumps: readonly number[] = []): boolean =>
  pieces.flat().filter(([x]) => jumps.every(jump => Math.abs(x - jump) > 1e-3)).every(([x, y]) => Math.abs(f(x) - y) < 1e-3)
const slopeOf = (f: (x: number) => number) => (x: number) => (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
/** What stands in the brackets of a function: x, -x, 2x, x - 1. */
function inner(text: string): (x: number) => number {
  const [, factor = '', constant = '0'] = /^(-|\d*)x(?: ([+-] \d+))?$/.exec(text)!
  return x => (factor === '-' ? -1 : Number(factor || 1)) * x + Number(constant.replace(' ', ''))
}

describe('which graph', () => {
  test.each(posed(12, 'derivative').map((question, variant) => [variant, question] as const))('lesson 12, variant %d: one picture is the slope of ReLU, another ReLU itself', (_, { pictures, answer, numbers }) => {
    const relu = (x: number) => Math.max(0, inner(numbers.inner!)(x))
    const kinks = [-2, -1, 0, 1, 2].filter(x => inner(numbers.inner!)(x) === 0)
    expect(kinks).toHaveLength(1)
    expect(pictures!.map(picture => shows(picture, slopeOf(relu), kinks))).toEqual(pictures!.map((_, i) => i === answer))
    expect(shows(pictures!.find(({ key }) => key === 'itself')!, x => Math.min(relu(x), 2.2))).toBe(true)
  })

  test.each(posed(13, 'bell').map((question, variant) => [variant, question] as const))('lesson 13, variant %d: one picture is the slope of the sigmoid, largest as the text says', (_, { pictures, answer, numbers }) => {
    const y = (x: number) => 1 / (1 + Math.exp(-inner(numbers.inner!)(x)))
    expect(pictures!.map(picture => shows(picture, slopeOf(y)))).toEqual(pictures!.map((_, i) => i === answer))
    expect(slopeOf(y)(Number(numbers.center!.replace('−', '-')))).toBeCloseTo(Number(numbers.largest), 6)
  })

  test.each(posed(21, 'straight').map((question, variant) => [variant, question] as const))('lesson 21, variant %d: one picture is the slope of the loss, another the loss itself', (_, { pictures, answer, numbers }) => {
    const loss = (y: number) => (y - Number(numbers.t!.replace('−', '-'))) ** 2 / 2
    expect(pictures!.map(picture => shows(picture, slopeOf(loss)))).toEqual(pictures!.map((_, i) => i === answer))
    expect(pictures!.map(picture => shows(picture, loss))).toEqual(pictures!.map(({ key }) => key === 'itself'))
  })

  test.each(posed(25, 'valley').map((question, variant) => [variant, question] as const))('lesson 25, variant %d: the error rises with h only where the graph bends', (_, { pictures, answer, numbers }) => {
    const f = numbers.expression!.startsWith('sigmoid') ? (w: number) => 1 / (1 + Math.exp(-(w * 2 - 0.3))) : numbers.expression!.includes('orange') ? (apple: number) => (apple * 2 + 150 * 3) * 1.1 : (apple: number) => apple * 2 * 1.1
    const at = (h: number) => (f(0.5 + h) - f(0.5 - h)) / (2 * h)
    const truncation = Math.abs(at(0.5) - at(1e-4))
    expect(pictures![answer as number]!.key).toBe(truncation > 1e-3 ? 'valley' : 'falling')
    for (const { pieces, range: [left, right, bottom, top] } of pictures!) for (const [x, y] of pieces.flat()) expect(x >= left && x <= right && y >= bottom && y <= top, `${x}, ${y}`).toBe(true)
  })
})

test('the order of steps is that of the lesson, and nothing is used before it is there', () => {
  for (const { answer } of posed(3, 'order')) expect(answer).toEqual(['fruit', 'total', 'start', 'last', 'first'])
  for (const { answer } of posed(24, 'steps')) expect(answer).toEqual(['batch', 'forward', 'backward', 'update', 'repeat'])
})

test('the right reasons', () => {
  const reasons = [[2, 'ways', 'between'], [5, 'keep', 'local'], [8, 'other', 'slope'], [9, 'paths', 'both'], [12, 'activation', 'line'], [23, 'onePass', 'old'], [23, 'twins', 'never'], [26, 'notUpdate', 'same']] as const
  for (const [number, key, reason] of reasons) for (const { answer, choices } of posed(number, key)) expect([answer, choices!.length]).toEqual([reason, 3])
})

test('lesson 10: the changes are ordered by what each takes off the bill, computed from the new bill, and no two take off the same', () => {
  const orders = posed(10, 'first').map(({ graph, answer }) => {
    const basket = graph!.inputs as Record<'apple' | 'appleCount' | 'orange' | 'orangeCount' | 'tax', number>
    const bill = ({ apple, appleCount, orange, orangeCount, tax }: typeof basket) => (apple * appleCount + orange * orangeCount) * tax
    const lowered = { orangeCount: basket.orangeCount - 1, tax: basket.tax - 0.1, orange: basket.orange - 10, apple: basket.apple - 10 }
    const saved = Object.entries(lowered).map(([input, value]) => [input, bill(basket) - bill({ ...basket, [input]: value })] as const).sort((a, b) => b[1] - a[1])
    for (const [i, [, saving]] of saved.entries()) expect(saving - (saved[i + 1]?.[1] ?? 0)).toBeGreaterThan(1)
    expect(answer).toEqual(saved.map(([input]) => input))
    return String(answer)
  })
  expect(new Set(orders).size).toBeGreaterThan(2)
})

test('lesson 9: only the sum over both paths is how far the output moves, and the other numbers differ from it', () => {
  for (const { graph, numbers } of posed(9, 'paths')) {
    const [first, second] = [numbers.first, numbers.second].map(Number) as [number, number]
    const output = (x: number) => first * x + second * x
    expect(Number(numbers.sum)).toBe(output(11) - output(10))
    expect(traceOf(graph!).backward.gradients.get('x')!.data).toEqual([Number(numbers.sum)])
    expect(new Set([numbers.sum, numbers.half, numbers.product]).size).toBe(3)
  }
})
