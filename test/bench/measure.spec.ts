import type { ProbeQuery } from '@contract'
import { describe, expect, test } from 'vitest'
import { type Case, cases, products } from './cases'
import type { Burst, Request, Runner } from './child'
import { compare, measureKernels, measureProbes, measureScaling } from './measure'
import { floorOf, labEntry, machineOf, peerEntry, type Report, tableOf } from './report'

const effort = { rounds: 3, seconds: 0.1, loops: 2, iterations: 10 }
const named = (name: string): Case => cases.find(each => each.name === name)!

/** A runner with a fixed rate that records its requests. */
function runner(name: string, rate: number, { log = [], threads = 1, ...learned }: { log?: string[], threads?: number } & Partial<Burst> = {}): Runner & { log: string[] } {
  return {
    about: { name, version: '1', kernel: 'k', threads },
    ask: (request: Request) => {
      log.push(`${name} ${request.work}`)
      return Promise.resolve({ count: rate, steps: 10, seconds: 1, cpu: 0.5, loss: 0.3, accuracy: 0.95, ...learned })
    },
    end: () => undefined,
    log,
  }
}

describe('a comparison', () => {
  test('runs lab, peer, peer, lab after both have warmed up, so that neither is always the first', async () => {
    const log: string[] = []
    await compare(named('A'), runner('lab', 300, { log }), runner('peer', 100, { log }), effort)
    expect(log).toEqual(['lab', 'peer', 'lab', 'peer', 'peer', 'lab', 'lab', 'peer'].map(name => `${name} train`)) // two for the warm-up, three pairs
  })

  test('gives the ratio of each pair, by wall-clock and by CPU time', async () => {
    expect(await compare(named('A'), runner('lab', 300), runner('peer', 100, { cpu: 1 }), effort)).toMatchObject({
      lab: { samplesPerSecond: 300, msPerStep: 100, spread: 0 }, other: { samplesPerSecond: 100 }, ratio: { median: 3 }, cpuRatio: { median: 6 },
    })
  })

  test('runs whole loops as often as requested', async () => {
    const log: string[] = []
    await compare(named('F'), runner('lab', 3, { log }), runner('peer', 1, { log }), effort)
    expect(log).toEqual(['lab loop', 'peer loop', 'peer loop', 'lab loop'])
  })

  test.each([
    ['A', { loss: 2.3 }, 'loss 2.3'], ['A', { loss: NaN }, 'loss NaN'], ['E', { accuracy: 0.1 }, 'accuracy 0.1'], ['F', { accuracy: 0.5 }, 'accuracy 0.5'],
  ] as const)('of %s is refused when the peer has not learned: %o', async (name, learned, reason) => {
    expect(await compare(named(name), runner('lab', 3), runner('peer', 1, learned), effort)).toEqual({ refused: expect.stringContaining(`peer: ${reason}`) as string })
  })

  test('is refused when it is the lab that has not learned', async () => {
    expect(await compare(named('A'), runner('lab', 3, { loss: 2.3 }), runner('peer', 1), effort)).toEqual({ refused: expect.stringContaining('lab: loss') as string })
  })
})

describe('the kernels', () => {
  test('are measured in every form, beside the peak', async () => {
    const one = runner('lab', 2.5e9) // within half a second of CPU time
    const figures = await measureKernels(one, effort)
    expect(figures.map(({ name }) => name)).toEqual(['peak', ...products.map(({ form, M, K, N }) => `${form} ${M}×${K}×${N}`)])
    expect(figures.every(({ gflops, shareOfPeak }) => gflops === 5 && shareOfPeak === 1)).toBe(true)
  })

  test('scale with threads like the peak, or by a share of it', async () => {
    expect(await measureScaling(named('C'), runner('one', 100), runner('two', 180, { threads: 2 }), effort)).toEqual({ case: 'C', threads: 2, gain: 1.8, peakGain: 1.8, shareOfPeakGain: 1 })
  })
})

