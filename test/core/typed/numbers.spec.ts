import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LabError } from '../../../core/errors'
import { readNumber, readValue, suggestionOf, withSuggestion } from '../../../core/typed'
import { meanings, refusals } from '../../fixtures/typed-numbers'

const seed = 20260711
function refusal(read: () => unknown): LabError {
  try { read() }
  catch (cause) {
    if (cause instanceof LabError) return cause
    throw cause
  }
  throw new Error('it was read')
}
const readOrCode = (text: string) => {
  try { return readNumber(text) }
  catch (cause) {
    if (cause instanceof LabError) return cause.code
    throw cause
  }
}

describe('a single number', () => {
  test.each(meanings)('%j is %d', (text, meaning) => {
    expect(readNumber(text)).toBe(meaning)
  })

  test.each(refusals)('%j is refused: %s, with the suggestion %s', (text, code, suggestion) => {
    const error = refusal(() => readNumber(text))
    expect([error.code, suggestionOf(error)?.text]).toEqual([code, suggestion])
  })

  test('of a count is not a percentage', () => {
    expect(readNumber('1,500', { whole: true })).toBe(1500)
    expect(refusal(() => readNumber('50 %', { whole: true })).code).toBe('typed.percent')
  })

  test('that cannot be read is reported with its position, counted in characters', () => {
    expect(refusal(() => readNumber('12x')).details).toMatchObject({ at: 3, from: 2, to: 3, found: 'x' })
    expect(refusal(() => readNumber('_ab')).details).toMatchObject({ at: 1, from: 0, to: 3, found: '_ab' })
    expect(refusal(() => readNumber('𝟓𝟓$')).details).toMatchObject({ at: 3, from: 4, to: 5, found: '$' })
    expect(refusal(() => readNumber('½ 사과')).details).toMatchObject({ at: 3, found: '사과' })
    expect(refusal(() => readNumber('1/ ')).details).toMatchObject({ at: 2, found: '/' })
  })

  test.each(['\u200b', '\ufeff', '\u00ad', '\u200e', '\u200f', '\u202a', '\u2066', '\u2060', '\u3164', '\u034f', '\u0007'])('an invisible %j inside it is named', (char) => {
    const { details } = refusal(() => readNumber(`1${char}5`))
    expect(details['found']).toBe(`U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`)
  })
})

/** The rules for digits, commas and points, applied group by group. */
function valueByRules(text: string): number | null {
  const [whole = '', ...others] = text.split('.')
  const digitsOnly = (part: string) => [...part].every(char => char >= '0' && char <= '9')
  const groups = (parts: readonly string[]) => parts[0]!.length >= 1 && parts[0]!.length <= 3 && !parts[0]!.startsWith('0') && parts.slice(1).every(part => part.length === 3)
  const commas = text.split(',')
  if (!/\d/.test(text)) return null
  if (others.length === 0) { // only commas
    if (commas.length === 1) return Number(text)
    if (groups(commas)) return Number(commas.join(''))
    return commas.length === 2 ? Number(`${commas[0]}.${commas[1]}`) : null
  }
  if (others.length === 1 && digitsOnly(others[0]!)) { // one point, after all commas
    const parts = whole.split(',')
    return parts.length === 1 || groups(parts) ? Number(`${parts.join('')}.${others[0]}`) : null
  }
  if (commas.length === 1) return groups([whole, ...others]) ? Number(text.replaceAll('.', '')) : null
  // points before one comma
  return commas.length === 2 && digitsOnly(commas[1]!) && groups(commas[0]!.split('.')) ? Number(`${commas[0]!.replaceAll('.', '')}.${commas[1]}`) : null
}

describe('whatever is typed', () => {
  test('digits, commas and points mean what the rules say', () => {
    const text = fc.array(fc.constantFrom('0', '1', '5', '00', '123', '500', '000', ',', '.'), { minLength: 1, maxLength: 7 }).map(parts => parts.join(''))
    fc.assert(fc.property(text, (text) => {
      const wanted = valueByRules(text)
      if (wanted === null) expect(['typed.separators', 'typed.incomplete']).toContain(readOrCode(text))
      else expect(readOrCode(text)).toBe(wanted)
    }), { seed, numRuns: 5000 })
  })

  test('a number means the same for all variants of signs, digits and groups', () => {
    const dashes = ['-', '−', '–', '—', '－', '﹣', '⁻', 'ー']
    const written = fc.record({
      negative: fc.boolean(), dash: fc.constantFrom(...dashes), wide: fc.boolean(), group: fc.constantFrom('', ',', '_', '\'', '\u00a0', '\u202f'), point: fc.constantFrom('.', '．', '。'),
      whole: fc.integer({ min: 0, max: 999_999_999 }), decimals: fc.stringMatching(/^\d{0,4}$/), power: fc.option(fc.integer({ min: -20, max: 20 })), spaces: fc.constantFrom('', ' ', '\u3000', '\u00a0\t'),
    })
    fc.assert(fc.property(written, ({ negative, dash, wide, group, point, whole, decimals, power, spaces }) => {
      const digits = String(whole).replace(/\B(?=(\d{3})+$)/g, group)
      const plain = `${digits}${decimals && point}${decimals}`
      const full = wide ? plain.replace(/[\d,_']/g, char => String.fromCharCode(char.charCodeAt(0) + 0xfee0)) : plain
      const text = `${spaces}${negative ? dash : ''}${full}${power === null ? '' : `e${power < 0 ? dash : ''}${Math.abs(power)}`}${spaces}`
      expect(readNumber(text)).toBe(Number(`${negative ? '-' : ''}${whole}.${decimals || '0'}e${power ?? 0}`))
    }), { seed, numRuns: 3000 })
  })

  test('is read as a finite number or refused with its position, and a suggestion can be read', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(...'0159.,-−+e/½%×10⁻⁴ ;[]()_\'x円kー。１，\u200b\u00a0\n'), maxLength: 14 }),
    )
    fc.assert(fc.property(texts, fc.constantFrom(readNumber, readValue), (text, read) => {
      let value: unknown
      try { value = read(text) }
      catch (cause) {
        const error = cause as LabError
        expect(error).toBeInstanceOf(LabError)
        const { from, to, at } = error.details
        expect(Number(from)).toBeLessThanOrEqual(Number(to))
        expect(Number(to)).toBeLessThanOrEqual(text.length)
        expect(at).toBe([...text.slice(0, Number(from))].length + 1)
        const suggestion = suggestionOf(error)
        if (suggestion) expect(() => read(withSuggestion(text, suggestion))).not.toThrow()
        return
      }
      for (const number of [value].flat(Infinity)) expect(number).toSatisfy(Number.isFinite)
    }), { seed, numRuns: 20_000 })
  })

  test('a number that the lab prints is read back to the last bit', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(readNumber(String(number))).toBe(Object.is(number, -0) ? 0 : number)
    }), { seed, numRuns: 2000 })
  })

  test('a field that accepts lists gives a number the same meaning as every other field', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0159.,-−e/½% ;[_x１，\u00a0'), maxLength: 10 })
    fc.assert(fc.property(text, (text) => {
      const single = readOrCode(text)
      if (typeof single === 'number') expect(readValue(text)).toBe(single)
      else {
        let value: unknown
        try { value = readValue(text) }
        catch { return }
        expect(value, text).toBeInstanceOf(Array)
      }
    }), { seed, numRuns: 10_000 })
  })
})
