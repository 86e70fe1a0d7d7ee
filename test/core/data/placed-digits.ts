import { inkOf, preprocessDigit, Random } from '@core'
import { Canvas, grey } from './pictures'
import { sampleReader, testDigits } from './reader'

const [black, white] = [grey(0), grey(255)]
const paperSide = 280

/** Accuracies of the sample network on test digits: untouched, and scaled to 140–266 pixels at a random place of a paper of 280×280. */
export interface PlacedAccuracy { readonly untouched: number, readonly darkOnLight: number, readonly lightOnDark: number }

/** @param count the first test digits */
export function placedAccuracy(count: number, seed = 17): PlacedAccuracy {
  const random = new Random(seed)
  const read = sampleReader()
  const { image, labels } = testDigits()
  const right = { untouched: 0, darkOnLight: 0, lightOnDark: 0 }
  for (let n = 0; n < count; n++) {
    const pixels = image(n)
    const size = 140 + random.integer(127)
    const [x, y] = [random.integer(paperSide - size + 1), random.integer(paperSide - size + 1)]
    right.untouched += Number(read(pixels).label === labels[n])
    for (const [name, ink, paper] of [['darkOnLight', black, white], ['lightOnDark', white, black]] as const) {
      const { rgba } = new Canvas(paperSide, paperSide, paper).digit(pixels, x, y, size, ink)
      const digit = preprocessDigit(inkOf(rgba, paperSide, paperSide), paperSide, paperSide)
      right[name] += Number(digit !== null && read(digit).label === labels[n])
    }
  }
  return { untouched: right.untouched / count, darkOnLight: right.darkOnLight / count, lightOnDark: right.lightOnDark / count }
}
