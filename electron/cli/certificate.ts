import { certificate as certificateOf, type CertificateEntry, certificateSeeds, type Dataset, type Engine, type Measured, type MeasureProgress, measureSteps, mnist } from '@core'
import { table } from './columns'
import { type Command, commonFlags, exitCodes, type CommandEnvironment } from './command'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import type { Arguments } from './flags'
import { runInterruptibly, Interrupt } from './interrupt'
import { Progress } from './progress'
import type { Terminal } from './terminal'

export const certificate: Command = {
  name: 'certificate',
  flags: [{ name: 'quick' }, backendFlag, threadsFlag, ...commonFlags],
  example: 'certificate --json',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { flags } = args
  const { terminal, datasets } = environment
  const engine = openEngine(engineChoiceOf(args, environment), environment)
  const interrupt = new Interrupt().listen()
  const measured = flags.has('quick') ? {} : await measure(await datasets.load(mnist), engine, interrupt, terminal)
  const { name: backend, threads } = engine.ops
  interrupt.release()
  engine.dispose()
  if (!measured) {
    terminal.say(terminal.text('certificate.interrupted'))
    return exitCodes.interrupted
  }
  const entries = certificateOf(measured)
  terminal.print(flags.has('json') ? JSON.stringify({ ...countsOf(entries), backend, threads, entries }) : readable(entries, terminal))
  return entries.some(({ agrees }) => agrees === false) ? exitCodes.failed : exitCodes.done
}

const countsOf = (entries: readonly CertificateEntry[]) => ({
  numbers: entries.length,
  agree: entries.filter(({ agrees }) => agrees).length,
  disagree: entries.filter(({ agrees }) => agrees === false).length,
  notRecomputed: entries.filter(({ agrees }) => agrees === null).length,
})

/** @returns null when interrupted */
async function measure(dataset: Dataset, engine: Engine, interrupt: Interrupt, terminal: Terminal): Promise<Measured | null> {
  const steps = measureSteps(dataset, engine)
  let at: MeasureProgress | null = null
  let measured: Measured | null = null
  let progress = new Progress(terminal)
  let shown = ''
  const label = ({ stage, seed }: MeasureProgress): string => stage === 'gradients' ? terminal.text('certificate.checking') : terminal.text('certificate.training', { seed: seed!, of: certificateSeeds.length })
  await runInterruptibly({ interrupt, now: terminal.now }, () => {
    const next = steps.next()
    if (next.done) measured = next.value
    else at = next.value
    return !next.done
  }, () => {
    if (!at) return
    const now = label(at)
    if (shown && shown !== now) { // a new bar for each training
      progress.end()
      progress = new Progress(terminal)
    }
    shown = now
    progress.update(at.done, at.total, () => [now])
  })
  progress.end()
  return measured
}

function readable(entries: readonly CertificateEntry[], terminal: Terminal): string {
  const { numbers, agree, disagree, notRecomputed } = countsOf(entries)
  const verdict = ({ agrees }: CertificateEntry): string => terminal.text(`certificate.${agrees === null ? 'skipped' : agrees ? 'yes' : 'no'}`)
  const header = ['lesson', 'name', 'printed', 'value', 'digits', 'agrees'].map(key => terminal.text(`certificate.${key}`))
  const rows = entries.map(entry => [String(entry.lesson), entry.name, entry.printed, entry.value === null ? '–' : String(entry.value), entry.digits === null ? '–' : String(entry.digits), verdict(entry)])
  return [table([header, ...rows], [0, 2, 3, 4]), '', terminal.text('certificate.sum', { numbers, agree, disagree, notRecomputed })].join('\n')
}
