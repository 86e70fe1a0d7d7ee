import { afterAll, vi } from 'vitest'

const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'Date', 'performance', 'fetch'] as const

/** Globals at the start: this file is loaded again for each test file. */
const known = globalThis as { globalsAtFirst?: ReadonlyMap<string, unknown> }
known.globalsAtFirst ??= new Map(names.map(name => [name, globalThis[name]]))
const { globalsAtFirst } = known

// Test files in one process share its globals (vitest.config.ts): a fake clock that one leaves behind stops time for all later
// files. Mocks are restored here because vitest restores them between files: a spy on a faked function would put the faked one
// back after the real clock had returned.
afterAll(() => {
  const faked = vi.isFakeTimers()
  vi.useRealTimers()
  vi.restoreAllMocks()
  const left = names.filter(name => globalThis[name] !== globalsAtFirst.get(name))
  for (const name of left) Object.defineProperty(globalThis, name, { value: globalsAtFirst.get(name), configurable: true, writable: true })
  if (faked || left.length > 0) throw new TypeError(`This file leaves ${faked ? 'fake timers' : `another ${left.join(', ')}`} behind for all that run after it.`)
})
