import { type Case, nameOf, type Product, products } from './cases'
import type { Burst, Request, Runner } from './child'
import { quantile, ratioOf, type Summary, summarize } from './statistics'
import type { View } from './views'

/** Number and length of the measurements, which decide duration and precision. */
export interface Effort {
  /** Pairs of bursts */
  readonly rounds: number
  /** Length of one burst */
  readonly seconds: number
  /** Pairs of whole loops, which take many seconds each */
  readonly loops: number
  /** Iterations of the book's whole loop */
  readonly iterations: number
}

/** Figures of one side of a case. */
export interface Figures {
  readonly samplesPerSecond: number
  readonly msPerStep: number
  readonly spread: number
}

export interface Comparison {
  readonly lab: Figures
  readonly other: Figures
  /** Ratio lab to other, over all pairs */
  readonly ratio: Summary
  /** The same ratio by CPU time, which excludes time taken by other programs */
  readonly cpuRatio: Summary
}

/** A network did not learn, so its figures are refused. */
export interface Refusal { readonly refused: string }

/** A network starts with a loss of at least 2.3; below this it has learned something. */
const learnedLoss = 1
/** Mini-batches needed for that, with a margin; a deep network starts slowly. */
const stepsToLearn = { A: 150, B: 200, C: 50, D: 150, E: 150, F: 0 } as const
/** Minimum accuracy after those mini-batches (E) and after the whole loop (F). */
const minAccuracy = { E: 0.75, F: 0.9 } as const

const requestOf = ({ work, network }: Case, { seconds, iterations }: Effort): Request =>
  work === 'loop' ? { work, network, iterations } : { work, network, seconds }

/** Bursts alternate lab, other, other, lab, lab …: both see the same machine, and neither always runs first. */
export async function compare(each: Case, lab: Runner, other: Runner, effort: Effort): Promise<Comparison | Refusal> {
  for (const runner of [lab, other]) await warmUp(each, runner)
  const request = requestOf(each, effort)
  const pairs: (readonly [Burst, Burst])[] = []
  for (let round = 0; round < (each.work === 'loop' ? effort.loops : effort.rounds); round++) {
    if (round % 2 === 0) pairs.push([await lab.ask(request), await other.ask(request)])
    else {
      const first = await other.ask(request)
      pairs.push([await lab.ask(request), first])
    }
  }
  for (const [i, { about: { name } }] of [lab, other].entries()) {
    const reason = unlearned(each, pairs.at(-1)![i]!)
    if (reason) return { refused: `${name}: ${reason}` }
  }
  return {
    lab: figuresOf(pairs.map(([lab]) => lab)),
    other: figuresOf(pairs.map(([, other]) => other)),
    ratio: ratioOf(pairs.map(([lab, other]) => [rate(lab), rate(other)])),
    cpuRatio: ratioOf(pairs.map(([lab, other]) => [lab.count / lab.cpu, other.count / other.cpu])),
  }
}

async function warmUp({ name, work, network }: Case, runner: Runner): Promise<void> {
  const steps = stepsToLearn[name as keyof typeof stepsToLearn]
  if (steps > 0) await runner.ask({ work: 'train', network, seconds: 0, steps })
  if (work === 'predict' || work === 'evaluate') await runner.ask({ work, network, seconds: 1 }) // gives V8 time to compile
}

function unlearned({ name, work }: Case, { loss = NaN, accuracy = NaN }: Burst): string | null {
  const least = minAccuracy[name as keyof typeof minAccuracy]
  if (least !== undefined) return accuracy >= least ? null : `accuracy ${accuracy}, wanted ${least} or more`
  if (work !== 'train') return null
  return loss < learnedLoss ? null : `loss ${loss}, wanted below ${learnedLoss}`
}

const rate = ({ count, seconds }: Burst): number => count / seconds

export function figuresOf(bursts: readonly Burst[]): Figures {
  const { median, spread } = summarize(bursts.map(rate))
  return { samplesPerSecond: median, msPerStep: summarize(bursts.map(({ steps, seconds }) => 1000 * seconds / steps)).median, spread }
}

export interface KernelFigures {
  readonly name: string
  readonly threads: number
  readonly gflops: number
  readonly shareOfPeak: number
}

/** A single thread is measured by CPU time, which excludes other programs; several threads wait for each other and are measured by wall-clock time. */
const speed = ({ count, seconds, cpu }: Burst, threads: number): number => count / (threads === 1 ? cpu : seconds)

/** Every matrix product next to the machine's limit, in one process. */
export async function measureKernels(lab: Runner, { rounds, seconds }: Effort): Promise<KernelFigures[]> {
  const { threads } = lab.about
  const results: KernelFigures[] = []
  const peaks: Burst[] = []
  for (const product of products) {
    await lab.ask({ work: 'product', product, seconds: seconds / 4 })
    const pairs: (readonly [Burst, Burst])[] = []
    for (let round = 0; round < rounds; round++) pairs.push(await pairOf(lab, product, seconds / 4))
    peaks.push(...pairs.map(([, peak]) => peak))
    results.push({ name: nameOf(product), threads, gflops: summarize(pairs.map(([burst]) => speed(burst, threads) / 1e9)).median, shareOfPeak: ratioOf(pairs.map(([burst, peak]) => [speed(burst, threads), speed(peak, threads)])).median })
  }
  return [{ name: 'peak', threads, gflops: summarize(peaks.map(burst => speed(burst, threads) / 1e9)).median, shareOfPeak: 1 }, ...results]
}

