/** New memory of the same kind: shared with other threads, or not. */
export const memoryLike = <Memory extends ArrayBufferLike>(memory: Memory, bytes: number): Memory =>
  (memory instanceof ArrayBuffer ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes)) as Memory
