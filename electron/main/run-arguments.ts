import { resolve } from 'node:path'

/** The runs among a program's arguments: a double click on a file starts the program with its path. @param folder in which it was started */
export const runFilesIn = (args: readonly string[], folder: string): readonly string[] =>
  args.filter(arg => !arg.startsWith('-') && arg.toLowerCase().endsWith('.labrun')).map(arg => resolve(folder, arg))
