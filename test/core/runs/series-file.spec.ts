import fc from 'fast-check'
import { FormatError, Random, readSeries, type SeriesRecord, seriesStart, writeSeriesRecord } from '@core'
import { describe, expect, test } from 'vitest'

const fileOf = (records: readonly SeriesRecord[]): Uint8Array => Uint8Array.from([seriesStart(), ...records.map(writeSeriesRecord)].flatMap(bytes => [...bytes]))
const read = (bytes: Uint8Array) => readSeries(bytes, 'series.bin')

const step = fc.integer({ min: 1, max: 2 ** 40 })
const scores = fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 30 }).filter(pairs => pairs.some(([, wrong]) => wrong > 0)).map((pairs) => {
  const [correct, counts] = [pairs.map(([right]) => right), pairs.map(([right, wrong]) => right + wrong)]
  const images = counts.reduce((a, b) => a + b)
  return { images, correct, counts, accuracy: correct.reduce((a, b) => a + b) / images }
})
const anyRecord: fc.Arbitrary<SeriesRecord> = fc.oneof(
  fc.record({ kind: fc.constant('losses' as const), firstStep: step, losses: fc.float32Array({ maxLength: 40 }) }),
  fc.record({ kind: fc.constant('score' as const), step, epoch: fc.nat(), split: fc.constantFrom('train', 'validation', 'test'), score: fc.tuple(scores, fc.double()).map(([score, loss]) => ({ ...score, loss })) }),
  fc.record({ kind: fc.constant('event' as const), event: fc.record({ step, change: fc.constantFrom({ batchSize: 20 }, { optimizer: { learningRate: 0.1 } }, { layers: { dropout1: { rate: 0.5 } } }) }) }),
  fc.record({ kind: fc.constant('time' as const), step, seconds: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).filter(seconds => !Object.is(seconds, -0)) }),
  fc.record({ kind: fc.constant('diverged' as const), step, at: step, loss: fc.constantFrom('NaN', 'Infinity') }),
)
const some: readonly SeriesRecord[] = [
  { kind: 'losses', firstStep: 1, losses: Float32Array.of(2.3, 2.1, 1.75) },
  { kind: 'score', step: 3, epoch: 0, split: 'test', score: { images: 20, loss: 1.5, accuracy: 0.45, correct: [4, 5], counts: [10, 10] } },
  { kind: 'event', event: { step: 3, change: { optimizer: { learningRate: 0.01 } } } },
  { kind: 'losses', firstStep: 4, losses: Float32Array.of(1.5) },
]

describe('a series', () => {
  test('reads as it was written, whatever happened in the run', () => {
    fc.assert(fc.property(fc.array(anyRecord, { maxLength: 12 }), (records) => {
      const bytes = fileOf(records)
      expect(read(bytes)).toEqual({ records, length: bytes.length })
    }))
  })

  test('has the layout of its description: a record of two losses, byte by byte', () => {
    const bytes = writeSeriesRecord({ kind: 'losses', firstStep: 7, losses: Float32Array.of(1, -2) })
    // length 20, kind 1, 7 as float64, 2, 1 and −2 as float32; the checksum by Python's zlib.crc32
    expect([...bytes.subarray(0, -4)]).toEqual([20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x1c, 0x40, 2, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
    expect(new DataView(bytes.buffer).getUint32(25, true)).toBe(1860942798)
  })

  test('that was cut off anywhere keeps every whole record', () => {
    const bytes = fileOf(some)
    const ends = some.map((_, i) => fileOf(some.slice(0, i + 1)).length)
    for (let length = seriesStart().length; length <= bytes.length; length++) {
      const whole = ends.filter(end => end <= length).length
      expect(read(bytes.subarray(0, length))).toEqual({ records: some.slice(0, whole), length: whole === 0 ? seriesStart().length : ends[whole - 1] })
    }
  })

  test('with any bit flipped loses that record and what follows, and never shows another number', () => {
    const bytes = fileOf(some)
    const random = new Random(3)
    for (let i = 0; i < 2000; i++) {
      const bent = bytes.slice()
      bent[seriesStart().length + random.integer(bytes.length - seriesStart().length)]! ^= 1 << random.integer(8)
      const { records } = read(bent)
      expect(records.length).toBeLessThan(some.length)
      expect(records).toEqual(some.slice(0, records.length))
    }
  })

  test('of another kind or version is refused by name', () => {
    const codeOf = (bytes: Uint8Array): unknown => {
      try { return read(bytes) }
      catch (cause) { return cause instanceof FormatError && [cause.code, cause.details['file']] }
    }
    expect(codeOf(new Uint8Array())).toEqual(['series.foreign', 'series.bin'])
    expect(codeOf(new TextEncoder().encode('step,loss\n1,2.3\n'))).toEqual(['series.foreign', 'series.bin'])
    const later = fileOf(some)
    later[7] = 2
    expect(codeOf(later)).toEqual(['series.version', 'series.bin'])
  })

  test('with a sound checksum over nonsense keeps what came before', () => {
    const nonsense: readonly SeriesRecord[] = [
      { kind: 'losses', firstStep: 0, losses: Float32Array.of(1) }, // steps count from 1
      { kind: 'losses', firstStep: 1.5, losses: Float32Array.of(1) },
      { kind: 'score', step: 1, epoch: 0, split: 'test', score: { images: 3, loss: 1, accuracy: 1, correct: [4], counts: [3] } },
      { kind: 'score', step: 1, epoch: 0, split: 'test', score: { images: 4, loss: 1, accuracy: 1, correct: [3], counts: [3] } },
      { kind: 'event', event: { step: -1, change: {} } },
      { kind: 'something' } as unknown as SeriesRecord,
    ]
    for (const record of nonsense) expect(read(fileOf([...some, record])).records).toEqual(some)
  })
})
