/** Files of a folder by relative path, with `/` between its parts: 'data/train-images.idx'. */
export type ExportFiles = ReadonlyMap<string, string | Uint8Array>
