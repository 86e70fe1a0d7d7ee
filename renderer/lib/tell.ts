import { inject, type InjectionKey } from 'vue'

/** Shows the user the outcome of an action. Takes the key of a text, and its parameters. */
export interface Tell {
  done: (key: string, parameters?: Readonly<Record<string, string | number>>) => void
  failed: (key: string, parameters?: Readonly<Record<string, string | number>>) => void
}

/** Provided by the window, which shows the texts as notices. */
export const tellKey: InjectionKey<Tell> = Symbol('tell')

export function useTell(): Tell {
  const tell = inject(tellKey)
  if (!tell) throw new TypeError('nobody provides tellKey')
  return tell
}
