import { stat } from 'node:fs/promises'
import { extname } from 'node:path'

/** Adds the extension, which some dialogs leave out. Keeps the path as it is when the longer name exists: the dialog asked to overwrite a different file. */
export async function withExtension(path: string, extension: `.${string}`): Promise<string> {
  if (extname(path).toLowerCase() === extension) return path
  const longer = `${path}${extension}`
  return await stat(longer).then(() => path, () => longer)
}
