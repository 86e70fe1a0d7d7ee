import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Locale } from '@contract'
import { DatasetStore, RunStore, runsFolder } from '@files'
import { lab } from '../../../electron/cli/lab'
import { Terminal } from '../../../electron/cli/terminal'
import { mnist } from './bundle'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Here {
  readonly locale?: Locale
  readonly isTTY?: boolean
  readonly columns?: number
  /** Milliseconds that pass at each reading of the clock */
  readonly tickMs?: number
  readonly folder?: string
  readonly mnistFolder?: string
  /** The program's own folder; by default it does not exist */
  readonly own?: string
  /** Called with every text on stderr */
  readonly onStderr?: (text: string) => void
}

/** Runs a command line in this process, with a clock of its own, and leaves no signal listener behind. */
export async function runHere(args: readonly string[], { locale = 'en', isTTY = false, columns = 200, tickMs = 1, folder = '/', mnistFolder = mnist, own = '/nowhere', onStderr }: Here = {}) {
  const before = new Map(signals.map(signal => [signal, process.listeners(signal)]))
  let [stdout, time] = ['', 0]
  const written: string[] = []
  const now = (): number => time += tickMs
  const stderr = { isTTY, columns, write: (text: string) => {
    written.push(text)
    onStderr?.(text)
  } }
  const terminal = new Terminal(locale, { write: (text) => { stdout += text } }, stderr, folder, now)
  try {
    const code = await lab(args, { terminal, version: '1.2.3', datasets: new DatasetStore({ mnist: mnistFolder, own }), runs: new RunStore(runsFolder(own), { onProblem: cause => terminal.say(terminal.errorText(cause)) }), entry: pathToFileURL(join('/nowhere.js')) })
    return { code, stdout, stderr: written.join(''), written, ms: time }
  }
  finally {
    for (const signal of signals) for (const listener of process.listeners(signal)) if (!before.get(signal)!.includes(listener)) process.off(signal, listener)
  }
}

/** A drawn progress bar. */
export interface Bar { readonly full: number, readonly empty: number, readonly percent: number, readonly done: number, readonly total: number, readonly rest: string }

/** The bars in the output, in order. */
export function barsIn(written: readonly string[]): readonly Bar[] {
  return written.flatMap((text) => {
    // eslint-disable-next-line no-control-regex -- the line ends with an ANSI control sequence
    const found = /^\r(█*)(░*) {2}(\d+)% {2}([\d,]+)\/([\d,]+)(.*)\x1b\[K$/.exec(text)
    if (!found) return []
    const [, full = '', empty = '', percent, done = '', total = '', rest = ''] = found
    return [{ full: full.length, empty: empty.length, percent: Number(percent), done: Number(done.replaceAll(',', '')), total: Number(total.replaceAll(',', '')), rest }]
  })
}
