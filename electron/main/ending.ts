import { type Locale, translate } from '@contract'
import { LabError } from '@core'

/** Message when the lab closes after a fault: what happened, and what was saved. */
export interface ClosingMessage {
  readonly message: string
  readonly detail: string
}

export interface EndingGiven {
  /** Saves the run. @returns whether everything was saved */
  readonly save: () => Promise<boolean>
  /** Resolves when all pending writes have finished. */
  readonly settle: () => Promise<void>
  /** Resolves when the user has closed the message; must not block main's event loop. */
  readonly tell: (words: ClosingMessage) => Promise<void>
  readonly quit: () => void
  readonly exit: (code: number) => void
  readonly locale: () => Locale
  /** Timeout, so that a disk that hangs does not keep the lab open. */
  readonly boundMs?: number
}

/** How the lab closes, at the user's request or after a fault: it saves once, and only then shows a message. */
export class Ending {
  private saving: Promise<boolean> | null = null
  /** It closes after a fault, with a message */
  private telling = false
  private over = false
  private settled = false

  constructor(private readonly given: EndingGiven) {}

  /** For Electron's 'before-quit': delays quitting until the run is saved. */
  beforeQuit(event: { preventDefault: () => void }): void {
    if (this.over) return
    event.preventDefault()
    void this.save().then(() => {
      if (this.telling) return this.given.exit(1) // the user quit while the message was open
      this.over = true
      this.given.quit()
    })
  }

  /** For Electron's 'will-quit': delays quitting until data that the windows sent while closing is saved. */
  willQuit(event: { preventDefault: () => void }): void {
    if (this.settled) return
    event.preventDefault()
    void this.within(this.given.settle(), undefined).then(() => {
      this.settled = true
      this.given.quit()
    })
  }

  /** The window keeps crashing. */
  async windowGone(): Promise<void> { await this.endWith(locale => translate(locale, 'dialog.windowGone')) }

  /** A bug in main, whose state is now unknown. The run is safe, because it is in its own thread. */
  async fail(cause: unknown): Promise<void> {
    console.error(cause)
    await this.endWith(locale => cause instanceof LabError
      ? translate(locale, `errors.${cause.code}`, cause.details)
      : translate(locale, 'dialog.fault', { found: cause instanceof Error ? cause.message : String(cause) }))
  }

  private async endWith(messageIn: (locale: Locale) => string): Promise<void> {
    if (this.telling) return
    this.telling = true
    const wished = this.saving !== null // no message if the user was already quitting: the window may be closed
    const saved = await this.save()
    try {
      const locale = this.given.locale()
      if (!wished) await this.given.tell({ message: messageIn(locale), detail: translate(locale, saved ? 'dialog.saved' : 'dialog.unsaved') })
    }
    catch (cause) { console.error(cause) } // no message could be shown
    await this.within(this.given.settle(), undefined)
    this.given.exit(1)
  }

  private save(): Promise<boolean> {
    this.saving ??= this.within(this.given.save(), false)
    return this.saving
  }

  /** @returns the result, or `otherwise` after an error or a timeout */
  private async within<T>(work: Promise<T>, otherwise: T): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<T>((done) => { timer = setTimeout(done, this.given.boundMs ?? 8_000, otherwise) })
    try { return await Promise.race([work, late]) }
    catch (cause) {
      console.error(cause)
      return otherwise
    }
    finally { clearTimeout(timer) }
  }
}
