import { locales } from '@contract'
import { functionNames, layerKinds, optimizerDefinition, optimizers } from '@core'
import { table } from './columns'
import { type Command, invocation } from './command'
import type { Flag } from './flags'
import type { Terminal } from './terminal'

export const globalFlags: readonly Flag[] = [{ name: 'help' }, { name: 'version' }, { name: 'lang', value: locales.join('|') }]

/** The text of `lab --help`. */
export function overview(commands: readonly Command[], terminal: Terminal): string {
  return [
    terminal.text('title'),
    '',
    `${terminal.text('usage')}  ${invocation} ${terminal.text('usageWords')}`,
    '',
    terminal.text('commands'),
    table(commands.map(({ name }) => [`  ${name}`, terminal.text(`command.${name}`)])),
    '',
    terminal.text('flags'),
    flagTable(globalFlags, terminal),
    '',
    terminal.text('more', { command: `${invocation} ${terminal.text('anyCommand')} --help` }),
    terminal.text('streams'),
    terminal.text('exitCodes'),
  ].join('\n')
}

/** The text of `lab COMMAND --help`. */
export function helpOf({ name, positional, flags, example }: Command, terminal: Terminal): string {
  return [
    terminal.text(`command.${name}`),
    '',
    `${terminal.text('usage')}  ${invocation} ${[name, positional, terminal.text('usageFlags')].filter(Boolean).join(' ')}`,
    '',
    terminal.text(`about.${name}`, { functions: functionNames().join(', ') }),
    '',
    terminal.text('flags'),
    flagTable(flags, terminal),
    '',
    terminal.text('example'),
    `  ${invocation} ${example}`,
    '',
    terminal.text('exitCodes'),
  ].join('\n')
}

/** 'sgd 0.1, momentum 0.01, …' */
const usualRates = optimizers.map(name => `${name} ${optimizerDefinition(name).usualLearningRate}`).join(', ')

/** 'affine units, relu, dropout rate, …': every kind of layer with its settings */
const layerTexts = [...layerKinds.values()].map(({ kind, settings }) => [kind, ...settings.map(({ name }) => name)].join(' ')).join(', ')

function flagTable(flags: readonly Flag[], terminal: Terminal): string {
  return table(flags.map(({ name, text = name, value, fallback }) => {
    const sentence = terminal.text(`flag.${text}`, { usual: usualRates, layers: layerTexts })
    return [`  --${name}${value === undefined ? '' : ` ${value}`}`, fallback === undefined ? sentence : `${sentence} ${terminal.text('fallback', { value: fallback })}`]
  }))
}
