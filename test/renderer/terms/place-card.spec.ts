import { describe, expect, test } from 'vitest'
import { type Box, placeCard } from '../../../renderer/terms/place-card'

const view = { width: 1280, height: 800 }
const card = { width: 330, height: 200 }
const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, right: left + width, bottom: top + height })
const place = (word: Box, controls: readonly Box[] = [], group = word) => placeCard({ word, group, card, view, controls })

describe('a card stands', () => {
  test('below its word', () => {
    expect(place(box(400, 300, 60, 16))).toEqual({ left: 388, top: 322 })
  })

  test('below all numbers of its group', () => {
    expect(place(box(400, 300, 60, 16), [], box(400, 300, 300, 50)).top).toBe(356)
  })

  test('elsewhere when it would cover a button there', () => {
    expect(place(box(400, 300, 60, 16), [box(450, 400, 80, 32)]).top).toBe(94)
  })

  test('beside its word when there are buttons above and below', () => {
    const { left, top } = place(box(400, 300, 60, 16), [box(0, 330, 1280, 32), box(0, 250, 1280, 32)].map(({ left, top, bottom }) => ({ left, right: 380, top, bottom })))
    expect([left >= 380, top]).toEqual([true, 322])
  })

  test('inside of the window, and never on its word', () => {
    for (const word of [box(1240, 780, 30, 16), box(4, 4, 30, 16), box(1240, 4, 30, 16), box(4, 780, 30, 16)]) {
      const { left, top } = place(word)
      expect(left >= 8 && left + 330 <= 1272 && top >= 8 && top + 200 <= 792).toBe(true)
      expect(left < word.right && word.left < left + 330 && top < word.bottom && word.top < top + 200).toBe(false)
    }
  })
})
