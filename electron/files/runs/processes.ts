import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'

/** A process, told apart from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number
  /** When it started: on Linux the boot and the ticks since then, elsewhere milliseconds since 1970 */
  readonly started: string
}

/** What is known of the processes of this computer. */
export interface Processes {
  own: () => Promise<ProcessMark>
  isRunning: (process: ProcessMark) => Promise<boolean>
}

/** States of a process that has ended, but whose parent has not asked about it yet */
const ended: readonly string[] = ['Z', 'X']

/** Linux tells when a process started. @source proc(5): fields 3 and 22 of /proc/pid/stat */
export function linuxProcesses(folder = '/proc'): Processes {
  const boot = readFile(`${folder}/sys/kernel/random/boot_id`, 'utf8').then(text => text.trim(), () => '')
  const startOf = async (pid: number): Promise<string | null> => {
    const stat = await readFile(`${folder}/${pid}/stat`, 'utf8').catch(() => null)
    if (stat === null) return null
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name, field 2, may contain spaces and brackets
    return ended.includes(fields[0]!) ? null : `${await boot} ${fields[19]}`
  }
  return {
    own: async () => ({ pid: process.pid, started: await startOf(process.pid) ?? '' }),
    isRunning: async ({ pid, started }) => await startOf(pid) === started,
  }
}

/** Another clock, or one that was set, may differ by this much. */
const clockMs = 60_000

/** Elsewhere a process that is older than the last boot is not running any more. */
export function otherProcesses({ kill = (pid: number): unknown => process.kill(pid, 0), bootedAt = () => Date.now() - 1000 * uptime() } = {}): Processes {
  return {
    own: () => Promise.resolve({ pid: process.pid, started: String(Math.round(Date.now() - 1000 * process.uptime())) }),
    isRunning: ({ pid, started }) => {
      if (!(Number(started) >= bootedAt() - clockMs)) return Promise.resolve(false)
      try { kill(pid) }
      catch (cause) { return Promise.resolve((cause as NodeJS.ErrnoException).code === 'EPERM') } // it is another user's
      return Promise.resolve(true)
    },
  }
}

export const processes: Processes = process.platform === 'linux' ? linuxProcesses() : otherProcesses()
