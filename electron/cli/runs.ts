import { LabError, nearest, plainText } from '@core'
import type { RunListing } from '@files'
import { table } from './columns'
import { type Command, commonFlags, type CommandEnvironment, exitCodes } from './command'
import type { Arguments } from './flags'
import type { Terminal } from './terminal'

const actions = ['list'] as const

export const runs: Command = {
  name: 'runs',
  positional: 'list',
  flags: commonFlags,
  example: 'runs list --json',
  run,
}

async function run(args: Arguments, { terminal, runs }: CommandEnvironment): Promise<number> {
  const [given, extra] = args.positional
  const wanted = actions.join(', ')
  if (given === undefined) throw new LabError('cli.missingArgument', 'list is missing', { wanted })
  if (!actions.some(action => action === plainText(given).text.trim())) {
    const suggestion = nearest(given, actions)
    throw new LabError('cli.value', `runs: wanted ${wanted}, found ${given}`, { flag: 'runs', wanted, found: given, ...suggestion === undefined ? {} : { suggestion } })
  }
  if (extra !== undefined) throw new LabError('cli.extraArgument', `runs list takes no ${extra}`, { command: 'runs list', found: extra })
  const list = await runs.list()
  for (const { id, problem } of list) if (problem) terminal.say(`${id.slice(0, 8)}: ${terminal.errorText(problem)}`)
  terminal.say(terminal.text('runs.folder', { folder: runs.folder }))
  if (args.flags.has('json')) terminal.print(JSON.stringify(list.map(({ problem, ...run }) => ({ ...run, problem: problem && { code: problem.code, message: problem.message } }))))
  else terminal.print(list.length > 0 ? readable(list, terminal) : terminal.text('runs.none'))
  return exitCodes.done
}

function readable(list: readonly RunListing[], terminal: Terminal): string {
  const date = new Intl.DateTimeFormat(terminal.locale, { dateStyle: 'short', timeStyle: 'short' })
  const accuracy = (share: number | null): string => share === null ? '–' : terminal.percent(share, 1)
  const state = ({ lockedBy, problem, pinned }: RunListing): string => problem ? terminal.text('runs.damaged') : lockedBy !== null ? terminal.text('runs.inUse', { pid: lockedBy }) : pinned ? terminal.text('runs.pinned') : ''
  return table([
    ['id', ...['name', 'network', 'dataset', 'step', 'train', 'test', 'size', 'created', 'parent', 'state'].map(key => terminal.text(`runs.${key}`))],
    ...list.map(run => [
      run.id.slice(0, 8), run.name, run.network, run.dataset, terminal.number(run.step), accuracy(run.trainAccuracy), accuracy(run.testAccuracy), terminal.text('runs.megabytes', { n: terminal.number(run.bytes / 1e6, 1) }),
      date.format(run.created), run.parent ? terminal.text('runs.from', { id: run.parent.run.slice(0, 8), step: terminal.number(run.parent.step) }) : '', state(run),
    ]),
  ], [4, 5, 6, 7])
}
