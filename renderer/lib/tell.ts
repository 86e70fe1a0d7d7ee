import { inject, type InjectionKey } from 'vue'

/** Tells a person what came of something that they asked for. Keys of the texts, and their parameters. */
export interface Tell {
  done: (key: string, parameters?: Readonly<Record<string, string | number>>) => void
  failed: (key: string, parameters?: Readonly<Record<string, string | number>>) => void
}

/** Provided by the window: its notices. */
export const tellKey: InjectionKey<Tell> = Symbol('tell')

export function useTell(): Tell {
  const tell = inject(tellKey)
  if (!tell) throw new TypeError('nobody provides tellKey')
  return tell
}
