import { configOf, type Dataset, type DatasetInfo, type Ops, Trainer, trainerOf, Watch } from '@core'
import { type Command, commonFlags, exitCodes, type CommandEnvironment } from './command'
import { findingText, jsonFindings, quickEvaluation } from './diagnosis'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import { datasetOf } from './dataset-of'
import { type Arguments, onlyArgument } from './flags'
import { choiceFlags, networkInput } from './network-input'
import { datasetOfCheckpoint } from './start'

export const diagnose: Command = {
  name: 'diagnose',
  positional: 'FILE',
  flags: [...choiceFlags, backendFlag, threadsFlag, ...commonFlags],
  example: 'diagnose weights.safetensors --json',
  run,
}

/** A training in a file, and the dataset that it learns. */
interface Diagnosed {
  readonly info: DatasetInfo
  /** @throws LabError train.memory */
  build: (dataset: Dataset, ops: Ops) => Trainer
}

/** Nothing is written, so Ctrl-C may end it at any time. */
async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal, datasets } = environment
  const file = onlyArgument(args, 'diagnose', 'FILE')
  const choice = engineChoiceOf(args, environment)
  const { info, build } = await diagnosedIn(file, args, environment)
  const engine = openEngine(choice, environment)
  const trainer = build(await datasets.load(info), engine.ops)
  engine.prepareFor(trainer.work)
  const watch = new Watch(trainer, { once: true })
  const evaluation = quickEvaluation(trainer.createEvaluator())
  watch.evaluated(evaluation)
  trainer.learn()
  watch.learned(trainer)
  const { findings } = watch
  engine.dispose()
  const looked = { images: terminal.number(evaluation.train.images), name: info.name }
  if (args.flags.has('json')) terminal.print(JSON.stringify(jsonFindings(findings)))
  else terminal.print(findings.length > 0 ? findings.map(finding => findingText(finding, trainer, terminal)).join('\n') : terminal.text('diagnose.nothing', looked))
  return exitCodes.done
}

/** @throws LabError file.*, safetensors.*, weights.*, checkpoint.*, dataset.* */
async function diagnosedIn(file: string, args: Arguments, environment: CommandEnvironment): Promise<Diagnosed> {
  const { weights, checkpoint } = await networkInput(file, args, environment)
  if (checkpoint) return { info: await datasetOfCheckpoint(checkpoint.dataset, environment.datasets, file), build: (dataset, ops) => trainerOf(checkpoint, dataset, ops) }
  const info = await datasetOf(args, weights, file, environment)
  return { info, build: (dataset, ops) => new Trainer({ ...configOf(weights), dataset: info.id }, dataset, { weights, ops }) }
}
