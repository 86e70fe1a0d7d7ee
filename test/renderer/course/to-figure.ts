import type { Figure } from '../../../renderer/course'
import { useCards } from '../../../renderer/stores/course/cards'

/** Opens the first card of the open lesson that shows a figure of this kind, and chooses it. */
export function toFigure(kind: Figure['kind']): void {
  const cards = useCards()
  for (let at = 0; at < cards.deck.length; at++) {
    cards.go(at)
    const scene = cards.scenes.find(scene => scene.kind === 'figure' && scene.figure.kind === kind)
    if (scene) return cards.choose(scene)
  }
  throw new Error(`no card shows a figure of kind ${kind}`)
}