test('a view’s questions are measured in pairs of bursts, in one of which it is closed', async () => {
  const bursts: (string | undefined)[] = []
  const lab: Runner = {
    ...runner('lab', 0), ask: (request: Request) => {
      const { asked, seconds } = request as Extract<Request, { work: 'thread' }>
      const probing = asked.length > 0
      bursts.push((asked as readonly ProbeQuery[])[0]?.details)
      return Promise.resolve({ count: probing ? 96 : 100, steps: 1, seconds, cpu: probing ? 1 : 0.96, ...probing && { probes: { answers: 4, ms: 2, share: 0.03 } } })
    },
  }
  expect(await measureProbes(named('A'), lab, effort, { name: 'a view', open: [{ details: 'relu1' }], closed: [] })).toEqual({ case: 'A', view: 'a view', threads: 1, rate: 4 / 0.8, ms: 2, share: 0.03, ratio: { median: 0.96, spread: 0 }, cpuRatio: { median: expect.closeTo(0.9216) as number, spread: 0 } })
  expect(bursts).toEqual(['relu1', 'relu1', undefined, undefined, 'relu1', 'relu1', undefined])
})

describe('the report', () => {
  const figures = { samplesPerSecond: 123_456, msPerStep: 0.81, spread: 0.05 }
  const about = { name: 'Electron as Node', version: '33', kernel: 'wasm-relaxed-simd', threads: 1 }
  const result = { lab: figures, other: figures, ratio: { median: 2.5, spread: 0.1 }, cpuRatio: { median: 2.4, spread: 0.1 } }
  const report: Report = {
    machine: machineOf(1.5),
    cases: [labEntry('A', about, figures)],
    peers: [peerEntry('PyTorch CPU', 'A', 1, { ...about, kernel: 'SkylakeX' }, result), peerEntry('tfjs-wasm', 'B', 1, null, { refused: 'not installed' })],
    kernels: [{ name: 'peak', threads: 1, gflops: 55, shareOfPeak: 1 }],
    scaling: [{ case: 'C', threads: 2, gain: 1.7, peakGain: 1.9, shareOfPeakGain: 0.89 }],
    probes: [{ case: 'C', view: 'block', threads: 1, rate: 9.91, ms: 2.5, share: 0.025, ratio: { median: 0.9712, spread: 0.02 }, cpuRatio: { median: 0.9745, spread: 0.01 } }],
    recording: [{ case: 'A', ratio: { median: 0.9871, spread: 0.02 }, cpuRatio: { median: 0.9812, spread: 0.01 } }],
    past: [{ case: 'A', steps: 60_000, atRest: [106, 157], whileLearning: [180, 249], reaching: 0.84, looking: 0.998 }],
  }

  test('is JSON of machine, cases, peers and kernels', () => {
    const read = JSON.parse(JSON.stringify(report)) as Report
    expect(Object.keys(read)).toEqual(['machine', 'cases', 'peers', 'kernels', 'scaling', 'probes', 'recording', 'past'])
    expect(read.cases).toEqual([{ case: 'A', runtime: 'Electron as Node 33', backend: 'wasm-relaxed-simd', threads: 1, ...figures }])
    expect(read.peers[0]).toMatchObject({ name: 'PyTorch CPU', case: 'A', kernel: 'SkylakeX', threads: 1, ratio: 2.5, cpuRatio: 2.4, floor: 2.6 })
    expect(read.peers[1]).toMatchObject({ name: 'tfjs-wasm', case: 'B', samplesPerSecond: null, ratio: null, floor: 20, refused: 'not installed' })
    expect(read.kernels).toEqual([{ name: 'peak', threads: 1, gflops: 55, shareOfPeak: 1 }])
  })

  test('is a table of missed floors and of reasons for missing figures', () => {
    const table = tableOf(report)
    expect(table).toMatch(/A\s+PyTorch CPU 33\s+1\s+SkylakeX\s+123,456\s+5 %\s+2\.50\s+10 %\s+2\.40\s+2\.6\s+missed/)
    expect(table).toMatch(/B\s+tfjs-wasm\s.*20\s+not installed/)
    expect(table).toMatch(/peak\s+1\s+55\.0\s+100 %/)
    expect(table).toMatch(/C\s+block\s+1\s+9\.9\s+2\.50\s+2\.5 %\s+0\.971\s+2 %\s+0\.975/)
    expect(table).toMatch(/A\s+0\.987\s+2 %\s+0\.981/)
    expect(table).toMatch(/A\s+60,000\s+106\s+157\s+180\s+249\s+84 %\s+100 %/)
  })

  test('has a floor for one thread against one only', () => {
    expect([floorOf('PyTorch CPU', 'A', 1), floorOf('PyTorch CPU', 'A', 2), floorOf('ConvNetJS', 'A', 1)]).toEqual([2.6, null, null])
  })
})
