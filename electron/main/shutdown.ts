import { type Locale, translate } from '@contract'
import { LabError } from '@core'

/** Message when the lab closes after a fault: what happened, and what was saved. */
export interface ClosingMessage {
  readonly message: string
  readonly detail: string
}

export interface ShutdownOptions {
  /** Asks about a run that cannot be saved. @returns whether the lab may quit; left out: it may */
  readonly mayQuit?: () => Promise<boolean>
  /** Saves the run. @returns whether everything was saved */
  readonly save: () => Promise<boolean>
  /** Resolves when all pending writes have finished. */
  readonly finishWrites: () => Promise<void>
  /** Resolves when the user has closed the message; must not block main's event loop. */
  readonly showMessage: (message: ClosingMessage) => Promise<void>
  readonly quit: () => void
  readonly exit: (code: number) => void
  readonly locale: () => Locale
  /** Timeout, so that a disk that hangs does not keep the lab open. */
  readonly timeoutMs?: number
}

/** How the lab closes, at the user's request or after a fault: it saves once, and only then shows a message. Only at the user's request it asks. */
export class Shutdown {
  private saving: Promise<boolean> | null = null
  /** The user is asked about a run that cannot be saved */
  private asking = false
  /** It closes after a fault, with a message */
  private closingWithMessage = false
  private saved = false
  private writesFinished = false

  constructor(private readonly options: ShutdownOptions) {}

  /** For Electron's 'before-quit': delays quitting until the run is saved. */
  beforeQuit(event: { preventDefault: () => void }): void {
    if (this.saved) return
    event.preventDefault()
    if (!this.asking) void this.quitSaved()
  }

  private async quitSaved(): Promise<void> {
    if (!await this.mayQuit()) return
    await this.save()
    if (this.closingWithMessage) return this.options.exit(1) // the user quit while the message was open
    this.saved = true
    this.options.quit()
  }

  /** Without a timeout, since a person answers. Once it saves, nothing is asked any more. */
  private async mayQuit(): Promise<boolean> {
    if (this.saving || this.closingWithMessage) return true
    this.asking = true
    try { return await this.options.mayQuit?.() ?? true }
    catch (cause) {
      console.error(cause)
      return true // the lab can always be closed
    }
    finally { this.asking = false }
  }

  /** For Electron's 'will-quit': delays quitting until data that the windows sent while closing is saved. */
  willQuit(event: { preventDefault: () => void }): void {
    if (this.writesFinished) return
    event.preventDefault()
    void this.withTimeout(this.options.finishWrites(), undefined).then(() => {
      this.writesFinished = true
      this.options.quit()
    })
  }

  /** The window keeps crashing. */
  async windowKeepsCrashing(): Promise<void> { await this.closeWith(locale => translate(locale, 'dialog.windowGone')) }

  /** A bug in main, whose state is now unknown. The run is safe, because it is in its own thread. */
  async fail(cause: unknown): Promise<void> {
    console.error(cause)
    await this.closeWith(locale => cause instanceof LabError
      ? translate(locale, `errors.${cause.code}`, cause.details)
      : translate(locale, 'dialog.fault', { found: cause instanceof Error ? cause.message : String(cause) }))
  }

  private async closeWith(messageIn: (locale: Locale) => string): Promise<void> {
    if (this.closingWithMessage) return
    this.closingWithMessage = true
    const wasQuitting = this.saving !== null || this.asking // no message if the user was already quitting: the window may be closed
    const allSaved = await this.save()
    try {
      const locale = this.options.locale()
      if (!wasQuitting) await this.options.showMessage({ message: messageIn(locale), detail: translate(locale, allSaved ? 'dialog.saved' : 'dialog.unsaved') })
    }
    catch (cause) { console.error(cause) } // no message could be shown
    await this.withTimeout(this.options.finishWrites(), undefined)
    this.options.exit(1)
  }

  private save(): Promise<boolean> {
    this.saving ??= this.withTimeout(this.options.save(), false)
    return this.saving
  }

  /** @returns the result, or `otherwise` after an error or a timeout */
  private async withTimeout<T>(work: Promise<T>, otherwise: T): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<T>((done) => { timer = setTimeout(done, this.options.timeoutMs ?? 8_000, otherwise) })
    try { return await Promise.race([work, timeout]) }
    catch (cause) {
      console.error(cause)
      return otherwise
    }
    finally { clearTimeout(timer) }
  }
}
