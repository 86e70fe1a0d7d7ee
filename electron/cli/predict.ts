import { buildModel, checkWeightsFit, type DatasetMark, type Doubt, doubtIn, inkOf, isUnlikeAny, LabError, lossDefinition, markOf, mnist, nearestImages, normalizeUnit, ownError, predictedClass, preprocessDigit, resizePicture, setTensors, type Split } from '@core'
import { readPng } from '@files'
import { bar, table } from './columns'
import { type Command, commonFlags, exitCodes, type CommandEnvironment } from './command'
import { backendFlag, engineChoiceOf, openEngine } from './engine'
import type { Arguments } from './flags'
import { choiceFlags, networkInput } from './network-input'
import type { Terminal } from './terminal'

const barCells = 30

interface FilePrediction {
  readonly file: string
  /** Index of the class with the largest output, and its name */
  readonly label: number
  readonly name: string
  /** One per class; of a network without probabilities `outputs` instead, numbers of any sign */
  readonly probabilities?: readonly number[]
  readonly outputs?: readonly number[]
  /** Reason to doubt that it is a single digit, or null; `unlike`: it is like no training image of MNIST */
  readonly doubt: Reason | null
  readonly backend: string
  readonly threads: number
}

type Reason = Doubt | 'unlike'

/** A picture that could not be read, and why. */
interface FileFailure {
  readonly file: string
  readonly error: { readonly code: string, readonly message: string }
}

const isPrediction = (answer: FilePrediction | FileFailure): answer is FilePrediction => !('error' in answer)

export const predict: Command = {
  name: 'predict',
  positional: 'WEIGHTS IMAGE…',
  flags: [...choiceFlags, backendFlag, ...commonFlags],
  example: 'predict weights.safetensors digit.png --json',
  run,
}

/** predict writes no files, so Ctrl-C may kill it at any time, even while it decodes a large picture. */
async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { flags, positional } = args
  const { terminal } = environment
  const [file, ...images] = positional
  if (file === undefined) throw new LabError('cli.missingArgument', 'a weights file is missing', { wanted: 'WEIGHTS' })
  if (images.length === 0) throw new LabError('cli.missingArgument', 'an image is missing', { wanted: 'IMAGE' })
  const choice = engineChoiceOf(args, environment)
  const { weights } = await networkInput(file, args, environment)
  const dataset = weights.dataset ?? markOf(mnist) // older files name none
  checkWeightsFit(weights, { ...dataset, classes: weights.dataset ? weights.classes : mnist.classes }, file)
  const { ops } = openEngine(choice, environment) // a single digit is too little work for several threads
  const model = buildModel(weights.architecture, { rows: 1, arena: ops.arena() })
  setTensors(model, weights.tensors)

  const outputKey = lossDefinition(weights.architecture.loss).probabilities ? 'probabilities' : 'outputs'
  const answers: (FilePrediction | FileFailure)[] = []
  let trained: Promise<Split | null> | undefined
  /** MNIST's training images, read when the first picture is compared with them; null where they are missing */
  const training = (): Promise<Split | null> => trained ??= environment.datasets.load(mnist).then(({ train }) => train, () => null)
  for (const image of images) {
    try {
      const { pixels, doubt } = await inputFor(image, dataset, { terminal, training })
      model.input.value.data.set(pixels) // (1,D)
      model.predict(ops)
      const label = predictedClass(model.out.value)
      answers.push({ file: image, label, name: weights.classes[label]!, [outputKey]: [...model.out.value.data], doubt, backend: ops.name, threads: ops.threads })
    }
    catch (cause) {
      const { code, message } = ownError(cause)
      terminal.say(terminal.errorText(cause)) // the other pictures are read all the same
      answers.push({ file: image, error: { code, message } })
    }
  }
  const predictions = answers.filter(isPrediction)
  for (const { file, doubt } of predictions) if (doubt) terminal.say(terminal.text(`doubt.${doubt}`, { file }))
  if (predictions.length > 0) terminal.print(flags.has('json') ? JSON.stringify(answers) : readable(predictions, weights.classes, terminal))
  return predictions.length < answers.length ? exitCodes.badInput : exitCodes.done
}

/** Converts a picture to an image of the dataset that the network has learned. @throws LabError image.*, file.* */
async function inputFor(file: string, dataset: DatasetMark, { terminal, training }: { readonly terminal: Terminal, readonly training: () => Promise<Split | null> }): Promise<{ readonly pixels: Float32Array, readonly doubt: Reason | null }> {
  const { rgba, width, height } = await readPng(terminal.path(file))
  const { id, preprocessing, normalization } = dataset
  if (preprocessing !== 'digit') return { pixels: normalizeUnit(resizePicture(rgba, width, height, dataset), normalization), doubt: null }
  const digit = preprocessDigit(inkOf(rgba, width, height), width, height)
  if (!digit) throw new LabError('image.blank', `${file} is blank`, { file, found: `${width}×${height}` })
  return { pixels: normalizeUnit(digit, normalization), doubt: doubtIn(digit) ?? (id === mnist.id ? unlikeIn(digit, await training()) : null) }
}

/** Whether a digit is like none of the training images. */
function unlikeIn(digit: Float32Array, train: Split | null): Reason | null {
  const [nearest] = train ? nearestImages(train, mnist.shape, digit, 1) : []
  return nearest && isUnlikeAny(digit, nearest.distance) ? 'unlike' : null
}

/** For one picture a row per class, with a bar for a probability and a sign for another number; for several a line per picture. */
function readable(predictions: readonly FilePrediction[], classes: readonly string[], terminal: Terminal): string {
  const [first] = predictions
  if (first && predictions.length === 1) return [
    table([
      [terminal.text('predict.file'), first.file], [terminal.text('predict.label'), first.name],
      ...first.outputs ? [[terminal.text('predict.outputs'), terminal.text('predict.outputsNote')]] : [],
    ]),
    first.probabilities
      ? table(first.probabilities.map((share, i) => [`  ${classes[i]}`, bar(share, barCells), terminal.percent(share, 1)]), [2])
      : table(outputTexts(first, terminal).map((text, i) => [`  ${classes[i]}`, text]), [1]),
  ].join('\n\n')
  return table([
    [terminal.text('predict.file'), terminal.text('predict.label'), ...classes],
    ...predictions.map(prediction => [prediction.file, prediction.name, ...outputTexts(prediction, terminal)]),
  ], [1, ...classes.map((_, i) => i + 2)])
}

const outputTexts = ({ probabilities, outputs = [] }: FilePrediction, terminal: Terminal): readonly string[] =>
  probabilities?.map(share => terminal.percent(share, 1)) ?? outputs.map(value => `${value > 0 ? '+' : ''}${terminal.short(value)}`)
