import { checkBatch, ConfigError, defaultH, mnist, type ParamCheck, type RunConfig } from '@core'
import { checkGradients } from './check-gradients'
import { table } from './columns'
import { type Command, commonFlags, exitCodes, networkFlags, seedFlag, type CommandEnvironment } from './command'
import type { Arguments } from './flags'
import { Interrupt } from './interrupt'
import type { Terminal } from './terminal'
import { configOfFlags, countOf, datasetOfFlags, numberOf, wrongValue } from './values'

/** Largest mean difference over a parameter for which backpropagation counts as correct. */
const tolerance = 1e-7
/** For these h both truncation and rounding error stay below the tolerance: a failed check is repeated with one of them */
const reliableH = [defaultH, 1e-5] as const
const maxSamples = 1000
const maxH = 1

export const gradcheck: Command = {
  name: 'gradcheck',
  flags: [
    { name: 'dataset', value: 'NAME', fallback: mnist.id },
    ...networkFlags,
    { name: 'samples', value: 'N', fallback: '3' },
    seedFlag,
    { name: 'h', value: 'X', fallback: '0.0001' },
    ...commonFlags,
  ],
  example: 'gradcheck --layers 784,50,10 --samples 3 --json',
  run,
}

async function run(args: Arguments, environment: CommandEnvironment): Promise<number> {
  const { terminal, datasets } = environment
  const info = await datasetOfFlags(args, environment)
  const config = configOfFlags(args, info, terminal)
  const samples = countOf(args, 'samples', { max: Math.min(maxSamples, info.counts.train), fallback: Math.min(3, info.counts.train) }, terminal)
  checkSamples(config, samples)
  const h = readH(args, terminal)
  const otherH = reliableH.find(other => other !== h)!
  const dataset = await datasets.load(info)
  const interrupt = new Interrupt().listen()
  const check = (h: number) => checkGradients(dataset, { config, samples, h, label: nameOf }, interrupt, terminal)
  const checks = await check(h)
  const again = !('done' in checks) && checks.some(isAbove) ? await check(otherH) : []
  interrupt.release()
  const unfinished = [checks, again].find(result => 'done' in result)
  if (unfinished && 'done' in unfinished) {
    terminal.say(terminal.text('gradcheck.interrupted', { done: terminal.number(unfinished.done), total: terminal.number(unfinished.total) }))
    return exitCodes.interrupted
  }
  print(checks as readonly ParamCheck[], args, terminal)
  return reportDisagreements({ h, checks: checks as readonly ParamCheck[] }, { h: otherH, checks: again as readonly ParamCheck[] }, terminal)
}

/** The samples are one mini-batch. @throws ConfigError network.batchSize */
function checkSamples({ network }: RunConfig, samples: number): void {
  try { checkBatch(network, samples) }
  catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    throw new ConfigError(cause.code, cause.message, { ...cause.details, flag: '--samples' }, { cause })
  }
}

const isAbove = ({ mean, checked }: ParamCheck): boolean => checked > 0 && !(mean <= tolerance)

interface Checked { readonly h: number, readonly checks: readonly ParamCheck[] }

/** Reports parameters whose gradients disagree, whether h is the cause, and parameters in which no element could be checked. */
function reportDisagreements({ h, checks }: Checked, again: Checked, terminal: Terminal): number {
  const above = checks.filter(isAbove)
  const still = above.filter(({ path }) => again.checks.some(check => check.path === path && isAbove(check)))
  const say = (key: string, list: readonly ParamCheck[]): void => {
    if (list.length > 0) terminal.say(terminal.text(`gradcheck.${key}`, { names: list.map(({ path }) => nameOf(path)).join(', '), tolerance: String(tolerance), h: String(h), sound: String(again.h) }))
  }
  say('step', above.filter(check => !still.includes(check)))
  say('wrong', still)
  const unchecked = checks.filter(({ checked }) => checked === 0)
  say('unchecked', unchecked)
  return above.length + unchecked.length === 0 ? exitCodes.done : exitCodes.failed
}

function print(checks: readonly ParamCheck[], { flags }: Arguments, terminal: Terminal): void {
  const results = checks.map(({ path, mean, max, checked, kinks, kinkMax }) =>
    [nameOf(path), { mean, max, checked, kinks: { count: kinks, max: kinkMax } }] as const)
  const header = ['name', 'mean', 'max', 'checked', 'kinks', 'kinkMax'].map(key => terminal.text(`gradcheck.${key}`))
  terminal.print(flags.has('json')
    ? JSON.stringify(Object.fromEntries(results))
    : table([header, ...results.map(([name, { mean, max, checked, kinks }]) => [
        name, mean.toExponential(2), max.toExponential(2), terminal.number(checked), terminal.number(kinks.count), kinks.max.toExponential(2),
      ])], [1, 2, 3, 4, 5]))
}

/** The book's name: affine1.W is W1. */
const nameOf = (path: string): string => path.replace(/^affine(\d+)\.(\w)$/, '$2$1')

function readH({ flags }: Arguments, terminal: Terminal): number {
  const given = flags.get('h')
  if (given === undefined) return defaultH
  const h = numberOf(given)
  if (typeof h === 'number' && h > 0 && h <= maxH) return h
  throw wrongValue('h', terminal.text('wanted.learningRate', { max: maxH }), given, { cause: h })
}
