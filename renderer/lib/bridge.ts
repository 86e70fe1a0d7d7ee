import { type Channel, type DropChannel, type EventName, type Events, fromWire, type Reply, type RequestArg, type RequestResult } from '@contract'

/**
 * Asks main. Only this file touches the preload's API.
 * @throws LabError when main, the training thread or a file refuses
 */
export async function request<K extends Channel>(channel: K, ...[arg]: RequestArg<K> extends null ? [] : [RequestArg<K>]): Promise<RequestResult<K>> {
  return unwrap(await window.lab.invoke(channel, arg ?? null) as Reply<RequestResult<K>>)
}

/** Opens a file that was dropped onto the window, on the channel that `dropOf` names for it. @throws LabError */
export async function dropFile<K extends DropChannel>(file: File): Promise<RequestResult<K>> {
  return unwrap(await window.lab.drop(file) as Reply<RequestResult<K>>)
}

/** Listens to what main tells without being asked. @returns a function that stops listening */
export function listen<K extends EventName>(event: K, handler: (value: Events[K]) => void): () => void {
  return window.lab.on(event, value => handler(value as Events[K]))
}

function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw fromWire(reply.error)
}
