import { type Locale, translate } from '@contract'
import { LabError } from '@core'

/** What is told when the lab closes by itself: what happened, and what was kept. */
export interface LastWords {
  readonly message: string
  readonly detail: string
}

export interface EndingGiven {
  /** Puts what was learned on the disk. @returns whether all of it is there */
  readonly save: () => Promise<boolean>
  /** Resolves when everything that is being written is on the disk. */
  readonly settle: () => Promise<void>
  /** Resolves when the person has read it; main's loop goes on meanwhile. */
  readonly tell: (words: LastWords) => Promise<void>
  readonly quit: () => void
  readonly exit: (code: number) => void
  readonly locale: () => Locale
  /** A disk that answers no more does not keep the lab open. */
  readonly boundMs?: number
}

/** How the lab ends, by a person's wish or by itself: it saves first, once, and what is to be told is told afterwards. */
export class Ending {
  private saving: Promise<boolean> | null = null
  /** It ends by itself, and has a word to say */
  private telling = false
  private over = false
  private settled = false

  constructor(private readonly given: EndingGiven) {}

  /** Electron's 'before-quit': everything waits until it is saved. */
  beforeQuit(event: { preventDefault: () => void }): void {
    if (this.over) return
    event.preventDefault()
    void this.save().then(() => {
      if (this.telling) return this.given.exit(1) // nobody waits for the word to be read any more
      this.over = true
      this.given.quit()
    })
  }

  /** Electron's 'will-quit', after the windows' last words: they wait until they are on the disk. */
  willQuit(event: { preventDefault: () => void }): void {
    if (this.settled) return
    event.preventDefault()
    void this.within(this.given.settle(), undefined).then(() => {
      this.settled = true
      this.given.quit()
    })
  }

  /** The window crashes again and again. */
  async windowGone(): Promise<void> { await this.endWith(locale => translate(locale, 'dialog.windowGone')) }

  /** A fault of the lab's own: nobody knows what state it is in. What is learned is safe, in a thread of its own. */
  async fail(cause: unknown): Promise<void> {
    console.error(cause)
    await this.endWith(locale => cause instanceof LabError
      ? translate(locale, `errors.${cause.code}`, cause.details)
      : translate(locale, 'dialog.fault', { found: cause instanceof Error ? cause.message : String(cause) }))
  }

  private async endWith(messageIn: (locale: Locale) => string): Promise<void> {
    if (this.telling) return
    this.telling = true
    const wished = this.saving !== null // the window may be gone already
    const saved = await this.save()
    try {
      const locale = this.given.locale()
      if (!wished) await this.given.tell({ message: messageIn(locale), detail: translate(locale, saved ? 'dialog.saved' : 'dialog.unsaved') })
    }
    catch (cause) { console.error(cause) } // there is no other way to tell it
    await this.within(this.given.settle(), undefined)
    this.given.exit(1)
  }

  private save(): Promise<boolean> {
    this.saving ??= this.within(this.given.save(), false)
    return this.saving
  }

  /** @returns what the work came to, or `otherwise` when it failed or was too late */
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
