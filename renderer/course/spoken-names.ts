import type { CardTexts, LessonTexts } from '@lessons'
import { keyOf } from './scenes'
import type { Card } from './types'

/** The names in a card's code, in the order of its text: of its nodes, inputs and edges, and others that its graph does not have. */
export function spokenNames(card: Card, { cards, questions }: LessonTexts): readonly string[] {
  const { title = '', text = [], tries = [] }: CardTexts = card.kind === 'predict' ? { text: [questions[card.question]!.prompt] } : cards[keyOf(card)] ?? {}
  const codes = [title, ...text, ...tries].flatMap(line => Array.from(line.matchAll(/`([^`]+)`/g), ([, code]) => code!))
  return [...new Set(codes.flatMap(code => code.match(/[A-Za-z_]\w*/g) ?? []))]
}
