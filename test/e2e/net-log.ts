import { readFileSync } from 'node:fs'

/** Activity of Chromium's network service according to its own log (`--log-net-log`). */
export interface NetLog {
  /** Requested URLs */
  readonly requests: readonly string[]
  /** Resolved host names */
  readonly lookups: readonly string[]
  /** Destinations of connected or sending sockets, `address:port` */
  readonly connections: readonly string[]
}

interface Event { readonly type: number, readonly source: { readonly id: number }, readonly params?: Readonly<Record<string, unknown>> }
interface File { readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> }, readonly events: readonly Event[] }

/**
 * Chromium's IPv6 probe, made before any host lookup: it connects a UDP socket to one of Google's name servers and asks the system
 * for the local address of that socket. Connecting a UDP socket sends nothing, and Chromium closes it unused.
 */
const ipv6Probe = /^\[2001:4860:4860::8888\]:(?:53|443)$/
/** This computer itself, by address or by the name that the lab maps every host to, which is never looked up. */
const nobody = /^(?:\w+:\/\/)?(?:127(?:\.\d+){3}|\[?::1\]?|~notfound)(?::\d+)?$/i

function parse(text: string): File {
  try { return JSON.parse(text) as File }
  catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    return JSON.parse(`${text.slice(0, text.lastIndexOf(',\n'))}]}`) as File // one event per line
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'

/**
 * Reads a log up to its last complete line: the end is missing when the app was killed before it had written everything.
 * A final request shows whether the log extends far enough.
 */
export function readNetLog(path: string): NetLog {
  const { constants, events } = parse(readFileSync(path, 'utf8'))
  const names = new Map(Object.entries(constants.logEventTypes).map(([name, number]) => [number, name]))
  const sent = new Set(events.filter(({ type }) => /_BYTES_SENT$/.test(names.get(type) ?? '')).map(({ source }) => source.id))
  const all = (key: string, of = /./): { id: number, text: string }[] => events
    .filter(({ type }) => of.test(names.get(type) ?? ''))
    .flatMap(({ source, params }) => isText(params?.[key]) ? [{ id: source.id, text: params[key] }] : [])
  const distinct = (found: readonly { text: string }[]): string[] => [...new Set(found.map(({ text }) => text))]
  return {
    requests: distinct(all('url')),
    lookups: distinct(all('host').filter(({ text }) => !nobody.test(text))),
    connections: distinct(all('address', /CONNECT|BYTES_SENT/).filter(({ id, text }) => !nobody.test(text) && (!ipv6Probe.test(text) || sent.has(id)))),
  }
}
