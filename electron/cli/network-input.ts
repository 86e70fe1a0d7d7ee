import { choiceAccuracies, type ChoiceAccuracy, choiceImages, choicesOf, LabError, type NetworkChoice, openChoices, type OpenChoice, pixelScales, type WeightsFile, withChoice } from '@core'
import { type NetworkOnDisk, readNetworkOnDisk } from '@files'
import { table } from './columns'
import type { CommandEnvironment } from './command'
import { datasetOf } from './dataset-of'
import { openEngine } from './engine'
import type { Arguments, Flag } from './flags'
import { wordOf, wrongValue } from './values'

/** Flags that answer what a file of another program leaves open. */
export const choiceFlags: readonly Flag[] = [
  { name: 'activation', text: 'choice.activation', value: 'KIND' },
  { name: 'normalization', text: 'choice.normalization', value: Object.keys(pixelScales).join('|') },
]

/** A network from a file of any format, with its open choices answered. */
export interface NetworkInput extends Pick<NetworkOnDisk, 'format' | 'checkpoint'> {
  readonly weights: WeightsFile
}

/**
 * Reads a network from a file. What the file leaves open must be given by flags; where one is missing, the choices that are left are
 * measured on training images of the dataset that it has learned, or that --dataset names, and printed.
 * @throws LabError cli.choice, cli.value, cli.fixedChoice; as for `readNetworkOnDisk` and `datasetOf`
 */
export async function networkInput(file: string, args: Arguments, environment: CommandEnvironment): Promise<NetworkInput> {
  const found = await readNetworkOnDisk(environment.terminal.path(file), file)
  return { format: found.format, checkpoint: found.checkpoint, weights: await chosen(found, file, args, environment) }
}

async function chosen(found: NetworkOnDisk, file: string, args: Arguments, environment: CommandEnvironment): Promise<WeightsFile> {
  const given = choiceOfFlags(found, file, args)
  const left = choicesOf(found).filter(choice => openChoices.every(name => given[name] === undefined || choice[name] === given[name]))
  if (left.length === 1) return withChoice(found, left[0]!)
  const { terminal, datasets } = environment
  const info = await datasetOf(args, found.weights, file, environment)
  const dataset = await datasets.load(info)
  const engine = openEngine({ backend: 'wasm', threads: 1 }, environment)
  try {
    const accuracies = choiceAccuracies(found, dataset, engine.ops).filter(({ choice }) => left.some(one => openChoices.every(name => one[name] === choice[name])))
    terminal.say(terminal.text('choice.measured', { file, n: terminal.number(Math.min(choiceImages, dataset.train.count)), name: info.name }))
    terminal.say(table(accuracies.map(({ choice, accuracy }) => [`  ${flagsOf(choice)}`, terminal.percent(accuracy, 1)]), [1]))
    throw missing(accuracies, found.open.filter(name => given[name] === undefined), file)
  }
  finally { engine.dispose() }
}

const missing = (accuracies: readonly ChoiceAccuracy[], names: readonly OpenChoice[], file: string): LabError =>
  new LabError('cli.choice', `${file} does not say its ${names.join(' and ')}`, { file, wanted: names.map(name => `--${name}`).join(' '), suggestion: flagsOf(accuracies[0]!.choice) })

const flagsOf = (choice: NetworkChoice): string => openChoices.flatMap(name => choice[name] === undefined ? [] : [`--${name} ${choice[name]}`]).join(' ')

/** @throws LabError cli.value for an unknown word, cli.fixedChoice for a flag whose choice is not open */
function choiceOfFlags(found: NetworkOnDisk, file: string, { flags }: Arguments): NetworkChoice {
  return Object.fromEntries(openChoices.flatMap((name) => {
    const text = flags.get(name)
    if (text === undefined) return []
    if (!found.open.includes(name)) throw new LabError('cli.fixedChoice', `${file} says its ${name}`, { file, flag: `--${name}` })
    const allowed = [...new Set(choicesOf(found).map(choice => String(choice[name])))]
    const word = wordOf(text, allowed)
    if (word === undefined) throw wrongValue(name, allowed.join(', '), text)
    return [[name, word]]
  }))
}
