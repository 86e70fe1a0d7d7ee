import { LabError, nearest, plainText } from '@core'
import { certificate } from './certificate'
import { type Command, exitCodes, invocation, type CommandEnvironment } from './command'
import { data } from './data'
import { hasFlag, isFlagLike, parseArguments } from './flags'
import { diagnose } from './diagnose'
import { evaluate } from './evaluate'
import { exportCommand } from './export'
import { gradcheck } from './gradcheck'
import { graph } from './graph'
import { globalFlags, helpOf, overview } from './help'
import { checkLanguage } from './language'
import { inspect } from './inspect'
import { predict } from './predict'
import { replay } from './replay'
import { runs } from './runs'
import { train } from './train'

const commands: readonly Command[] = [train, predict, evaluate, diagnose, gradcheck, data, runs, replay, inspect, exportCommand, graph, certificate]

/**
 * Runs one command line.
 * @param args the arguments after `lab`
 * @returns the exit code; errors have been printed on stderr
 */
export async function lab(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  const { terminal } = environment
  try { return await dispatch(args, environment) }
  catch (cause) {
    terminal.say(terminal.errorText(cause))
    const usage = cause instanceof LabError && cause.code.startsWith('cli.')
    if (usage) terminal.say(terminal.text('seeHelp', { command: [invocation, commandOf(args[commandIndex(args)])?.name, '--help'].filter(Boolean).join(' ') }))
    return exitCodeOf(cause)
  }
}

async function dispatch(args: readonly string[], environment: CommandEnvironment): Promise<number> {
  const { terminal, version } = environment
  const at = commandIndex(args)
  const name = args[at]
  const command = commandOf(name)
  if (name !== undefined && !command) throw unknownCommand(name)
  const rest = [...args.slice(0, at), ...args.slice(at + 1)]
  if (hasFlag(args, '--help')) {
    terminal.print(command ? helpOf(command, terminal) : overview(commands, terminal))
    return exitCodes.done
  }
  const parsed = parseArguments(rest, command?.flags ?? globalFlags, { singleDash: command?.singleDash })
  checkLanguage(parsed.flags.get('lang'))
  if (parsed.flags.has('version')) {
    terminal.print(version)
    return exitCodes.done
  }
  if (!command) throw new LabError('cli.missingArgument', 'a command is missing', { wanted: commands.map(({ name }) => name).join(', ') })
  const extra = command.positional === undefined ? parsed.positional[0] : undefined
  if (extra !== undefined) throw new LabError('cli.extraArgument', `${command.name} takes no ${extra}`, { command: command.name, found: extra })
  return command.run(parsed, environment)
}

/** Index of the command: the first argument that is neither a flag nor a flag's value; `args.length` without one. */
function commandIndex(args: readonly string[]): number {
  let at = 0
  while (at < args.length && isFlagLike(args[at]!) && args[at] !== '--') at += args[at] === '--lang' ? 2 : 1
  return Math.min(at, args.length)
}

const commandOf = (word: string | undefined): Command | undefined => word === undefined ? undefined : commands.find(({ name }) => name === plainText(word).text.trim())

function unknownCommand(command: string): LabError {
  const names = commands.map(({ name }) => name)
  const suggestion = nearest(command, names)
  return new LabError('cli.unknownCommand', `${command} is not a command`, { command, wanted: names.join(', '), ...(suggestion ? { suggestion } : {}) })
}

/** 2 for invalid input, 1 for an error of the lab. */
function exitCodeOf(cause: unknown): number {
  if (!(cause instanceof LabError)) return exitCodes.failed
  const [section] = cause.code.split('.')
  return cause.code === 'train.memory' || !['train', 'worker', 'ipc', 'internal'].includes(section ?? '') ? exitCodes.badInput : exitCodes.failed
}
