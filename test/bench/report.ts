import { cpus, loadavg, totalmem } from 'node:os'
import type { Introduction } from './child'
import type { Comparison, Figures, KernelFigures, PastFigures, ProbeFigures, RecordFigures, Refusal, Scaling } from './measure'

export interface LabEntry extends Figures {
  readonly case: string
  readonly runtime: string
  readonly backend: string
  readonly threads: number
}

export interface PeerEntry {
  readonly name: string
  readonly case: string
  readonly version?: string
  /** Library or kernel that multiplies its matrices, when known */
  readonly kernel?: string | null
  readonly threads: number
  readonly samplesPerSecond: number | null
  readonly msPerStep: number | null
  readonly spread: number | null
  /** Ratio lab to peer, over pairs of bursts */
  readonly ratio: number | null
  readonly ratioSpread: number | null
  readonly cpuRatio: number | null
  /** Minimum ratio on one thread */
  readonly floor: number | null
  /** Why there are no figures */
  readonly refused?: string
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryMb: number
  readonly platform: string
  readonly load: { readonly before: number, readonly after: number }
}

export interface Report {
  readonly machine: Machine
  readonly cases: readonly LabEntry[]
  readonly peers: readonly PeerEntry[]
  readonly kernels: readonly KernelFigures[]
  readonly scaling: readonly Scaling[]
  readonly probes: readonly ProbeFigures[]
  readonly recording: readonly RecordFigures[]
  readonly past: readonly PastFigures[]
}

/** Required speed of the lab relative to a peer, one thread against one. */
const floors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'NumPy float32, as the book': { A: 2.3, B: 1.8, C: 1.1, F: 2.3 },
  'NumPy float64, as the book': { A: 4, B: 2.5, C: 2.4 },
  'NumPy float32, tight': { A: 1.5, B: 1, C: 0.75 },
  'PyTorch CPU': { A: 2.6, B: 1.5, C: 0.85 },
  'tfjs-wasm': { A: 30, B: 20, C: 15 },
}

/** @returns the required ratio, one thread against one; null where none is required */
export const floorOf = (peer: string, name: string, threads: number): number | null => threads === 1 ? floors[peer]?.[name] ?? null : null

export const machineOf = (before: number): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? '', cores: cpus().length, memoryMb: Math.round(totalmem() / 2 ** 20), platform: `${process.platform} ${process.arch}`,
  load: { before, after: loadavg()[0]! },
})

export const labEntry = (name: string, { name: runtime, version, kernel, threads }: Introduction, figures: Figures): LabEntry =>
  ({ case: name, runtime: `${runtime} ${version}`, backend: kernel ?? '', threads, ...figures })

/** @param threads number of threads of the peer @param result figures, or the reason why there are none */
export function peerEntry(name: string, each: string, threads: number, about: Introduction | null, result: Comparison | Refusal): PeerEntry {
  const floor = floorOf(name, each, threads)
  const who = { name, case: each, ...about ? { version: about.version, kernel: about.kernel } : {}, threads }
  if ('refused' in result) return { ...who, samplesPerSecond: null, msPerStep: null, spread: null, ratio: null, ratioSpread: null, cpuRatio: null, floor, refused: result.refused }
  const { other, ratio, cpuRatio } = result
  return { ...who, ...other, ratio: ratio.median, ratioSpread: ratio.spread, cpuRatio: cpuRatio.median, floor }
}

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const percent = (share: number): string => `${Math.round(100 * share)} %`
const times = (ratio: number): string => ratio.toFixed(ratio < 10 ? 2 : 0)

/** Report in plain text. */
export function tableOf({ machine, cases, peers, kernels, scaling, probes, recording, past }: Report): string {
  const { cpu, cores, load } = machine
  return [
    `${cpu}, ${cores} cores, load ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after\n`,
    section(['case', 'runtime', 'backend', 'threads', 'samples/s', 'ms/step', 'spread'], cases.map(each => [
      each.case, each.runtime, each.backend, `${each.threads}`, whole(each.samplesPerSecond), each.msPerStep.toPrecision(3), percent(each.spread),
    ])),
    section(['case', 'peer', 'threads', 'kernels', 'samples/s', 'spread', 'lab ÷ peer', 'spread', 'by CPU time', 'floor', ''], peers.map(each => [
      each.case, `${each.name} ${each.version ?? ''}`.trim(), `${each.threads}`, each.kernel ?? '–', ...each.ratio === null
        ? ['–', '–', '–', '–', '–', each.floor === null ? '' : `${each.floor}`, each.refused ?? '']
        : [whole(each.samplesPerSecond!), percent(each.spread!), times(each.ratio), percent(each.ratioSpread!), times(each.cpuRatio!), each.floor === null ? '' : `${each.floor}`, verdict(each)],
    ])),
    section(['kernel', 'threads', 'GFLOPS', 'of the peak'], kernels.map(each => [each.name, `${each.threads}`, each.gflops.toFixed(1), percent(each.shareOfPeak)])),
    section(['case', 'threads', 'gain', 'the peak’s gain', 'share'], scaling.map(each => [each.case, `${each.threads}`, times(each.gain), times(each.peakGain), percent(each.shareOfPeakGain)])),
    section(['case', 'view', 'threads', 'answers/s', 'ms', 'of the thread', 'open ÷ closed', 'spread', 'by CPU time'], probes.map(each => [
      each.case, each.view, `${each.threads}`, each.rate.toFixed(1), each.ms.toFixed(2), `${(100 * each.share).toFixed(1)} %`, each.ratio.median.toFixed(3), percent(each.ratio.spread), each.cpuRatio.median.toFixed(3),
    ])),
    section(['case', 'recorded ÷ not', 'spread', 'by CPU time'], recording.map(each => [each.case, each.ratio.median.toFixed(3), percent(each.ratio.spread), each.cpuRatio.median.toFixed(3)])),
    section(['case', 'steps', 'visit ms', 'p95', 'while learning', 'p95', 'speed while reaching', 'while looking'], past.map(each => [
      each.case, whole(each.steps), ...[...each.atRest, ...each.whileLearning].map(whole), percent(each.reaching), percent(each.looking),
    ])),
  ].filter(part => part !== '').join('\n')
}

const verdict = ({ floor, ratio }: PeerEntry): string => floor === null || ratio === null ? '' : ratio >= floor ? 'reached' : 'missed'

function section(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]!.length)))
  const line = (cells: readonly string[]): string => cells.map((cell, i) => /^[\d.,]+(?: %)?$/.test(cell) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)).join('  ').trimEnd()
  return [line(head), line(widths.map(width => '─'.repeat(width))), ...rows.map(line), ''].join('\n')
}
