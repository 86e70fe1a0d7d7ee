import { checkWeightsFit, configOf, type DatasetInfo, type Evaluation, type EvaluatedSplit, evaluatedSplits, mnist, readWeights, Trainer, type WeightsFile } from '@core'
import { entryTrainedOn, readWeightsBytes, weightsSha256 } from '@files'
import { table } from './columns'
import { type Command, commonFlags, exitCodes, type CommandEnvironment } from './command'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import { type Arguments, onlyArgument } from './flags'
import { Interrupt } from './interrupt'
import { Progress } from './progress'
import type { Terminal } from './terminal'
import { datasetOfFlags } from './values'
import { wholeEvaluation } from './whole-evaluation'

/** The result for `--json`. */
interface EvaluateResult {
  readonly file: string
  /** Mini-batches learned before the file was saved */
  readonly step: number
  /** Loss, accuracy and right answers of each class on every split */
  readonly evaluation: Pick<Evaluation, EvaluatedSplit>
  readonly dataset: Pick<DatasetInfo, 'id' | 'name' | 'counts' | 'sha256'>
  readonly backend: string
  readonly threads: number
  readonly weightsSha256: string
}

export const evaluate: Command = {
  name: 'evaluate',
  positional: 'WEIGHTS',
  flags: [{ name: 'dataset', value: 'NAME' }, backendFlag, threadsFlag, ...commonFlags],
  example: 'evaluate weights.safetensors --json',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal, datasets } = environment
  const file = onlyArgument(args, 'evaluate', 'WEIGHTS')
  const choice = engineChoiceOf(args, environment)
  const weights = readWeights(await readWeightsBytes(terminal.path(file), file), file)
  const info = await datasetOf(args, weights, file, environment)
  if (weights.gaps?.includes('activation')) terminal.say(terminal.text('weights.activation', { file }))
  const dataset = await datasets.load(info)
  const interrupt = new Interrupt().listen()
  const engine = openEngine(choice, environment)
  const trainer = new Trainer({ ...configOf(weights), dataset: info.id }, dataset, { weights, ops: engine.ops })
  engine.prepareFor(trainer.work)
  const evaluation = await wholeEvaluation(trainer, interrupt, new Progress(terminal), terminal)
  interrupt.release()
  const result: EvaluateResult | null = evaluation && {
    file, step: weights.step, evaluation: { train: evaluation.train, validation: evaluation.validation, test: evaluation.test },
    dataset: { id: info.id, name: info.name, counts: info.counts, sha256: info.sha256 },
    backend: engine.ops.name, threads: engine.ops.threads, weightsSha256: weightsSha256(weights),
  }
  engine.dispose()
  if (!result) {
    terminal.say(terminal.text('evaluate.interrupted'))
    return exitCodes.interrupted
  }
  terminal.print(args.flags.has('json') ? JSON.stringify(result) : readable(result, info.classes, terminal))
  return exitCodes.done
}

/**
 * The dataset of `--dataset`, which may be another one of the same sizes; left out: the one that the network has learned.
 * @throws LabError dataset.*, weights.dataset, weights.unknownDataset
 */
export async function datasetOf(args: Arguments, weights: WeightsFile, file: string, environment: CommandEnvironment): Promise<DatasetInfo> {
  const { dataset: trained, architecture } = weights
  if (args.flags.has('dataset')) {
    const info = await datasetOfFlags(args, environment)
    checkWeightsFit({ architecture }, info, file)
    return info
  }
  const { info } = trained ? entryTrainedOn(await environment.datasets.list(), trained, file) : { info: mnist }
  checkWeightsFit(weights, info, file)
  return info
}

function readable({ file, step, evaluation, dataset, backend, threads, weightsSha256 }: EvaluateResult, classes: readonly string[], terminal: Terminal): string {
  const splits = evaluatedSplits.flatMap(split => evaluation[split] ? [{ split, score: evaluation[split] }] : [])
  const text = (key: string): string => terminal.text(`evaluate.${key}`)
  return [
    table([
      [terminal.text('predict.file'), file], [text('step'), terminal.number(step)], [terminal.text('train.dataset'), dataset.name],
      [terminal.text('train.backend'), terminal.text('train.backendValue', { backend, threads })], [terminal.text('train.weightsSha256'), weightsSha256],
    ]),
    table([
      ['', text('images'), text('loss'), text('accuracy')],
      ...splits.map(({ split, score }) => [text(split), terminal.number(score.images), terminal.short(score.loss), terminal.percent(score.accuracy)]),
    ], [1, 2, 3]),
    table([
      [text('class'), ...splits.map(({ split }) => text(split))],
      ...classes.map((name, i) => [name, ...splits.map(({ score: { correct, counts } }) => `${terminal.number(correct[i]!)} / ${terminal.number(counts[i]!)}`)]),
    ], splits.map((_, i) => i + 1)),
  ].join('\n\n')
}
