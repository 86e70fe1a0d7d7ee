import { type RuleId, ruleIds } from '@core'
import { expect, test } from 'vitest'
import { loadLessons } from '../../../renderer/course'
import { deckOf, keyOf } from '../../../renderer/course/scenes'
import { findingLessons } from '../../../renderer/train/finding-lessons'

/** What the English texts of a rule's card must speak of. */
const subjects: Readonly<Record<RuleId, RegExp>> = {
  inputScale: /multiplies \$x_i\$/, equalUnits: /twins/, tooMuchDropout: /\*\*mask\*\*/, stepTooLarge: /learning rate/, exploding: /diverges/, notFinite: /diverges/,
  saturation: /curve is flat/, vanishing: /vanishing gradient/, startVariance: /He initialization/, startLoss: /cross-entropy/, deadUnits: /\*\*dead\*\*/, nothingMoves: /stop moving/,
  stepTooSmall: /is slow/, tooMuchDecay: /learning rate/, missingClass: /Only the key’s class counts/, sleepingClass: /Only the key’s class counts/, overfitting: /fit the training data/, guessing: /learning rate/,
}

test.each(ruleIds)('the lesson of %s opens at a card that speaks of it', async (rule) => {
  const { lesson: number, card } = findingLessons[rule]
  const lesson = (await loadLessons()).find(found => found.number === number)!
  const place = deckOf(lesson).find(found => keyOf(found) === card)!
  expect(place).toBeDefined()
  const { cards, questions } = lesson.texts.en
  expect(JSON.stringify(place.kind === 'predict' ? questions[card] : cards[card])).toMatch(subjects[rule])
})
