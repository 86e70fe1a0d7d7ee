import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dimmed, palettes } from '../../../renderer/graph/picture/palette'

const renderer = resolve(import.meta.dirname, '../../../renderer')
const read = (name: string): string => readFileSync(join(renderer, name), 'utf8')
const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter(name => /\.(?:vue|css|ts)$/.test(name))
const tokensCss = read('styles/tokens.css')

/** The tokens of a theme: a separate rule for dark overrides the others. */
function tokensOf(theme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const [light = '', dark = ''] = tokensCss.split(':root[data-theme="dark"]')
  const list = (css: string) => [...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!] as const)
  return new Map([...list(light), ...theme === 'dark' ? list(dark) : []])
}

/** WCAG 2.2: relative luminance of '#rrggbb' */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

test('contrast is computed as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2) // a value published by WebAIM's checker
})

describe('font sizes', () => {
  test('has three sizes: 12, 14 and 20 px', () => {
    const tokens = tokensOf('light')
    expect(['--text-small', '--text-base', '--heading'].map(name => tokens.get(name))).toEqual(['12px', '14px', '20px'])
  })

  test('are set by a token wherever a style defines one', () => {
    const allowed = /^(?:var\(--(?:text-small|text-base|heading)\)|inherit)$/
    const others = files.filter(name => !name.endsWith('.ts')).flatMap((name) => {
      const sizes = [...read(name).matchAll(/font-size:\s*([^;}]+)/g)].map(([, size]) => size!.trim())
      const short = [...read(name).matchAll(/[\s{;]font:\s*([^;}]+)/g)].map(([, font]) => font!.trim()).filter(font => font !== 'inherit' && !/var\(--(?:text-small|text-base|heading)\)/.test(font))
      return [...sizes.filter(size => !allowed.test(size)), ...short].map(size => `${name}: ${size}`)
    })
    // KaTeX sets a formula at the size of the surrounding text
    expect(others).toEqual(['components/formula/Formula.vue: 1em'])
  })

  test('has the same sizes where a canvas or a picture writes', () => {
    const sizes = files.filter(name => name.endsWith('.ts') && !name.includes('text-width')).flatMap((name) => {
      const text = read(name)
      return [...text.matchAll(/'\d{3} ([\d.]+)px'/g), ...text.matchAll(/(?:\bfont = \{.*|fill: [\w.]+, )size: ([\d.]+)/g), ...text.matchAll(/\b([\d.]+)px \$\{/g)].map(([, size]) => `${name}: ${size}`)
    })
    expect(sizes.length).toBeGreaterThan(10)
    expect(sizes.filter(size => !/: (?:12|14|20)$/.test(size))).toEqual([])
  })
})

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  const tokens = tokensOf(theme)
  const surfaces = ['--surface', '--background', '--surface-sunken', '--surface-hover']

  test('the border of a field has 3:1 against every background', () => {
    const field = tokens.get('--border-field')!
    for (const name of surfaces) expect(contrast(field, tokens.get(name)!), name).toBeGreaterThanOrEqual(3)
  })

  test('text has 4.5:1 on every surface', () => {
    for (const text of ['--text', '--text-muted', '--danger'])
      for (const name of surfaces) expect(contrast(tokens.get(text)!, tokens.get(name)!), `${text} on ${name}`).toBeGreaterThanOrEqual(4.5)
  })

  test('dimmed parts of a graph are still readable: 4.5:1', () => {
    const { background, text, muted, forward, backward } = dimmed(palettes[theme])
    for (const [name, colour] of Object.entries({ text, muted, forward, backward })) expect(contrast(colour, background), name).toBeGreaterThanOrEqual(4.5)
  })
})

test('the canvas and its picture dim by the same factors', () => {
  const shares = Object.fromEntries([...read('graph/canvas/canvas.css').matchAll(/--(text|text-muted|forward|backward): color-mix\(in srgb, var\([\w-]+\) (\d+)%/g)].map(([, name, share]) => [name, Number(share) / 100]))
  const mixed = (colour: string, share: number): number => Math.round(Number.parseInt(colour.slice(1, 3), 16) * share + 255 * (1 - share)) // on the light sheet, red
  const picture = dimmed(palettes.light)
  for (const [name, key] of [['text', 'text'], ['text-muted', 'muted'], ['forward', 'forward'], ['backward', 'backward']] as const)
    expect(Number.parseInt(picture[key].slice(1, 3), 16), name).toBe(mixed(palettes.light[key], shares[name]!))
})

test('every kind of field has the visible border', () => {
  const field = /border: [\w.]+ solid var\(--border-field\)/
  expect(/input\[type="text"\], input\[type="number"\], select \{([^}]*)\}/.exec(read('styles/base.css'))?.[1]).toMatch(field)
  for (const name of ['graph/workspace/ExpressionBar.vue', 'draw/DrawingPaper.vue']) expect(read(name), name).toMatch(field)
  expect(read('graph/canvas/canvas.css')).toMatch(/\.dimmed \.part\.input:not\(\.lit\) \{ --outline: var\(--border-field\); \}/)
})
