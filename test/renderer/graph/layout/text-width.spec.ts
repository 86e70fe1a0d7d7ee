import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

afterEach(() => { vi.restoreAllMocks(); vi.resetModules() })

/** A fresh module, since it caches measurements. */
async function fresh(context: Partial<CanvasRenderingContext2D> | null) {
  vi.resetModules()
  const asked = vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never)
  const { textWidth } = await import('../../../../renderer/graph/layout/text-width')
  return { textWidth, asked }
}

describe('the width of a text', () => {
  const fonts: string[] = []
  const context = {
    set font(font: string) { fonts.push(font) },
    measureText: vi.fn((text: string) => ({ width: 11 * text.length }) as TextMetrics),
  }
  beforeEach(() => { fonts.length = 0; context.measureText.mockClear() })

  test('is measured where a canvas is available, in the window’s own font', async () => {
    document.body.style.fontFamily = 'monospace'
    const { textWidth } = await fresh(context)
    expect([textWidth('1.25', '600 14px'), fonts]).toEqual([44, ['600 14px monospace']])
    document.body.style.fontFamily = ''
  })

  test('is measured in some font even when the window has none', async () => {
    vi.spyOn(window, 'getComputedStyle').mockReturnValue({ fontFamily: '' } as CSSStyleDeclaration)
    const { textWidth } = await fresh(context)
    textWidth('1.25', '600 14px')
    expect(fonts).toEqual([expect.stringMatching(/^600 14px \S/)]) // a font without a family is invalid and ignored
  })

  test('is measured once for each text and font', async () => {
    const { textWidth, asked } = await fresh(context)
    for (const font of ['600 14px', '400 12px', '600 14px']) for (const text of ['a', 'bb', 'a']) textWidth(text, font)
    expect([context.measureText.mock.calls.length, asked.mock.calls.length, textWidth('bb', '400 12px')]).toEqual([4, 1, 22])
  })

  test('is estimated without a canvas: by the font size, with square Korean and Japanese characters', async () => {
    const { textWidth } = await fresh(null)
    expect(textWidth('abcd', '600 20px')).toBeCloseTo(2 * textWidth('abcd', '600 10px'), 9)
    expect(textWidth('abcdabcd', '600 10px')).toBeCloseTo(2 * textWidth('abcd', '600 10px'), 9)
    expect([textWidth('한글', '400 12px'), textWidth('出力', '400 14.5px')]).toEqual([24, 29])
    expect([textWidth('ᄒ', '400 10px'), textWidth('กข', '400 10px')]).toEqual([10, textWidth('ab', '400 10px')])
    const latin = textWidth('abcd', '400 10px') / 4
    expect([latin >= 5, latin <= 7]).toEqual([true, true]) // in most fonts letters are 0.5 to 0.7 times as wide as the font size
  })
})
