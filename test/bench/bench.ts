import { type Case, cases as allCases } from './cases'
import { type Command, type Runner, startChild } from './child'
import { compare, type Effort, type Figures, type KernelFigures, measureKernels, measureProbes, measureRecording, measureScaling, measureVisits, type PastFigures, type ProbeFigures, type RecordFigures, type Scaling } from './measure'
import { type Contender, contenders, lab as labCommand, type Places, peersInstalled } from './peers'
import { type LabEntry, labEntry, machineOf, type PeerEntry, peerEntry, type Report } from './report'
import { summarize } from './statistics'
import { views } from './views'

export interface BenchOptions {
  readonly places: Places
  readonly cases: readonly Case[]
  /** Whether to measure a peer, by its name */
  readonly wanted: (name: string) => boolean
  readonly threads: readonly number[]
  readonly kernels: boolean
  /** Only profile where the time of a step goes */
  readonly profile: boolean
  /** Only measure what a view's questions cost a run */
  readonly probes: boolean
  /** Only measure what recording costs, and how long visits of the past take */
  readonly past: boolean
  readonly effort: Effort
  /** Load of the machine before the bench started */
  readonly load: number
  readonly say: (text: string) => void
}

/** Runs all measurements. */
export async function bench(options: BenchOptions): Promise<Report> {
  const { places, threads, kernels, effort, say } = options
  const found = new Findings()
  for (const count of threads) {
    say(`the lab on ${count} thread${count === 1 ? '' : 's'}`)
    await using(labCommand(places, count), async (lab) => {
      if (options.profile) return sayProfile(lab, options)
      if (options.past) {
        if (count > 1) return
        for (const each of options.cases.filter(({ name }) => name in pastSteps)) {
          say(`  ${each.name}: recording, then visits`)
          found.recording.push(await measureRecording(each, lab, effort))
          found.past.push(await measureVisits(each, pastSteps[each.name]!, lab, effort))
        }
        return
      }
      if (options.probes) {
        for (const each of options.cases.filter(({ work }) => work === 'train')) {
          for (const view of views) found.probes.push(await measureProbes(each, lab, effort, view))
        }
        return
      }
      for (const contender of contenders(places)) {
        if (!options.wanted(contender.name) || (count > 1 && !contender.threaded)) continue
        say(`  ${contender.name}`)
        await against(contender, count, lab, options, found)
      }
      if (kernels) found.kernels.push(...await measureKernels(lab, effort))
      if (kernels && count > 1) await using(labCommand(places, 1), async (one) => { found.scaling.push(await measureScaling(allCases[2]!, one, lab, effort)) })
    })
  }
  return { machine: machineOf(options.load), cases: found.cases, peers: found.peers, kernels: found.kernels, scaling: found.scaling, probes: found.probes, recording: found.recording, past: found.past }
}

async function sayProfile(lab: Runner, { cases, effort, say }: BenchOptions): Promise<void> {
  for (const { title, work, network } of cases) {
    if (work !== 'train') continue
    const { lines = [] } = await lab.ask({ work: 'profile', network, seconds: 10 * effort.seconds })
    say(`\n${title}: microseconds a step`)
    for (const { op, microseconds } of lines) say(`${microseconds.toFixed(1).padStart(10)}  ${op}`)
  }
}

/** Length of the run whose past is visited, by case */
const pastSteps: Readonly<Record<string, number>> = { A: 60_000, C: 6_000 }

class Findings {
  readonly peers: PeerEntry[] = []
  readonly kernels: KernelFigures[] = []
  readonly scaling: Scaling[] = []
  readonly probes: ProbeFigures[] = []
  readonly recording: RecordFigures[] = []
  readonly past: PastFigures[] = []
  private readonly lab = new Map<string, { readonly entry: LabEntry, readonly all: Figures[] }>()

  /** The lab is measured again next to each peer; its figures combine all of these bursts. */
  addLab(entry: LabEntry): void {
    const key = [entry.case, entry.runtime, entry.backend, entry.threads].join()
    const known = this.lab.get(key) ?? { entry, all: [] }
    known.all.push(entry)
    this.lab.set(key, known)
  }

  get cases(): LabEntry[] {
    const middle = (all: readonly Figures[], key: keyof Figures): number => summarize(all.map(each => each[key])).median
    return [...this.lab.values()]
      .map(({ entry, all }) => ({ ...entry, samplesPerSecond: middle(all, 'samplesPerSecond'), msPerStep: middle(all, 'msPerStep'), spread: middle(all, 'spread') }))
      .sort((a, b) => a.threads - b.threads || a.case.localeCompare(b.case))
  }
}

async function against(contender: Contender, threads: number, lab: Runner, { places, cases, effort, say }: BenchOptions, found: Findings): Promise<void> {
  const taken = cases.filter(({ name }) => contender.cases.includes(name))
  const refuse = (reason: string): void => {
    if (!contender.isLab) found.peers.push(...taken.map(({ name }) => peerEntry(contender.name, name, threads, null, { refused: reason })))
  }
  if (!contender.threaded && !peersInstalled(places)) return refuse('not installed: npm run bench -- --peers')
  try {
    await using(contender.command(threads), async (other) => {
      if (contender.blas && !other.about.kernel) return refuse('without OpenBLAS: apt-get install libopenblas0-pthread')
      for (const each of taken) {
        const result = await compare(each, lab, other, effort)
        if (!contender.isLab) found.peers.push(peerEntry(contender.name, each.name, threads, other.about, result))
        if ('refused' in result) { say(`    ${each.name}: ${result.refused}`); continue }
        found.addLab(labEntry(each.name, lab.about, result.lab))
        if (contender.isLab) found.addLab(labEntry(each.name, other.about, result.other))
        say(`    ${each.name}: ${result.ratio.median.toFixed(2)} times as fast (± ${(100 * result.ratio.spread / 2).toFixed(0)} %), by CPU time ${result.cpuRatio.median.toFixed(2)}`)
      }
    })
  }
  catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n').at(-1) ?? ''
    say(`    left out: ${reason}`)
    refuse(reason)
  }
}

async function using(command: Command, work: (runner: Runner) => Promise<void>): Promise<void> {
  const runner = await startChild(command)
  try { await work(runner) }
  finally { runner.end() }
}
