import { isTerm } from '../course/glossary'
import { isMeasure, measureKeys, type MeasureKey, measureOf } from '../course/measures'

/** A measure, or a term of the glossary that is not measured. */
export type CardKey = MeasureKey | 'relu' | 'sigmoid' | 'tanh' | 'softmaxWithLoss' | 'identityWithLoss' | 'batchNormalization' | 'affine' | 'optimizer'

/** The card of a name, such as a kind of layer; undefined: it has none. */
export const cardOf = (name: string): string | undefined => isMeasure(name) || isTerm(name) ? name : undefined

interface Piece { readonly part: string, readonly card?: CardKey }

/** Splits a text at the first mention of each word behind the one before. */
export function piecesOf(text: string, cards: readonly (readonly [word: string, card: CardKey])[]): readonly Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const [word, card] of cards) {
    const at = text.indexOf(word, from)
    if (at === -1 || !word) continue
    if (at > from) pieces.push({ part: text.slice(from, at) })
    pieces.push({ part: word, card })
    from = at + word.length
  }
  return from < text.length ? [...pieces, { part: text.slice(from) }] : pieces
}

/** Signs that are not words of a language, too; a longer one comes before one that it contains. */
const signs = measureKeys.flatMap((key) => {
  const { sign } = measureOf(key)
  return sign !== null && /[‖η]/.test(sign) ? [[sign, key] as const] : []
}).sort(([a], [b]) => b.length - a.length)

/** The gradients in a formula of a layer, in its order, each at its first mention. */
export function gradientsIn(formula: string): readonly (readonly [word: string, card: MeasureKey])[] {
  const found = new Map([...formula.matchAll(/d(?:out|[A-Za-zγβ])/g)].reverse().map(({ 0: word, index }) => [word, index]))
  return [...found].toSorted(([, a], [, b]) => a - b).flatMap(([word]) => {
    const key = cardOf({ dγ: 'dgamma', dβ: 'dbeta' }[word] ?? word)
    return key !== undefined && isMeasure(key) ? [[word, key] as const] : []
  })
}

/** The signs of measures in a text, in its order, each at its first mention. */
export function signsIn(text: string): readonly (readonly [sign: string, card: MeasureKey])[] {
  const found: { readonly at: number, readonly sign: string, readonly key: MeasureKey }[] = []
  for (const [sign, key] of signs) {
    const at = text.indexOf(sign)
    if (at !== -1 && !found.some(other => at < other.at + other.sign.length && other.at < at + sign.length)) found.push({ at, sign, key })
  }
  return found.sort((a, b) => a.at - b.at).map(({ sign, key }) => [sign, key] as const)
}
