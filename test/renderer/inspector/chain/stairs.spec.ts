import { describe, expect, test } from 'vitest'
import { scaleFor } from '../../../../renderer/inspector/chain/log-scale'
import { type GradientNorm, layersWithNumber, marksOf, stairArea, stairPath, stepsOf, summarize } from '../../../../renderer/inspector/chain/stairs'
import { stairsPicture } from '../../../../renderer/inspector/chain/stairs-picture'

const normOf = (layer: string, norm: number | null): GradientNorm => ({ layer, title: layer, letter: layer.startsWith('A') ? 'dW' : 'dout', weights: layer.startsWith('A'), norm, count: 100 })
const norms = [normOf('A1', 1e-3), normOf('R1', 0.05), normOf('A2', 1)]
const spans = [{ from: 0, width: 40 }, { from: 50, width: 40 }, { from: 100, width: 40 }]
/** Four decades in 54 − 2 · 7 = 40 px: a decade is 10 px */
const scale = scaleFor([1e-3, 10])
const height = 54

describe('the staircase', () => {
  test('joins the layers with weights; the others are marks', () => {
    expect(stepsOf(norms, spans, scale, height)).toMatchObject([{ layer: 'A1', x: 0, width: 40, y: 47 }, { layer: 'A2', x: 100, width: 40, y: 17 }])
    expect(marksOf(norms, spans, scale, height)).toMatchObject([{ layer: 'R1', x: 50 }])
    expect(stairPath(stepsOf(norms, spans, scale, height))).toBe('M0 47H40H100V17H140')
    expect(stairArea(stepsOf(norms, spans, scale, height), height)).toBe('M0 54H0V47H40H100V17H140V54Z')
  })

  test('is empty before the first step', () => {
    const none = stepsOf(norms.map(norm => ({ ...norm, norm: null })), spans, scale, height)
    expect([stairPath(none), stairArea(none, height)]).toEqual(['', ''])
  })

  test('breaks off at a norm that is not finite', () => {
    const broken = stepsOf([normOf('A1', 1), normOf('A2', NaN), normOf('A3', 1)], spans, scaleFor([1, NaN]), height)
    expect(stairPath(broken).match(/M/g)).toHaveLength(3)
    expect(stairArea(broken, height)).not.toContain('NaN')
  })
})

describe('where blocks are narrow', () => {
  const narrow = Array.from({ length: 9 }, (_, i) => ({ from: i * 20, width: 20 }))
  const many = narrow.map((_, i) => normOf(i % 2 ? `R${i}` : `A${i}`, 10 ** (i - 4)))

  test('the chosen, the least and the greatest have their number first', () => {
    const shown = layersWithNumber(many, narrow, many.map(() => '1.92e−7'), 'R3')
    expect([...shown].sort()).toEqual(['A0', 'A8', 'R3'])
  })

  test('every block has its number while all fit side by side', () => {
    expect([...layersWithNumber(norms, spans, ['0.1', '0.05', '1.2'], '')]).toEqual(['A1', 'R1', 'A2'])
    expect([...layersWithNumber(norms, spans, ['3.42e−9', '9.46e−10', '0.361'], '')].sort()).toEqual(['A1', 'A2'])
  })

  test('no number covers another, and what fits is shown', () => {
    expect([...layersWithNumber(many, narrow, many.map(() => '1.2'), '')].sort()).toEqual(['A0', 'A2', 'A4', 'A6', 'A8'])
  })
})

describe('the norms in words', () => {
  test.each<[string, readonly number[]]>([['falls', [1.92e-7, 0.292]], ['grows', [30, 0.1]], ['level', [0.988, 0.279]], ['level', [0.5]]])('say that it %s', (kind, values) => {
    expect(summarize(values.map((norm, i) => normOf(`A${i}`, norm))).kind).toBe(kind)
  })

  test('compare only layers with weights, and only finite norms above 0', () => {
    expect(summarize([normOf('A1', 0), normOf('A2', 1e-5), normOf('R1', 1e-9), normOf('A3', 1), normOf('A4', NaN)])).toMatchObject({ kind: 'falls', first: { layer: 'A2' }, last: { layer: 'A3' } })
    expect(summarize([normOf('A1', 0), normOf('R1', 1), normOf('A2', null)])).toEqual({ kind: 'none' })
  })
})

describe('the picture', () => {
  const style = { colour: () => '#123456', family: 'sans-serif', number: (value: number) => value.toExponential(), plain: String }

  test('is an SVG file with the title, the names, the norms and the decades', () => {
    const svg = stairsPicture(norms, scale, 'Norms <at step 5>', style)
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml')
    const texts = [...parsed.querySelectorAll('text')].map(({ textContent }) => textContent)
    expect(texts).toEqual(expect.arrayContaining(['Norms <at step 5>', 'A1', '‖dW‖ 1e-3', 'R1', '‖dout‖ 5e-2', '10', '1e−3']))
    expect(parsed.querySelectorAll('circle')).toHaveLength(1)
  })

  test('has places for 0 and for what is not finite', () => {
    const svg = stairsPicture([normOf('A1', 0), normOf('A2', NaN)], scaleFor([0, NaN]), '', style)
    expect(svg).toContain('>∞</text>')
    expect(svg).not.toMatch(/="[^"]*NaN[^"]*"/)
  })
})
