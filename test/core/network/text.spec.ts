import { ConfigError, layerKinds, type LayerSetting, type LayerSpec, limits, parseLayers, printLayers } from '@core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** A value that a setting allows, its limits included */
const allowed = ({ whole, min, max, open = false }: LayerSetting): fc.Arbitrary<number> =>
  whole ? fc.integer({ min, max }) : fc.double({ min, max, maxExcluded: open, noNaN: true }).map(value => value + 0) // never −0, which is printed as 0
const layer = fc.constantFrom(...layerKinds.values()).chain(({ kind, settings }): fc.Arbitrary<LayerSpec> =>
  fc.record(Object.fromEntries(settings.map(setting => [setting.name, allowed(setting)]))).map(values => ({ kind, ...values })))
const chain = fc.array(layer, { minLength: 1, maxLength: limits.layers })

interface Refusal { readonly code: string, readonly details: Readonly<Record<string, unknown>> }
/** @returns null when the text is read; any other error than a ConfigError fails the test */
function refusalOf(text: string): Refusal | null {
  try { parseLayers(text) }
  catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    return cause
  }
  return null
}

describe('a chain of layers as text', () => {
  test('is read as it was printed, whatever its layers and settings', () => {
    fc.assert(fc.property(chain, (layers) => { expect(parseLayers(printLayers(layers))).toEqual(layers) }), { seed: 31, numRuns: 100 })
  })

  test('may be typed in any case, with any space, and with the signs of Japanese and Korean keyboards', () => {
    const layers: readonly LayerSpec[] = [{ kind: 'affine', units: 1500 }, { kind: 'dropout', rate: 0.2 }, { kind: 'batchNormalization' }, { kind: 'affine', units: 10 }]
    expect(printLayers(layers)).toBe('affine 1500, dropout 0.2, batchNormalization, affine 10')
    for (const text of ['Affine 1500;DROPOUT .2\r\n batchnormalization\n\taffine  10', 'ａｆｆｉｎｅ\u3000１５００、dropout ０．２，batchNormalization；affine 10', 'affine 1_500, dropout 20%, batchNormalization, affine 1e1', 'affine(1500), dropout (0.2), batch normalization, affine 10', 'affine 1500, dropout( 0.2 ), Batch-Normalization, affine 10'])
      expect(parseLayers(text), text).toEqual(layers)
  })

  test.each([
    ['', { code: 'network.text', details: { layer: 1, at: 1 } }],
    ['affine 10, ', { code: 'network.text', details: { layer: 2, at: 12 } }],
    ['affine 10,,relu', { code: 'network.text', details: { layer: 2, at: 11 } }],
    ['affine 10 20', { code: 'network.text', details: { layer: 1, at: 1, wanted: 'affine units', found: 'affine 10 20' } }],
    ['affine 10, relu 3', { code: 'network.text', details: { layer: 2, at: 12, wanted: 'relu' } }],
    ['affine 10 relu', { code: 'network.text', details: { layer: 1, wanted: 'affine units' } }],
    ['affine 10, batch', { code: 'network.kind', details: { layer: 2, at: 12, found: 'batch', suggestion: 'batchNormalization' } }],
    ['dropout(0.2', { code: 'network.kind', details: { layer: 1, suggestion: 'dropout' } }],
    ['affine 10, rely', { code: 'network.kind', details: { layer: 2, at: 12, found: 'rely', suggestion: 'relu' } }],
    ['affine', { code: 'network.setting', details: { layer: 1, setting: 'units' } }],
    ['affine ten', { code: 'network.setting', details: { layer: 1, setting: 'units', found: '"ten"' } }],
    ['affine 2.5', { code: 'network.setting', details: { layer: 1, setting: 'units' } }],
    ['affine 10\n  dropout 1', { code: 'network.setting', details: { layer: 2, at: 13, setting: 'rate', wanted: '0 ≤ … < 1', found: '1' } }],
    ['affine 10, dropout -0.1', { code: 'network.setting', details: { layer: 2, at: 12, setting: 'rate', found: '-0.1' } }],
  ])('%j is refused at its place', (text, expected) => {
    expect(refusalOf(text)).toMatchObject(expected)
  })

  // '𝟓' takes two UTF-16 units, and one after normalization
  test('a place counts the characters of the text as typed', () => {
    expect(refusalOf('affine 𝟓𝟓, rely')).toMatchObject({ code: 'network.kind', details: { layer: 2, at: 'affine 𝟓𝟓, rely'.indexOf('rely') + 1 } })
  })

  test('with too many layers is refused at the first layer beyond the limit', () => {
    const text = `${'relu, '.repeat(limits.layers)}relu, relu`
    expect(refusalOf(text)).toMatchObject({ code: 'network.layers', details: { found: limits.layers + 2, max: limits.layers, at: limits.layers * 'relu, '.length + 1 } })
  })
})

describe('any text', () => {
  function expectPlace(text: string): void {
    const refusal = refusalOf(text)
    if (!refusal) return
    const { layer, at, found } = refusal.details as { readonly layer?: number, readonly at: number, readonly found: unknown }
    // the end of the text is the place of a layer that is missing there
    expect(Number.isInteger(at) && at >= 1 && at <= text.length + 1, JSON.stringify([text, at])).toBe(true)
    if (refusal.code !== 'network.layers') expect(layer).toBe([...text.slice(0, at - 1).matchAll(/[,;\n，；、﹐﹔]/g)].length + 1)
    expect(String(found).length).toBeLessThanOrEqual(200)
  }
  const kinds = [...layerKinds.keys()]
  const piece = fc.oneof(fc.constantFrom(...kinds, ...kinds.map(kind => kind.toUpperCase())), fc.constantFrom(',', ';', '\n', ' ', '、', '，', '10', '0.2', '-1', '1e999', '½', '１', '𝟓', '_', '"', '\u200b', '\u2028'))

  test('is read, or refused with the layer’s position and a place inside of it', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.array(piece, { maxLength: 60 }).map(pieces => pieces.join('')), fc.array(piece, { maxLength: 20 }).map(pieces => pieces.join(' '))), expectPlace), { seed: 32, numRuns: 400 })
  })

  test('that differs from a valid one in some characters is read, or refused at its place', () => {
    const edit = fc.tuple(fc.nat(), fc.nat(3), fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 2 })))
    const outcomes = { read: 0, refused: 0 }
    fc.assert(fc.property(fc.array(layer, { minLength: 1, maxLength: 6 }), fc.array(edit, { minLength: 1, maxLength: 2 }), (layers, edits) => {
      const text = edits.reduce((text, [from, count, inserted]) => {
        const at = from % (text.length + 1)
        return text.slice(0, at) + inserted + text.slice(at + count)
      }, printLayers(layers))
      expectPlace(text)
      outcomes[refusalOf(text) ? 'refused' : 'read']++
    }), { seed: 33, numRuns: 500 })
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(20)
  })

  test('that is very long is refused as fast as a short one, with an excerpt', () => {
    for (const text of ['x'.repeat(1e6), `affine ${'9'.repeat(1e6)}`, `affine ${'1 '.repeat(5e5)}`, ','.repeat(1e6)]) {
      const before = process.cpuUsage()
      expectPlace(text)
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1000).toBeLessThan(1000)
    }
  })
})
