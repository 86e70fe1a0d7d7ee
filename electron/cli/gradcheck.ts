import { defaultH, type ParamCheck } from '@core'
import { loadMnist } from '@files'
import { checkGradients } from './check-gradients'
import { table } from './columns'
import { type Command, commonFlags, exit, networkFlags, seedFlag, type Surroundings } from './command'
import type { Arguments } from './flags'
import { Interrupt } from './interrupt'
import type { Terminal } from './terminal'
import { configOfFlags, countOf, numberOf, wrongValue } from './values'

/** Above this, on average over a parameter, backpropagation is wrong. */
const tolerance = 1e-7
const maxSamples = 1000
const maxH = 1

export const gradcheck: Command = {
  name: 'gradcheck',
  flags: [
    ...networkFlags,
    { name: 'samples', value: 'N', fallback: '3' },
    seedFlag,
    { name: 'h', value: 'X', fallback: '0.0001' },
    ...commonFlags,
  ],
  example: 'gradcheck --layers 784,50,10 --samples 3 --json',
  run,
}

async function run(args: Arguments, { terminal, mnist }: Surroundings): Promise<number> {
  const config = configOfFlags(args, terminal)
  const samples = countOf(args, 'samples', { max: maxSamples, fallback: 3 }, terminal)
  const h = stepOf(args, terminal)
  const interrupt = new Interrupt().listen()
  const checks = await checkGradients(await loadMnist(mnist), { config, samples, h, label: nameOf }, interrupt, terminal)
  interrupt.release()
  if ('done' in checks) {
    terminal.say(terminal.text('gradcheck.interrupted', { done: checks.done, total: checks.total }))
    return exit.interrupted
  }
  return report(checks, args, terminal)
}

function report(checks: readonly ParamCheck[], { flags }: Arguments, terminal: Terminal): number {
  const results = checks.map(({ path, mean, max, checked, kinks, kinkMax }) =>
    [nameOf(path), { mean, max, checked, kinks: { count: kinks, max: kinkMax } }] as const)
  const header = ['name', 'mean', 'max', 'checked', 'kinks', 'kinkMax'].map(key => terminal.text(`gradcheck.${key}`))
  terminal.print(flags.has('json')
    ? JSON.stringify(Object.fromEntries(results))
    : table([header, ...results.map(([name, { mean, max, checked, kinks }]) => [
        name, mean.toExponential(2), max.toExponential(2), terminal.number(checked), terminal.number(kinks.count), kinks.max.toExponential(2),
      ])], [1, 2, 3, 4, 5]))
  const wrong = results.filter(([, { mean, checked }]) => !(checked > 0 && mean <= tolerance)).map(([name]) => name)
  if (wrong.length === 0) return exit.done
  terminal.say(terminal.text('gradcheck.wrong', { names: wrong.join(', '), tolerance: String(tolerance) }))
  return exit.failed
}

/** As the book calls it: affine1.W is W1. */
const nameOf = (path: string): string => path.replace(/^affine(\d+)\.(\w)$/, '$2$1')

function stepOf({ flags }: Arguments, terminal: Terminal): number {
  const given = flags.get('h')
  if (given === undefined) return defaultH
  const h = numberOf(given)
  if (typeof h === 'number' && h > 0 && h <= maxH) return h
  throw wrongValue('h', terminal.text('wanted.learningRate', { max: maxH }), given, { cause: h })
}
