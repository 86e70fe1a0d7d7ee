import { afterAll, vi } from 'vitest'

const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'Date', 'performance', 'fetch'] as const

/** What the process began with: this file is read anew for each file of tests. */
const known = globalThis as { globalsAtFirst?: ReadonlyMap<string, unknown> }
known.globalsAtFirst ??= new Map(names.map(name => [name, globalThis[name]]))
const { globalsAtFirst } = known

// Files that run in one process share its globals (vitest.config.ts): a clock that one leaves behind stands still for all
// after it. That is why mocks are restored here: between files vitest does so, and a spy on a faked function puts that
// one back, though it had been restored once before the real clock returned.
afterAll(() => {
  const faked = vi.isFakeTimers()
  vi.useRealTimers()
  vi.restoreAllMocks()
  const left = names.filter(name => globalThis[name] !== globalsAtFirst.get(name))
  for (const name of left) Object.defineProperty(globalThis, name, { value: globalsAtFirst.get(name), configurable: true, writable: true })
  if (faked || left.length > 0) throw new TypeError(`This file leaves ${faked ? 'fake timers' : `another ${left.join(', ')}`} behind for all that run after it.`)
})
