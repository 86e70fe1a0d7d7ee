/** The sha256 of bytes, as hexadecimal digits. */
export async function sha256(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const all = await new Blob([...parts]).arrayBuffer()
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', all))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
