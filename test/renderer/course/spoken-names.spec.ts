import { expect, test } from 'vitest'
import { spokenNames } from '../../../renderer/course/spoken-names'

const texts = {
  title: '`inTheTitleOfTheLesson`', summary: '', figures: {},
  cards: { say: { title: 'What `total` is', text: ['`total = fruit * tax`, where $apple$ is no code.', 'Then `W1` and `n1`.'] }, try: { tries: ['Raise `price` to `2.5`.'] } },
  questions: { ask: { prompt: 'What does `count` get?', hint: '`hinted`', reveal: '`revealed`' } },
}

test('a card speaks of the names in its code, each once, in the order of the text', () => {
  expect(spokenNames({ kind: 'say', key: 'say' }, texts)).toEqual(['total', 'fruit', 'tax', 'W1', 'n1'])
  expect(spokenNames({ kind: 'try', key: 'try' }, texts)).toEqual(['price'])
})

test('a question speaks of those in its prompt', () => {
  expect(spokenNames({ kind: 'predict', question: 'ask' }, texts)).toEqual(['count'])
  expect(spokenNames({ kind: 'say', key: 'unknown' }, texts)).toEqual([])
})
