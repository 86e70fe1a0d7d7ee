import { type Case, nameOf, type Product, products } from './cases'
import type { Burst, Request, Runner } from './child'
import { ratioOf, type Summary, summarize } from './statistics'

/** How long a run takes, and how sure it is. */
export interface Effort {
  /** Pairs of bursts */
  readonly rounds: number
  /** Of one burst */
  readonly seconds: number
  /** Pairs of whole loops, which take many seconds each */
  readonly loops: number
  /** Iterations of the book's whole loop */
  readonly iterations: number
}

/** What one side of a case came to. */
export interface Figures {
  readonly samplesPerSecond: number
  readonly msPerStep: number
  readonly spread: number
}

export interface Comparison {
  readonly lab: Figures
  readonly other: Figures
  /** Lab over other, of each pair */
  readonly ratio: Summary
  /** The same by the processors' time: what another program takes away falls out */
  readonly cpuRatio: Summary
}

/** Somebody did not learn, and has no figures therefore. */
export interface Refusal { readonly refused: string }

/** A network begins at 2.3 or above, and has learned something below. */
const learnedBelow = 1
/** Mini-batches until then, with room to spare; a deep one sets out slowly. */
const stepsToLearn = { A: 150, B: 200, C: 50, D: 150, E: 150, F: 0 } as const
/** Accuracy of a network that saw those mini-batches, and of one after the whole loop. */
const leastAccuracy = { E: 0.75, F: 0.9 } as const

const requestOf = ({ work, network }: Case, { seconds, iterations }: Effort): Request =>
  work === 'loop' ? { work, network, iterations } : { work, network, seconds }

/** Lab, other, other, lab, lab …, each a burst: both see the same machine, and neither is always the first. */
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
  if (work === 'predict' || work === 'evaluate') await runner.ask({ work, network, seconds: 1 }) // V8 compiles it meanwhile
}

function unlearned({ name, work }: Case, { loss = NaN, accuracy = NaN }: Burst): string | null {
  const least = leastAccuracy[name as keyof typeof leastAccuracy]
  if (least !== undefined) return accuracy >= least ? null : `accuracy ${accuracy}, wanted ${least} or more`
  if (work !== 'train') return null
  return loss < learnedBelow ? null : `loss ${loss}, wanted below ${learnedBelow}`
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

/** Of one thread by the processor's time: shares would be those of other programs' turns otherwise. Several wait for each other, by the clock. */
const speed = ({ count, seconds, cpu }: Burst, threads: number): number => count / (threads === 1 ? cpu : seconds)

/** Every product of matrices with the machine's limit beside it, in one process. */
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

/** How many times as fast some threads are as one. */
export interface Scaling {
  readonly case: string
  readonly threads: number
  readonly gain: number
  /** What the register-only loop gains by as many */
  readonly peakGain: number
  readonly shareOfPeakGain: number
}

/** One thread, several, one, several …: on a case, and at the machine's limit. */
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
