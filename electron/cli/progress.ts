import { cutToWidth } from './columns'
import type { Terminal } from './terminal'

const redrawMs = 100
const plainMs = 10_000
const cells = 24

/** Progress of long work: a bar where stderr is a terminal, otherwise a line every ten seconds. */
export class Progress {
  private readonly bar: boolean
  private readonly startedAt: number
  private readonly from: number
  private latest = -Infinity
  private drawn = false

  /**
   * @param from what was done before this work began: it took no time of it
   * @param dumb whether the terminal cannot clear a line
   */
  constructor(private readonly terminal: Terminal, { from = 0, dumb = process.env['TERM'] === 'dumb' }: { readonly from?: number, readonly dumb?: boolean } = {}) {
    this.from = from
    this.bar = terminal.stderr.isTTY === true && !dumb
    this.startedAt = terminal.now()
  }

  /** @param details further texts, such as the loss; called only for an update that is shown */
  update(done: number, total: number, details: () => readonly string[]): void {
    const now = this.terminal.now()
    if (now - this.latest < (this.bar ? redrawMs : plainMs)) return
    this.latest = now
    this.show(done, total, details())
  }

  /** Clears the bar's line. */
  end(): void {
    if (this.drawn) this.terminal.stderr.write('\r\x1b[K')
    this.drawn = false
  }

  private show(done: number, total: number, details: readonly string[]): void {
    const { terminal } = this
    const share = total > 0 ? done / total : 1
    const seconds = (terminal.now() - this.startedAt) / 1000
    const worked = done - this.from
    const left = worked > 0 && seconds > 0.5 ? [terminal.text('left', { time: terminal.duration(seconds * (total - done) / worked) })] : []
    const counts = `${terminal.number(done)}/${terminal.number(total)}`
    const texts = [terminal.percent(share, 0), counts, ...details, ...left].join('  ')
    if (!this.bar) return terminal.say(texts)
    const full = Math.floor(share * cells)
    const line = `${'█'.repeat(full)}${'░'.repeat(cells - full)}  ${texts}`
    terminal.stderr.write(`\r${cutToWidth(line, (terminal.stderr.columns || 80) - 1)}\x1b[K`)
    this.drawn = true
  }
}
