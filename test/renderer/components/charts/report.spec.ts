import { describe, expect, test } from 'vitest'
import { type Report, reportSvg } from '../../../../renderer/components/charts/report'

const style = { colour: (token: string) => `var(${token})`, family: '"Noto Sans", sans-serif', measure: (text: string, size: number) => 0.6 * size * text.length }
const base: Report = {
  title: 'Loss', about: '784-50-10 ReLU · SGD · Learning rate 0.1 · Batch size 100 · He · Seed 1 · MNIST', yTitle: 'Loss',
  formats: { x: String, y: String, xTitle: 'step' }, x: { from: 0, to: 1000 }, y: { kind: 'linear', min: 0, max: 2 },
  lines: [{ label: 'mean of 16 mini-batches', points: [{ x: 0, y: 2 }, { x: 500, y: 1 }, { x: 1000, y: 0 }], colour: '#1d63c9', width: 2 }], marks: [],
}
const picture = (patch: Partial<Report> = {}) => {
  const page = new DOMParser().parseFromString(reportSvg({ ...base, ...patch }, style), 'image/svg+xml')
  return { page, texts: [...page.querySelectorAll('text')].map(({ textContent }) => textContent), paths: [...page.querySelectorAll('path')].map(path => path.getAttribute('d')!) }
}
/** The points of a path. */
const pointsOf = (path: string) => [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const)

describe('a figure for a report', () => {
  test('has title, settings, legend and the titles and labels of both axes', () => {
    expect(picture({ note: 'training − test: 2.8 points' }).texts).toEqual(expect.arrayContaining(['Loss', base.about, 'mean of 16 mini-batches', 'training − test: 2.8 points', 'step', '0', '200', '1000', '0.5', '2']))
  })

  test('has its points where the axes say: the ends in the corners, a logarithm in the middle of its decades', () => {
    const [[x0, y0], [x1, y1], [x2, y2]] = pointsOf(picture().paths[0]!) as [readonly [number, number], readonly [number, number], readonly [number, number]]
    expect(x1 - x0).toBeCloseTo(x2 - x1, 1)
    expect(y1 - y0).toBeCloseTo(y2 - y1, 1)
    const logarithmic = { y: { kind: 'logarithmic' as const, min: 0.01, max: 1 }, lines: [{ ...base.lines[0]!, points: [{ x: 0, y: 1 }, { x: 500, y: 0.1 }, { x: 1000, y: 0.01 }] }] }
    const [[, top], [, middle], [, bottom]] = pointsOf(picture(logarithmic).paths[0]!) as [readonly [number, number], readonly [number, number], readonly [number, number]]
    expect([top, middle, bottom]).toEqual([y0, (y0 + y2) / 2, y2])
  })

  test('leaves gaps, draws a lone point, and names what happened', () => {
    const { texts, paths, page } = picture({ lines: [{ ...base.lines[0]!, points: [{ x: 0, y: 1 }, { x: 1, y: NaN }, { x: 5, y: 1 }, { x: 6, y: 2 }], radii: [3, 0, 0, 0] }], marks: [{ at: 300, kind: 'change', text: 'Learning rate 0.1 → 0.01' }, { at: 2000, kind: 'change', text: 'later' }] })
    expect(paths[0]!.match(/[MLh]/g)!.join('')).toBe('MhML')
    expect(page.querySelectorAll('circle')).toHaveLength(1)
    expect(texts).toContain('Learning rate 0.1 → 0.01')
    expect(texts).not.toContain('later')
  })

  test('is well formed whatever it says, and breaks a long line of settings', () => {
    const about = `<b>"1" & 2</b> ${'Affine 100, Batch Norm, ReLU, '.repeat(12)}`
    const { page, texts } = picture({ about })
    expect(page.querySelector('parsererror')).toBeNull()
    const lines = texts.slice(1, texts.indexOf('mean of 16 mini-batches'))
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.join(' ')).toBe(about.trim())
    for (const line of lines) expect(style.measure(line, 12)).toBeLessThanOrEqual(700)
  })

  test('has names of marks that do not lie on each other', () => {
    const marks = [100, 110, 120].map(at => ({ at, kind: 'change' as const, text: `Learning rate ${at}` }))
    const { page } = picture({ marks })
    const places = [...page.querySelectorAll('text')].filter(({ textContent }) => textContent.startsWith('Learning rate 1')).map(text => text.getAttribute('y'))
    expect(new Set(places).size).toBe(3)
  })
})
