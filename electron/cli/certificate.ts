import { certificate as certificateOf, type CertificateEntry, certificateSeeds, type Dataset, defaultConfig, type Engine, type Measured, type RunConfig, Trainer } from '@core'
import { loadMnist } from '@files'
import { checkGradients } from './check-gradients'
import { table } from './columns'
import { type Command, commonFlags, exit, type Surroundings } from './command'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import type { Arguments } from './flags'
import { inSlices, Interrupt } from './interrupt'
import { Progress } from './progress'
import type { Terminal } from './terminal'

/** Lesson 24's run, on lesson 25's network. */
const config = { ...defaultConfig, layers: [784, 50, 10], activation: 'relu', init: 'he', learningRate: 0.1, batchSize: 100 } as const
const iterations = 10_000
const checkedImages = 3

export const certificate: Command = {
  name: 'certificate',
  flags: [{ name: 'quick' }, backendFlag, threadsFlag, ...commonFlags],
  example: 'certificate --json',
  run,
}

async function run(args: Arguments, surroundings: Surroundings): Promise<number> {
  const { flags } = args
  const { terminal, mnist } = surroundings
  const engine = openEngine(engineChoiceOf(args, surroundings), surroundings)
  const interrupt = new Interrupt().listen()
  const measured = flags.has('quick') ? {} : await measure(await loadMnist(mnist), engine, interrupt, terminal)
  const { name: backend, threads } = engine.ops
  interrupt.release()
  engine.dispose()
  if (!measured) {
    terminal.say(terminal.text('certificate.interrupted'))
    return exit.interrupted
  }
  const entries = certificateOf(measured)
  terminal.print(flags.has('json') ? JSON.stringify({ ...countsOf(entries), backend, threads, entries }) : readable(entries, terminal))
  return entries.some(({ agrees }) => agrees === false) ? exit.failed : exit.done
}

const countsOf = (entries: readonly CertificateEntry[]) => ({
  numbers: entries.length,
  agree: entries.filter(({ agrees }) => agrees).length,
  disagree: entries.filter(({ agrees }) => agrees === false).length,
  notRecomputed: entries.filter(({ agrees }) => agrees === null).length,
})

/** @returns null when interrupted */
async function measure(dataset: Dataset, engine: Engine, interrupt: Interrupt, terminal: Terminal): Promise<Measured | null> {
  const label = (): string => terminal.text('certificate.checking')
  const checks = await checkGradients(dataset, { config, samples: checkedImages, label }, interrupt, terminal)
  if ('done' in checks) return null
  const accuracies: number[] = []
  for (const seed of certificateSeeds) {
    const accuracy = await train({ ...config, seed }, dataset, engine, interrupt, terminal)
    if (!accuracy) return null
    accuracies.push(accuracy)
  }
  return { checks, accuracies }
}

/** @returns the accuracy over all test images; null when interrupted */
async function train(config: RunConfig, dataset: Dataset, engine: Engine, interrupt: Interrupt, terminal: Terminal): Promise<number | null> {
  const { seed } = config
  const trainer = new Trainer(config, dataset, { ops: engine.ops })
  engine.serve(trainer.work)
  const progress = new Progress(terminal)
  await inSlices(interrupt, () => {
    trainer.learn()
    return trainer.step < iterations && !trainer.divergence
  }, () => progress.update(trainer.step, iterations, () => [terminal.text('certificate.training', { seed, of: certificateSeeds.length })]))
  progress.end()
  if (trainer.step < iterations) return null
  const evaluator = trainer.createEvaluator()
  evaluator.begin(trainer.step, { trainImages: 100, testImages: dataset.test.count })
  let accuracy = evaluator.advance()
  await inSlices(interrupt, () => {
    accuracy ??= evaluator.advance()
    return accuracy === null
  }, () => undefined)
  evaluator.dispose()
  trainer.dispose()
  return accuracy?.testAccuracy ?? null
}

function readable(entries: readonly CertificateEntry[], terminal: Terminal): string {
  const { numbers, agree, disagree, notRecomputed } = countsOf(entries)
  const verdict = ({ agrees }: CertificateEntry): string => terminal.text(`certificate.${agrees === null ? 'skipped' : agrees ? 'yes' : 'no'}`)
  const header = ['lesson', 'name', 'printed', 'value', 'digits', 'agrees'].map(key => terminal.text(`certificate.${key}`))
  const rows = entries.map(entry => [String(entry.lesson), entry.name, entry.printed, entry.value === null ? '–' : String(entry.value), entry.digits === null ? '–' : String(entry.digits), verdict(entry)])
  return [table([header, ...rows], [0, 2, 3, 4]), '', terminal.text('certificate.sum', { numbers, agree, disagree, notRecomputed })].join('\n')
}
