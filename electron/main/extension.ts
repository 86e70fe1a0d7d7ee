import { stat } from 'node:fs/promises'
import { extname } from 'node:path'

/** Some dialogs leave it to us. A file that is there keeps its bytes: the dialog had asked about another name. */
export async function withExtension(path: string, extension: `.${string}`): Promise<string> {
  if (extname(path).toLowerCase() === extension) return path
  const longer = `${path}${extension}`
  return await stat(longer).then(() => path, () => longer)
}
