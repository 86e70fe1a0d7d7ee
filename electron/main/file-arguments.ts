import { extname, resolve } from 'node:path'

/** Kinds of files that a system opens with the lab */
const extensions: readonly string[] = ['.labrun', '.safetensors', '.npz', '.pkl']

/** The files among a program's arguments: a double click on one starts the program with its path. @param folder in which it was started */
export const filesIn = (args: readonly string[], folder: string): readonly string[] =>
  args.filter(arg => !arg.startsWith('-') && extensions.includes(extname(arg).toLowerCase())).map(arg => resolve(folder, arg))
