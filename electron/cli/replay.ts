import { computesSameBits, LabError, limits } from '@core'
import { stateSha256, weightsSha256 } from '@files'
import { table } from './columns'
import { type Command, commonFlags, type CommandEnvironment, exitCodes } from './command'
import { divergedError } from './diverged'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import { type Arguments, onlyArgument } from './flags'
import { Interrupt } from './interrupt'
import { checkStep, reach, recordedIn } from './past'
import { Progress } from './progress'
import { datasetOfCheckpoint } from './start'
import type { Terminal } from './terminal'
import { countOf } from './values'

/** The result for `--json`. */
interface ReplayResult {
  readonly step: number
  /** Of the mini-batch that led to the step; null at the first one */
  readonly loss: number | null
  readonly weightsSha256: string
  readonly stateSha256: string
  /** Whether every number is the run's own: the same kernels computed it, and every recorded loss on the way is the same */
  readonly exact: boolean
  /** Time to find a state and to learn from there, without loading the dataset */
  readonly milliseconds: number
}

export const replay: Command = {
  name: 'replay',
  positional: 'FILE|ID',
  flags: [{ name: 'to-step', value: 'N' }, backendFlag, threadsFlag, ...commonFlags],
  example: 'replay "First try" --to-step 1200 --json',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal, datasets, version } = environment
  const given = onlyArgument(args, 'replay', 'FILE|ID')
  if (!args.flags.has('to-step')) throw new LabError('cli.missingArgument', 'a step is missing', { wanted: '--to-step N' })
  const step = countOf(args, 'to-step', { min: 0, max: limits.iterations, fallback: 0 }, terminal)
  const choice = engineChoiceOf(args, environment)
  const past = await recordedIn(given, environment)
  checkStep(past, step, terminal, past.run === null)
  const dataset = await datasets.load(await datasetOfCheckpoint(past.record.dataset, datasets, given))
  const interrupt = new Interrupt().listen()
  const engine = openEngine(choice, environment)
  const { ops } = engine
  const isSame = computesSameBits(past.record.backend, ops.name)
  if (!isSame) terminal.say(terminal.text('replay.otherBackend', { file: given, found: past.record.backend, backend: ops.name }))
  const progress = new Progress(terminal)
  const began = terminal.now()
  const reached = await reach(past, step, { dataset, ops }, { interrupt, now: terminal.now, onSlice: at => progress.update(at, step, () => [terminal.text('replay.learning')]) })
  const milliseconds = terminal.now() - began
  progress.end()
  interrupt.release()
  if (!reached) {
    engine.dispose()
    terminal.say(terminal.text('evaluate.interrupted'))
    return exitCodes.interrupted
  }
  const { trainer, differsAt } = reached
  if (differsAt !== null && past.lossAt(differsAt) !== undefined) terminal.say(terminal.text('replay.differs', { file: given, step: terminal.number(differsAt) }))
  if (trainer.divergence && trainer.step < step) throw divergedError(trainer, terminal)
  const result: ReplayResult = {
    step, loss: trainer.loss, weightsSha256: weightsSha256(trainer.weights({ version })), stateSha256: stateSha256(trainer.snapshot()),
    exact: isSame && differsAt === null, milliseconds,
  }
  engine.dispose()
  terminal.print(args.flags.has('json') ? JSON.stringify(result) : readable(result, terminal))
  return exitCodes.done
}

function readable({ step, loss, weightsSha256, stateSha256, exact, milliseconds }: ReplayResult, terminal: Terminal): string {
  return table([
    [terminal.text('evaluate.step'), terminal.number(step)],
    ...loss === null ? [] : [[terminal.text('train.lastLoss'), terminal.short(loss)]],
    [terminal.text('train.weightsSha256'), weightsSha256],
    [terminal.text('train.stateSha256'), stateSha256],
    [terminal.text('replay.exact'), terminal.text(exact ? 'replay.yes' : 'replay.no')],
    [terminal.text('train.time'), terminal.text('seconds', { n: terminal.number(milliseconds / 1000, 3) })],
  ])
}
