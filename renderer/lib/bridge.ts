import { type Channel, type EventName, type Events, fromWire, type Reply, type RequestArg, type RequestResult } from '@contract'

/**
 * Asks main. The only place that touches the preload's API.
 * @throws LabError when main, the training thread or a file said no
 */
export async function request<K extends Channel>(channel: K, ...[arg]: RequestArg<K> extends null ? [] : [RequestArg<K>]): Promise<RequestResult<K>> {
  return unwrap(await window.lab.invoke(channel, arg ?? null) as Reply<RequestResult<K>>)
}

/** Opens a weights file that was dropped onto the window. @throws LabError */
export async function drop(file: File): Promise<RequestResult<'weights:drop'>> {
  return unwrap(await window.lab.drop(file) as Reply<RequestResult<'weights:drop'>>)
}

/** Opens a graph's file that was dropped onto the window. @throws LabError */
export async function dropGraph(file: File): Promise<RequestResult<'graph:drop'>> {
  return unwrap(await window.lab.drop(file) as Reply<RequestResult<'graph:drop'>>)
}

/** Hears what main tells by itself. @returns a function that stops listening */
export function listen<K extends EventName>(event: K, handler: (value: Events[K]) => void): () => void {
  return window.lab.on(event, value => handler(value as Events[K]))
}

function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw fromWire(reply.error)
}
