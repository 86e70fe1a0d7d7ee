import { describe, expect, test } from 'vitest'
import { dimmed, type Palette, palettes } from '../../../../renderer/graph/picture/palette'

const channel = (part: number) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
const luminance = (colour: string) => {
  expect(colour).toMatch(/^#[0-9a-f]{6}$/)
  const [r, g, b] = [1, 3, 5].map(at => channel(Number.parseInt(colour.slice(at, at + 2), 16) / 255)) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
/** WCAG 2.2, 1.4.3 */
const contrast = (a: string, b: string) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}
const hue = (colour: string) => {
  const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number]
  return r > b ? 'orange' : b > r ? 'blue' : g > 0 ? 'grey' : 'black'
}

describe.each(Object.entries(palettes))('a picture in %s colours', (theme, palette: Palette) => {
  test('is on a background of its theme', () => {
    expect(luminance(palette.background) > 0.5).toBe(theme === 'light')
    expect(Math.abs(luminance(palette.frame) - luminance(palette.background))).toBeLessThan(0.1)
  })

  test.each(['text', 'muted', 'forward', 'backward', 'good', 'danger'] as const)('is readable: %s', (name) => {
    expect(contrast(palette[name], palette.background)).toBeGreaterThanOrEqual(4.5)
  })

  test('is readable on its coloured patches', () => {
    expect(contrast(palette.forward, palette.forwardSoft)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(palette.backward, palette.backwardSoft)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(palette.text, palette.dangerSoft)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(palette.muted, palette.frame)).toBeGreaterThanOrEqual(4.5)
  })

  test('has visible edges, and weaker fine lines', () => {
    for (const line of [palette.forwardLine, palette.backwardLine]) expect(contrast(line, palette.background)).toBeGreaterThanOrEqual(3) // WCAG 1.4.11
    expect(contrast(palette.outline, palette.background)).toBeGreaterThan(1.5)
    expect(contrast(palette.rule, palette.background)).toBeLessThan(contrast(palette.outline, palette.background))
  })

  test('is blue forward and orange backward', () => {
    for (const name of ['forward', 'forwardSoft', 'forwardLine'] as const) expect(hue(palette[name])).toBe('blue')
    for (const name of ['backward', 'backwardSoft', 'backwardLine'] as const) expect(hue(palette[name])).toBe('orange')
  })

  test('dimmed fades towards the background, and is still readable', () => {
    const back = dimmed(palette)
    for (const name of ['text', 'muted', 'forward', 'backward'] as const) {
      expect(contrast(back[name], palette.background)).toBeLessThan(contrast(palette[name], palette.background))
      expect(contrast(back[name], palette.background)).toBeGreaterThanOrEqual(4)
    }
    for (const name of ['outline', 'forwardLine', 'backwardLine'] as const) {
      const [near, far] = [contrast(back[name], palette.background), contrast(palette[name], palette.background)]
      expect([near > 1.1, near < far * 0.85]).toEqual([true, true])
    }
    for (const name of ['background', 'good', 'danger', 'rule', 'frame', 'forwardSoft', 'backwardSoft', 'dangerSoft'] as const) expect(back[name]).toBe(palette[name])
  })
})
