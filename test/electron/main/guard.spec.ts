import { channels, type Reply } from '@contract'
import { checkRunConfig, LabError } from '@core'
import { expect, test, vi } from 'vitest'
import { type Ipc, register, type Sender } from '../../../electron/main/guard'
import type { Handlers } from '../../../electron/main/handlers'

const ours: Sender = { url: 'app://lab/index.html', top: true }

/** Guarded handlers that answer with their own name. */
function guarded(change: Partial<Record<string, () => unknown>> = {}) {
  const handlers = Object.fromEntries(channels.map(channel => [channel, change[channel] ?? (() => channel)])) as unknown as Handlers
  const listeners = new Map<string, (event: Sender, arg: unknown) => unknown>()
  const ipc: Ipc<Sender> = { handle: (channel, listener) => { listeners.set(channel, listener) } }
  register(handlers, ipc, sender => sender, url => url.startsWith('app://lab/'))
  return { listeners, ask: async (channel: string, sender: Sender, arg: unknown) => await listeners.get(channel)!(sender, arg) as Reply<unknown> }
}

test('every channel of the contract has a handler, and no other', () => {
  expect([...guarded().listeners.keys()].sort()).toEqual([...channels].sort())
})

test('the top frame of the lab’s page is accepted', async () => {
  expect(await guarded().ask('run:pause', ours, null)).toEqual({ ok: true, value: 'run:pause' })
})

test.each<[string, Sender]>([
  ['a frame inside the page', { ...ours, top: false }],
  ['another page', { url: 'https://example.org/', top: true }],
  ['a frame that is gone', { url: null, top: false }],
])('%s is refused on every channel, before its handler', async (_, sender) => {
  const handler = vi.fn()
  const { ask } = guarded(Object.fromEntries(channels.map(channel => [channel, handler])))
  for (const channel of channels) expect(await ask(channel, sender, null)).toMatchObject({ ok: false, error: { code: 'ipc.sender' } })
  expect(handler).not.toHaveBeenCalled()
})

test('a message that breaks the contract never reaches its handler', async () => {
  const handler = vi.fn()
  expect(await guarded({ 'run:start': handler }).ask('run:start', ours, { pace: 3 })).toMatchObject({ ok: false, error: { code: 'ipc.schema' } })
  expect(handler).not.toHaveBeenCalled()
})

test('an exception of a handler arrives as a value, with its code', async () => {
  const { ask } = guarded({ 'run:pause': () => { throw new LabError('train.noRun', 'none') } })
  expect(await ask('run:pause', ours, null)).toEqual({ ok: false, error: { code: 'train.noRun', message: 'none', details: {} } })
})

test('a bug is an internal error, and its stack is logged', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { ask } = guarded({ 'run:pause': () => Promise.reject(new TypeError('oh')) })
  expect(await ask('run:pause', ours, null)).toMatchObject({ ok: false, error: { code: 'internal', message: 'oh' } })
  expect(log).toHaveBeenCalledWith('run:pause', expect.any(TypeError))
  log.mockRestore()
})

// Cause: a text of 50 million characters was echoed in the reply, and main's memory peaked at 2 GB.
test.each<[string, unknown]>([
  ['a text of 5 million characters', 'x'.repeat(5e6)], ['layers that are one', { layers: 'x'.repeat(1e6) }], ['a BigInt', 1n], ['layers of BigInt', { layers: 1n }], ['a symbol\'s description', { layers: 'x'.repeat(500) }],
])('a reply to %s is short, on every channel', async (_, arg) => {
  const { ask } = guarded({ 'run:configure': ((arg: unknown) => checkRunConfig(arg)) as () => unknown })
  for (const channel of channels) {
    const reply = await ask(channel, ours, arg)
    expect(reply, channel).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(ipc\.schema|config\.layers)$/) as string } })
    expect(JSON.stringify(reply).length, channel).toBeLessThan(600)
  }
})

test('whatever a handler throws is returned as a short value', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const long = 'x'.repeat(1e6)
  const nameless = { toString: () => { throw new TypeError('no text') } }
  for (const thrown of [new Error(long), long, new LabError('file.missing', long, { file: `/${long}/a.safetensors`, found: long, max: 3 }), nameless, null, undefined, Symbol('x'), Object.create(null)]) {
    const reply = await guarded({ 'run:pause': () => Promise.reject(thrown) }).ask('run:pause', ours, null)
    expect(reply.ok).toBe(false)
    expect(JSON.stringify(reply).length).toBeLessThan(800)
    if (thrown instanceof LabError) expect(reply).toMatchObject({ error: { code: 'file.missing', details: { file: expect.stringMatching(/^…x+\/a\.safetensors$/) as string, max: 3 } } })
  }
  log.mockRestore()
})

test('a refusal names the sender', async () => {
  expect(await guarded().ask('run:pause', { url: 'https://example.org/', top: true }, null)).toEqual({ ok: false, error: { code: 'ipc.sender', message: 'refused: https://example.org/', details: { found: 'https://example.org/' } } })
  expect(await guarded().ask('run:pause', { url: null, top: true }, null)).toEqual({ ok: false, error: { code: 'ipc.sender', message: 'refused: a closed frame', details: { found: '–' } } })
})

test('a LabError of a handler is not a bug, and is not logged', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  await guarded({ 'run:pause': () => { throw new LabError('train.noRun', 'none') } }).ask('run:pause', ours, null)
  await guarded().ask('run:start', ours, { pace: 3 })
  expect(log).not.toHaveBeenCalled()
  log.mockRestore()
})
