import { Random, seedOf } from '@core'
import { signs } from './answers'
import type { Posed, Question } from './types'

/** The same items in a random order, always the same for a seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = new Random(seedOf(seed, 0))
  return items.map(item => ({ item, at: random.next() })).sort((a, b) => a.at - b.at).map(({ item }) => item)
}

/** Hash of a text, 32 bits (FNV-1a). */
const hash = (text: string): number => Array.from(text).reduce((sum, char) => Math.imul(sum ^ char.codePointAt(0)!, 0x01000193) >>> 0, 0x811c9dc5)

/** Items of a question in the order in which they are shown: the same for everybody, another one in each variant, never the given one. */
function arranged<T>(items: readonly T[], { key }: Pick<Question, 'key'>, variant: number, avoid: readonly T[] = []): T[] {
  const order = shuffled(items, hash(`${key} ${variant}`))
  return order.every((item, i) => item === avoid[i]) ? [...order.slice(1), ...order.slice(0, 1)] : order
}

/** Keys of what a question offers to choose from or to put in order, as they are shown: reasons, steps, pictures, signs, or the numbers of a program's lines. */
export function offered(question: Pick<Question, 'key' | 'kind'>, variant: number, { choices = [], pictures = [], signs: some = signs, code = '', answer }: Posed): readonly string[] {
  if (question.kind === 'sign') return some
  if (question.kind === 'line') return code.split('\n').map((_, i) => String(i + 1))
  if (question.kind === 'picture') return arranged(pictures.map(({ key }) => key), question, variant)
  return arranged(choices, question, variant, Array.isArray(answer) ? answer as readonly string[] : [])
}
