import type { GraphDocument } from '@core'
import type { Remembered } from './documents'
import { GraphHistory } from './graph-history'

/** One graph's history, where it stood, and what its names were given before. */
export interface Session {
  readonly history: GraphHistory
  position: number
  readonly remembered: Remembered
}

/** The graphs of the playground and of every lesson that was looked at, each with its own history. */
export class GraphSessions {
  private readonly sessions = new Map<string, Session>()

  known(key: string): Session | undefined {
    return this.sessions.get(key)
  }

  /** @param first what it begins with where there is none yet */
  of(key: string, first: GraphDocument): Session {
    const session = this.sessions.get(key) ?? { history: new GraphHistory(first), position: 0, remembered: { inputs: {}, parameters: new Set() } }
    this.sessions.set(key, session)
    return session
  }

  /** Puts a document in front: the one that was there before can be undone to. */
  put(key: string, document: GraphDocument): void {
    const { history } = this.of(key, document)
    if (JSON.stringify(history.current) === JSON.stringify(document)) return
    history.change(document, null)
  }
}
