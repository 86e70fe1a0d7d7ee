import { stat } from 'node:fs/promises'
import { extname } from 'node:path'

/** A file name that every system accepts. @param name as the user reads it */
export const fileNameOf = (name: string, extension: `.${string}` | ''): string => `${name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, '-').slice(0, 80)}${extension}`

/** Adds the extension, since some dialogs omit it. Not if that file exists: the user was not asked whether to overwrite it. */
export async function withExtension(path: string, extension: `.${string}` | ''): Promise<string> {
  if (extension === '' || extname(path).toLowerCase() === extension) return path
  const longer = `${path}${extension}`
  return await stat(longer).then(() => path, () => longer)
}
