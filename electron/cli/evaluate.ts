import { type Answers, configOf, type DatasetInfo, type Evaluation, type EvaluatedSplit, evaluatedSplits, isSameDataset, learnedDataset, type NetworkFormat, type RecordedEvaluation, Trainer } from '@core'
import { weightsSha256 } from '@files'
import { table } from './columns'
import { type Command, commonFlags, exitCodes, type CommandEnvironment } from './command'
import { datasetOf } from './dataset-of'
import { backendFlag, engineChoiceOf, openEngine, threadsFlag } from './engine'
import { type Arguments, onlyArgument } from './flags'
import { Interrupt } from './interrupt'
import { choiceFlags, networkInput } from './network-input'
import { Progress } from './progress'
import type { Terminal } from './terminal'
import { recordedEvaluation } from './whole-evaluation'

/** The result for `--json`. */
interface EvaluateResult {
  readonly file: string
  readonly format: NetworkFormat | 'checkpoint'
  /** Mini-batches learned before the file was saved */
  readonly step: number
  /** Loss, accuracy and right answers of each class on every split */
  readonly evaluation: Pick<Evaluation, EvaluatedSplit>
  /** Number of images by class (a row each) and predicted class; null without such images */
  readonly confusion: Readonly<Record<EvaluatedSplit, readonly (readonly number[])[] | null>>
  readonly dataset: Pick<DatasetInfo, 'id' | 'name' | 'counts' | 'sha256'>
  readonly backend: string
  readonly threads: number
  readonly weightsSha256: string
}

export const evaluate: Command = {
  name: 'evaluate',
  positional: 'FILE',
  flags: [{ name: 'dataset', value: 'NAME' }, ...choiceFlags, backendFlag, threadsFlag, ...commonFlags],
  example: 'evaluate weights.safetensors --json',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal, datasets } = environment
  const file = onlyArgument(args, 'evaluate', 'FILE')
  const choice = engineChoiceOf(args, environment)
  const { format, weights } = await networkInput(file, args, environment)
  const info = await datasetOf(args, weights, file, environment)
  const learned = learnedDataset(weights)
  if (learned && !isSameDataset(learned, info)) terminal.say(terminal.text('evaluate.otherDataset', { file, learned: learned.name, name: info.name }))
  const dataset = await datasets.load(info)
  const interrupt = new Interrupt().listen()
  const engine = openEngine(choice, environment)
  const trainer = new Trainer({ ...configOf(weights), dataset: info.id }, dataset, { weights, ops: engine.ops })
  engine.prepareFor(trainer.work)
  const recorded = await recordedEvaluation(trainer, interrupt, new Progress(terminal), terminal)
  interrupt.release()
  const result: EvaluateResult | null = recorded && {
    file, format, step: weights.step, ...scoresOf(recorded),
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

/** Scores and confusion matrices of every split. */
function scoresOf({ evaluation: { train, validation, test }, answers }: RecordedEvaluation): Pick<EvaluateResult, 'evaluation' | 'confusion'> {
  const matrix = (of: Answers): readonly (readonly number[])[] | null => {
    const counts = [...of.confusion()]
    return of.images > 0 ? Array.from({ length: of.classes }, (_, actual) => counts.slice(actual * of.classes, (actual + 1) * of.classes)) : null
  }
  return { evaluation: { train, validation, test }, confusion: { train: matrix(answers.train), validation: matrix(answers.validation), test: matrix(answers.test) } }
}

/** The confusion matrix is printed for as many classes as fit beside each other. */
const shownClasses = 20

function readable({ file, step, evaluation, confusion, dataset, backend, threads, weightsSha256 }: EvaluateResult, classes: readonly string[], terminal: Terminal): string {
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
    ...confusion.test && classes.length <= shownClasses
      ? [`${text('confusion')}\n${table([['', ...classes], ...confusion.test.map((row, i) => [classes[i]!, ...row.map(count => count > 0 ? terminal.number(count) : '·')])], classes.map((_, i) => i + 1))}`]
      : [],
  ].join('\n\n')
}
