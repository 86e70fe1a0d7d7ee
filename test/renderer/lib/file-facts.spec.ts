import { expect, test } from 'vitest'
import { momentText, sizeText, timeText } from '../../../renderer/lib/file-facts'

test.each([[160_123, 'en', '160 kB'], [1_634_000, 'en', '1.6 MB'], [512, 'en', '0.5 kB'], [159_000_000, 'en', '159 MB']] as const)('%i bytes read as %s: %s', (bytes, locale, text) => {
  expect(sizeText(bytes, locale)).toBe(text)
})

test('a time is written in the order of the language', () => {
  const at = new Date(2026, 10, 24, 15, 7).getTime()
  expect([timeText(at, 'ko').day, timeText(at, 'ko').time]).toEqual(['2026. 11. 24.', expect.stringMatching(/3:07/)])
  expect(timeText(at, 'ja')).toEqual({ day: '2026/11/24', time: '15:07' })
  expect(timeText(at, 'en').day).toBe('Nov 24, 2026')
})

test('a moment is one short text, without the year', () => {
  const at = new Date(2026, 10, 24, 15, 7).getTime()
  expect(momentText(at, 'en').replace(/\s/g, ' ')).toBe('Nov 24, 3:07 PM')
  expect(momentText(at, 'ko')).toMatch(/^11월 24일 .*3:07$/)
  expect(momentText(at, 'ja')).toMatch(/^11月24日 15:07$/)
})
