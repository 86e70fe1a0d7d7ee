import { readFileSync } from 'node:fs'

/** What Chromium's network service did, by its own log (`--log-net-log`). */
export interface NetLog {
  /** Addresses that were requested */
  readonly requests: readonly string[]
  /** Names that were looked up */
  readonly lookups: readonly string[]
  /** Where sockets were connected or sent to, `address:port` */
  readonly connections: readonly string[]
}

interface Event { readonly type: number, readonly source: { readonly id: number }, readonly params?: Readonly<Record<string, unknown>> }
interface File { readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> }, readonly events: readonly Event[] }

/**
 * Chromium's test for IPv6, made before it looks up any name: it connects a UDP socket to a name server of Google's and asks the
 * system for that socket's own address. Connecting a UDP socket sends nothing, and Chromium closes it unused.
 */
const ipv6Probe = /^\[2001:4860:4860::8888\]:(?:53|443)$/
/** This computer itself, by its number, or the name that the lab gives to every host and that is looked up nowhere. */
const nobody = /^(?:\w+:\/\/)?(?:127(?:\.\d+){3}|\[?::1\]?|~notfound)(?::\d+)?$/i

function parse(text: string): File {
  try { return JSON.parse(text) as File }
  catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    return JSON.parse(`${text.slice(0, text.lastIndexOf(',\n'))}]}`) as File // one event a line
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'

/**
 * Reads a log up to its last whole line: of an app that was ended before it had written all, the end is missing. Whether the
 * log goes far enough is told by a request that is made last.
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
