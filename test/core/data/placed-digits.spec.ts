import { expect, test } from 'vitest'
import { placedAccuracy } from './placed-digits'

// All 2,000 of them: test/long/preparation.long.ts, within 1 point. Of 60 a single digit is 1.7 points.
test('test digits of any size, anywhere on a paper, dark or light, are read about as well as untouched', () => {
  const { untouched, darkOnLight, lightOnDark } = placedAccuracy(60)
  for (const accuracy of [darkOnLight, lightOnDark]) expect(accuracy).toBeGreaterThanOrEqual(untouched - 2 / 60)
})
