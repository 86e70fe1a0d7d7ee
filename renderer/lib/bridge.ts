import { type Channel, type EventName, type Events, fromWire, type OpenedFile, type Reply, type RequestArg, type RequestResult } from '@contract'

/**
 * Sends a request to the main process. Only this file accesses the preload's API.
 * @throws LabError when the main process, the training thread or a file reports an error
 */
export async function request<K extends Channel>(channel: K, ...[arg]: RequestArg<K> extends null ? [] : [RequestArg<K>]): Promise<RequestResult<K>> {
  return unwrap(await window.lab.invoke(channel, arg ?? null) as Reply<RequestResult<K>>)
}

/** Opens what was dropped onto the window: a file, the files of a dataset, or a folder. @throws LabError */
export async function dropFiles(files: readonly File[]): Promise<OpenedFile> {
  return unwrap(await window.lab.drop(files) as Reply<OpenedFile>)
}

/** Subscribes to events of the main process. @returns a function that unsubscribes */
export function listen<K extends EventName>(event: K, handler: (value: Events[K]) => void): () => void {
  return window.lab.on(event, value => handler(value as Events[K]))
}

function unwrap<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw fromWire(reply.error)
}
