import { commands } from '@contract'

const commandIds = new Set<string>(commands.map(({ id }) => id))

/** The names that a text of the course wants numbers for: every `[[name]]` that is no command. */
export const namesIn = (text: string): string[] => [...text.matchAll(/\[\[([\w.]+)\]\]/g)].map(([, name]) => name!).filter(name => !commandIds.has(name))
