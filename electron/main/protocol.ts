import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

export const scheme = 'app'
/** The only origin that the window may load, besides the development server. */
export const origin = 'app://lab'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.wasm': 'application/wasm',
}

const contentSecurityPolicy = [
  'default-src \'none\'', 'script-src \'self\'', 'style-src \'self\'', 'img-src \'self\' data: blob:', 'font-src \'self\'',
  'connect-src \'self\'', 'worker-src \'self\'', 'base-uri \'none\'', 'form-action \'none\'', 'frame-ancestors \'none\'',
].join('; ')

/** No cross-origin isolation: the window needs neither shared memory nor precise timers. */
export const headers: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

/**
 * Maps a URL to a file.
 * @returns a path inside the folder, or null for anything else
 */
export function fileOf(address: string, folder: string): string | null {
  let path: string
  try {
    const url = new URL(address)
    if (url.protocol !== `${scheme}:` || url.host !== 'lab') return null
    path = decodeURIComponent(url.pathname)
  }
  catch { return null }
  if (path.includes('\0') || path.includes('\\')) return null
  const file = normalize(join(folder, path === '/' ? 'index.html' : path))
  return file.startsWith(folder + sep) && extname(file) in types ? file : null
}

/** Serves the built window. */
export async function serve({ url, method }: Pick<Request, 'url' | 'method'>, folder: string): Promise<Response> {
  const file = method === 'GET' ? fileOf(url, folder) : null
  if (!file) return new Response(null, { status: 404, headers })
  try { return new Response(await readFile(file), { headers: { ...headers, 'Content-Type': types[extname(file)]! } }) }
  catch { return new Response(null, { status: 404, headers }) }
}

/** Whether two URLs have the same scheme, host and port. `URL.origin` is 'null' for app:// in Node. */
export function sameOrigin(one: string, other: string): boolean {
  try {
    const [a, b] = [new URL(one), new URL(other)]
    return a.protocol === b.protocol && a.host === b.host && a.username === '' && a.password === ''
  }
  catch { return false }
}
