import type { GraphDocument } from '@core'
import type { Remembered } from './documents'
import { GraphHistory } from './graph-history'

/** One graph: its undo history, its position, earlier values of its names, and what is hidden. */
export interface Session {
  /** The document that it began with */
  readonly first: GraphDocument
  readonly history: GraphHistory
  position: number
  readonly remembered: Remembered
  /** The document that its questions are about, and the names that they hide in it */
  posed: GraphDocument
  hidden: () => readonly string[]
  /** The hidden names when its document was last looked at */
  hiddenBefore: readonly string[]
}

export const nothingHidden = (): readonly string[] => []

/** The graphs of the playground and of every lesson that was visited, each with its own history. */
export class GraphSessions {
  private readonly sessions = new Map<string, Session>()

  known(key: string): Session | undefined {
    return this.sessions.get(key)
  }

  /** @param first the document that a new session begins with */
  of(key: string, first: GraphDocument): Session {
    const session = this.sessions.get(key) ?? { first, posed: first, history: new GraphHistory(first), position: 0, remembered: { inputs: {}, parameters: new Set() }, hidden: nothingHidden, hiddenBefore: [] }
    this.sessions.set(key, session)
    return session
  }

  /**
   * Begins a session anew if one of its numbers is newly hidden: what was computed while its question was answered, such
   * as the next round of learning, may contain the answer.
   * @returns whether it did
   */
  restartIfAskedAgain(key: string): boolean {
    const session = this.sessions.get(key)
    if (!session) return false
    const names = session.hidden()
    const asked = names.some(name => !session.hiddenBefore.includes(name))
    session.hiddenBefore = names
    if (asked) this.sessions.set(key, { ...session, history: new GraphHistory(session.first), position: 0, remembered: { inputs: {}, parameters: new Set() } })
    return asked
  }

  /** Makes a document the current one; undo leads back to the one before. */
  put(key: string, document: GraphDocument): void {
    const { history } = this.of(key, document)
    if (JSON.stringify(history.current) === JSON.stringify(document)) return
    history.change(document, null)
  }
}
