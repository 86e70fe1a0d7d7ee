import { Random, seedOf } from '@core'
import { describe, expect, test } from 'vitest'

const take = <T>(n: number, next: () => T): T[] => Array.from({ length: n }, next)

describe('the generator', () => {
  test('is xoshiro128**: state 1, 2, 3, 4 gives the reference implementation\'s numbers', () => {
    const random = Random.restore({ words: [1, 2, 3, 4], spare: null })
    expect(take(10, () => random.bits())).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804])
  })

  test('gives the same numbers for the same seed and others for another', () => {
    const draw = (seed: number): number[] => { const random = new Random(seed); return take(20, () => random.next()) }
    expect(draw(7)).toEqual(draw(7))
    expect(draw(7)).not.toEqual(draw(8))
    expect(new Set([...draw(0), ...draw(2 ** 32 - 1)]).size).toBe(40)
  })

  test('continues from a state that went through JSON, in the middle of a pair of normals', () => {
    const random = new Random(3)
    take(5, () => random.normal())
    const copy = Random.restore(JSON.parse(JSON.stringify(random.state)))
    expect(random.state.spare).not.toBeNull()
    expect(take(9, () => copy.normal())).toEqual(take(9, () => random.normal()))
    expect(copy.state).toEqual(random.state)
  })

  test('draws uniformly from [0, 1)', () => {
    const random = new Random(1)
    const draws = take(100_000, () => random.next())
    const tenths = new Array<number>(10).fill(0)
    for (const x of draws) tenths[Math.floor(x * 10)]!++
    // 10,000 expected in each, deviation 95: five deviations
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(475)
    expect(Math.min(...draws.slice(0, 10_000))).toBeGreaterThanOrEqual(0)
  })

  test('draws normal numbers: mean 0, deviation 1, 68.3 % within one deviation', () => {
    const random = new Random(2)
    const n = 100_000
    const draws = take(n, () => random.normal())
    const mean = draws.reduce((a, b) => a + b) / n
    const deviation = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n)
    const within = draws.filter(x => Math.abs(x) < 1).length / n
    // five standard errors of each: 1/√n, 1/√2n, √(.683·.317/n)
    expect(Math.abs(mean)).toBeLessThan(0.016)
    expect(Math.abs(deviation - 1)).toBeLessThan(0.012)
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.0075)
  })

  test('draws integers without bias', () => {
    const random = new Random(4)
    const counts = [0, 0, 0]
    // 3·2³⁰ does not divide 2³²: a plain remainder would yield the first third twice as often
    for (let i = 0; i < 30_000; i++) counts[Math.floor(random.integer(3 * 2 ** 30) / 2 ** 30)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(410) // deviation 82
    expect(random.integer(1)).toBe(0)
  })

  test('shuffles to a permutation in which every position is equally likely', () => {
    const random = new Random(5)
    const firsts = new Array<number>(5).fill(0)
    for (let i = 0; i < 10_000; i++) {
      const items = Uint32Array.of(0, 1, 2, 3, 4)
      random.shuffle(items)
      firsts[items[0]!]!++
      expect([...items].sort()).toEqual([0, 1, 2, 3, 4])
    }
    for (const count of firsts) expect(Math.abs(count - 2_000)).toBeLessThan(200) // deviation 40
  })
})

describe('seedOf', () => {
  test('gives every stream of a run its own seed', () => {
    const seeds = [0, 1, 2].flatMap(seed => [seedOf(seed, 0), ...take(100, () => 0).map((_, epoch) => seedOf(seed, 1, epoch))])
    expect(new Set(seeds).size).toBe(seeds.length)
    for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true)
  })

  test('is stable, as computed separately with Python’s integers: saved runs depend on it', () => {
    expect([seedOf(1, 0), seedOf(1, 1, 0), seedOf(2 ** 32 - 1, 1, 599)]).toEqual([342209563, 3341263370, 2825054915])
    const random = new Random(seedOf(1, 0))
    expect([random.bits(), random.bits(), random.bits()]).toEqual([2612562124, 992451002, 403894391])
  })
})