async function pairOf(lab: Runner, product: Product, seconds: number): Promise<readonly [Burst, Burst]> {
  return [await lab.ask({ work: 'product', product, seconds }), await lab.ask({ work: 'peak', seconds })]
}

/** What a view's questions cost a run at full speed. */
export interface ProbeFigures {
  readonly case: string
  readonly view: string
  readonly threads: number
  /** Answers per second */
  readonly rate: number
  /** Duration of an answer in milliseconds, in the training thread */
  readonly ms: number
  /** Share of the training thread's time that answers took, as measured there */
  readonly share: number
  /** Ratio of the learning speed while the view is open to that while it is closed */
  readonly ratio: Summary
  /** The same ratio by CPU time of the whole process, which excludes time taken by other programs */
  readonly cpuRatio: Summary
}

/** Bursts alternate open, closed, closed, open …; each lasts several times as long as the others, since an answer may wait for half a second. */
export async function measureProbes({ name, network }: Case, lab: Runner, { rounds, seconds }: Effort, { name: view, open, closed }: View): Promise<ProbeFigures> {
  const burst = (isOpen: boolean): Promise<Burst> => lab.ask({ work: 'thread', network, seconds: probeBursts * seconds, asked: isOpen ? open : closed })
  await burst(true)
  const pairs: (readonly [asked: Burst, quiet: Burst])[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) pairs.push([await burst(true), await burst(false)])
    else {
      const quiet = await burst(false)
      pairs.push([await burst(true), quiet])
    }
  }
  const median = (of: (burst: Burst) => number): number => summarize(pairs.map(([asked]) => of(asked))).median
  return {
    case: name, view, threads: lab.about.threads,
    rate: median(({ probes, seconds }) => probes!.answers / seconds), ms: median(({ probes }) => probes!.ms), share: median(({ probes }) => probes!.share),
    ratio: ratioOf(pairs.map(([asked, quiet]) => [rate(asked), rate(quiet)])),
    cpuRatio: ratioOf(pairs.map(([asked, quiet]) => [asked.count / asked.cpu, quiet.count / quiet.cpu])),
  }
}
const probeBursts = 8

/** Speed of a run that is recorded on the disk, relative to one that is not: bursts in turns. */
export interface RecordFigures {
  readonly case: string
  readonly ratio: Summary
  readonly cpuRatio: Summary
}

export async function measureRecording({ name, network }: Case, lab: Runner, { rounds, seconds }: Effort): Promise<RecordFigures> {
  const burst = (recording: boolean): Promise<Burst> => lab.ask({ work: 'record', network, seconds: probeBursts * seconds, recording })
  for (const recording of [true, false]) await burst(recording)
  const pairs: (readonly [recorded: Burst, plain: Burst])[] = []
  for (let round = 0; round < rounds; round++) {
    const first = await burst(round % 2 === 0)
    const second = await burst(round % 2 !== 0)
    pairs.push(round % 2 === 0 ? [first, second] : [second, first])
  }
  return {
    case: name,
    ratio: ratioOf(pairs.map(([recorded, plain]) => [rate(recorded), rate(plain)])),
    cpuRatio: ratioOf(pairs.map(([recorded, plain]) => [recorded.count / recorded.cpu, plain.count / plain.cpu])),
  }
}

/** How long moments of the past take, and what they leave of the run's speed. */
export interface PastFigures {
  readonly case: string
  readonly steps: number
  /** Milliseconds: median, and 95 of 100 take at most this */
  readonly atRest: readonly [median: number, p95: number]
  readonly whileLearning: readonly [median: number, p95: number]
  /** Of the run's speed alone */
  readonly reaching: number
  readonly looking: number
}

export async function measureVisits({ name, network }: Case, steps: number, lab: Runner, { seconds }: Effort): Promise<PastFigures> {
  const { visits } = await lab.ask({ work: 'visits', network, steps, visits: 60, seconds: probeBursts * seconds })
  const { atRest, whileLearning, alone, reaching, looking } = visits!
  const both = (times: readonly number[]): readonly [number, number] => [quantile(times, 0.5), quantile(times, 0.95)]
  const share = (of: readonly number[]): number => summarize(of).median / summarize(alone).median
  return { case: name, steps, atRest: both(atRest), whileLearning: both(whileLearning), reaching: share(reaching), looking: share(looking) }
}

/** Speed-up of several threads over one. */
export interface Scaling {
  readonly case: string
  readonly threads: number
  readonly gain: number
  /** Speed-up of the register-only loop with as many threads */
  readonly peakGain: number
  readonly shareOfPeakGain: number
}

/** Alternates one thread and several, on a case and at the machine's limit. */
export async function measureScaling(each: Case, one: Runner, several: Runner, effort: Effort): Promise<Scaling> {
  const gains: (readonly [number, number])[] = []
  const peaks: (readonly [number, number])[] = []
  const [work, peak] = [requestOf(each, effort), { work: 'peak', seconds: effort.seconds } as const]
  for (const runner of [one, several]) await warmUp(each, runner)
  for (let round = 0; round < effort.rounds; round++) {
    gains.push([rate(await several.ask(work)), rate(await one.ask(work))])
    peaks.push([rate(await several.ask(peak)), rate(await one.ask(peak))])
  }
  const [gain, peakGain] = [ratioOf(gains).median, ratioOf(peaks).median]
  return { case: each.name, threads: several.about.threads, gain, peakGain, shareOfPeakGain: gain / peakGain }
}
