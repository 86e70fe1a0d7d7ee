import { locales } from '@contract'
import { optimizers, optimizerSpec, type OptimizerName, Random, updateLines } from '@core'
import { describe, expect, test } from 'vitest'
import { printedChange, printedLine, printedProduct } from '../../../../renderer/inspector/xray/printed-line'
import { numbersFor } from '../../../../renderer/lib/useNumbers'

/** What a person with a calculator reads and computes. */
function computed(text: string): number {
  const code = text.replaceAll(/,(?=\d{3})/g, '').replaceAll('e−', 'e-').replaceAll('−', '-').replaceAll(/[·×]/g, '*')
    .replaceAll(/√([\d.]+(?:e-?\d+)?)/g, 'Math.sqrt($1)').replaceAll('²', ' ** 2').replaceAll('^', ' ** ')
  return (new Function(`return ${code}`) as () => number)()
}
/** One unit of the last of a number's significant digits. */
const unit = (value: number, digits: number) => 10 ** (Math.floor(Math.log10(Math.abs(value))) - digits + 1)
const float32 = Math.fround

describe.each(locales)('in %s', (locale) => {
  const numbers = numbersFor(locale)

  test.each(optimizers)('each line of an update by %s is true as it is printed', (kind: OptimizerName) => {
    const random = new Random(7)
    const real = (from: number, to: number) => (random.next() < 0.5 ? -1 : 1) * 10 ** (from + (to - from) * random.next())
    for (let i = 0; i < 100; i++) {
      const rates = Object.fromEntries(Object.keys(optimizerSpec(kind, 1)).filter(name => /momentum|beta|^decay/.test(name)).map(name => [name, Number((1 - Math.abs(real(-3, -0.5))).toFixed(4))]))
      const spec = { ...optimizerSpec(kind, Number(Math.abs(real(-5, 0.5)).toPrecision(2))), ...rates }
      const state = [float32(kind === 'adagrad' || kind === 'rmsprop' ? Math.abs(real(-12, 1)) : real(-8, 0)), float32(Math.abs(real(-12, 0)))]
      const lines = updateLines(spec, { weight: float32(real(-4, 0.5)), gradient: float32(real(-9, 1)), state, update: 1 + i }, i % 2 === 0 ? 0 : Math.abs(real(-5, -1)))
      for (const line of lines) {
        const { text, result } = printedLine(line, numbers)
        expect(text).not.toMatch(/[a-df-zA-Zηλε]/)
        const printed = computed(result)
        expect(Math.abs(printed - line.value), text).toBeLessThanOrEqual(0.51 * unit(line.value, 7))
        expect(Math.abs(computed(text) - printed), `${text} = ${result}`).toBeLessThanOrEqual(unit(printed, 7) * (1 + 1e-6))
      }
    }
  })

  test('a weight before and after its update differ by the printed difference', () => {
    const random = new Random(8)
    for (let i = 0; i < 500; i++) {
      const before = float32((random.next() - 0.5) * 10 ** (3 * random.next() - 2))
      const after = float32(before + (random.next() - 0.5) * 10 ** (-9 * random.next()))
      const text = printedChange(before, after, numbers)
      const change = computed(text.change)
      expect(Math.abs(computed(text.after) - computed(text.before) - change), JSON.stringify(text)).toBeLessThanOrEqual(change === 0 ? 0 : unit(change, 3) * (1 + 1e-6))
    }
  })

  test('the factors of a product give the printed product, also where they are small', () => {
    const random = new Random(9)
    for (let i = 0; i < 500; i++) {
      const factors = [0, 1].map(() => float32((random.next() - 0.5) * 10 ** (-8 * random.next())))
      const { factors: texts, result } = printedProduct(factors, factors[0]! * factors[1]!, numbers)
      const printed = computed(result)
      expect(Math.abs(computed(texts.join(' × ')) - printed), `${texts.join(' × ')} = ${result}`).toBeLessThanOrEqual(unit(printed, 7) * (1 + 1e-6))
    }
  })
})

describe('the digits of a printed line', () => {
  const numbers = numbersFor('en')
  const line = (weight: number, rate: number, gradient: number) => printedLine(updateLines(optimizerSpec('sgd', rate), { weight, gradient, state: [], update: 1 }, 0)[0]!, numbers)

  // By hand: 0.2049061 − 0.1 · 0.001046092 = 0.2048014908. It was printed as 0.205 − 0.1 · 0.00105.
  test('are those of float32', () => {
    expect(line(0.2049061, 0.1, 0.001046092)).toEqual({ text: '0.2049061 − 0.1 · 0.001046092', result: '0.2048015' })
  })

  // By hand: 0.100000001490116 − 0.0999999940395355 = 0.0000000074505805; with a digit less each, it is …584.
  test('are more where the result is smaller than what it is made of', () => {
    expect(line(0.10000000149011612, 1, 0.09999999403953552)).toEqual({ text: '0.100000001490116 − 1 · 0.0999999940395355', result: '7.450581e−9' })
  })

  test('of numbers that are not finite are none', () => {
    expect(line(0.5, 1, NaN)).toEqual({ text: '0.5 − 1 · NaN', result: 'NaN' })
    expect(line(0.5, 1, -Infinity)).toEqual({ text: '0.5 − 1 · (−∞)', result: '∞' })
  })
})
