import { defaultProgress, defaultSettings, graphLimits, levels, reviewDays } from '@contract'
import { expect, test } from 'vitest'

test('a first start has settings for a beginner: the system’s language and theme, the book’s chapter, steps that can be followed', () => {
  const { graphStepMs, graphSidePx, ...choices } = defaultSettings
  expect(choices).toEqual({ locale: 'system', theme: 'system', level: 'chapter5', pace: 1, drawDocked: false, recipeFolded: false, graphPanel: 'step', filesTab: 'runs', lossAxis: 'linear', accuracyAxis: 'zero', threads: 'auto', runMb: 512, allRunsGb: 4 })
  expect(levels[0]).toBe(defaultSettings.level)
  // Long enough for the eye to follow a number from one node to the next, but less than a second
  expect([graphStepMs >= 500, graphStepMs < 1_000]).toEqual([true, true])
  const [narrowest, widest] = graphLimits.sidePx
  expect([graphSidePx >= narrowest, graphSidePx <= widest]).toEqual([true, true])
})

test('the slowest step leaves time to read a sentence, the fastest takes several frames, and a lesson leaves most of the window to its graph', () => {
  const [quickest, slowest] = graphLimits.stepMs
  expect([quickest >= 3 * 1000 / 60, slowest >= 1_500, slowest <= 2_000]).toEqual([true, true, true])
  expect([graphLimits.sidePx[0] >= 280, graphLimits.sidePx[1] <= 960 / 2]).toEqual([true, true])
})

test('a question comes back after a day, three days, a week and three weeks', () => {
  expect(reviewDays).toEqual([1, 3, 7, 21])
})

test('a new learner has visited nothing, and has seen no first scene', () => {
  expect(defaultProgress).toEqual({ version: 2, current: '', learner: '', seed: 0, firstScene: false, lessons: {}, questions: {}, parts: {}, rounds: [], capstone: null })
})
