import { constants, gunzipSync } from 'node:zlib'

/** The first bytes of a file's contents. @param start first bytes of a plain or a gzip file @returns what they hold; nothing where they are damaged */
export function inflateStart(start: Uint8Array): Uint8Array {
  if (start[0] !== 0x1f || start[1] !== 0x8b) return start
  try { return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }) }
  catch { return new Uint8Array(0) }
}
