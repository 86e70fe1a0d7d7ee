import { LabError } from '@core'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useNotices } from '../../../renderer/stores/notices'
import { useRoom } from '../../../renderer/stores/room'

beforeEach(() => { vi.useFakeTimers(); setActivePinia(createPinia()) })
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks() })

const shown = () => useNotices().notices.map(({ kind, key }) => `${kind} ${key}`)

describe('a notice', () => {
  test('about something done disappears after six seconds; an error stays', () => {
    useNotices().done('a', { name: 'x' })
    useNotices().failed('b')
    expect(useNotices().notices).toMatchObject([{ kind: 'done', key: 'a', parameters: { name: 'x' } }, { kind: 'error', key: 'b', parameters: {} }])
    vi.advanceTimersByTime(5_999)
    expect(shown()).toEqual(['done a', 'error b'])
    vi.advanceTimersByTime(1)
    expect(shown()).toEqual(['error b'])
    vi.advanceTimersByTime(3_600_000)
    expect(shown()).toEqual(['error b'])
  })

  test('with information that is not visible elsewhere stays long enough to be read, then disappears too', () => {
    useNotices().note('a', { name: 'x' })
    expect(useNotices().notices).toMatchObject([{ kind: 'note', key: 'a', parameters: { name: 'x' } }])
    vi.advanceTimersByTime(15_000) // forty words, read slowly
    expect(shown()).toEqual(['note a'])
    vi.advanceTimersByTime(15_000)
    expect(shown()).toEqual([])
  })

  test('disappears when it is dismissed, and no other with it', () => {
    useNotices().failed('a')
    useNotices().failed('b')
    useNotices().dismiss(useNotices().notices[0]!.id)
    expect(shown()).toEqual(['error b'])
  })

  test('that is repeated replaces the previous one, and has six seconds of its own', () => {
    useNotices().done('a', { n: 1 })
    useNotices().failed('b')
    vi.advanceTimersByTime(4_000)
    useNotices().done('a', { n: 2 })
    expect(shown()).toEqual(['error b', 'done a'])
    vi.advanceTimersByTime(4_000)
    expect(useNotices().notices.find(({ key }) => key === 'a')?.parameters).toEqual({ n: 2 })
    vi.advanceTimersByTime(2_000)
    expect(shown()).toEqual(['error b'])
  })

  test('is one of four at most: the oldest disappears', () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) useNotices().failed(key)
    expect(shown()).toEqual(['error b', 'error c', 'error d', 'error e'])
  })

  test('each has a number of its own', () => {
    for (const key of ['a', 'b', 'c', 'd']) useNotices().failed(key)
    expect(new Set(useNotices().notices.map(({ id }) => id)).size).toBe(4)
  })
})

// It covered the charts at the window's edge, in every room, until it was dismissed.
describe('an error', () => {
  const inPlace = () => useNotices().inPlace.map(({ key }) => key)

  test('stays in the room where it occurred', () => {
    useRoom().go('train')
    useNotices().failed('a')
    useRoom().go('draw')
    useNotices().note('b')
    expect(inPlace()).toEqual(['b'])
    useRoom().go('train')
    expect(inPlace()).toEqual(['a'])
    useRoom().go('files')
    expect(inPlace()).toEqual([])
  })

  test('that was not caused in a room is shown in every room', () => {
    useRoom().go('train')
    useNotices().warn({ code: 'file.full', message: '', details: {} })
    for (const room of ['learn', 'train', 'draw', 'files'] as const) {
      useRoom().go(room)
      expect(inPlace(), room).toEqual(['errors.file.full'])
    }
  })

  test('has a place of its own; only completed actions are shown at the window’s edge', () => {
    useNotices().done('a')
    useNotices().failed('b')
    useNotices().note('c')
    expect(useNotices().passing.map(({ key }) => key)).toEqual(['a'])
    expect(inPlace()).toEqual(['b', 'c'])
  })
})

describe('an attempt', () => {
  test('returns its value without a message, and removes no message about anything else', async () => {
    expect(await useNotices().attempt(() => Promise.resolve(7))).toBe(7)
    expect(shown()).toEqual([])
    useNotices().failed('a')
    useNotices().error({ code: 'file.full', message: '', details: {} }, 'save')
    await useNotices().attempt(() => Promise.resolve(7))
    await useNotices().attempt(() => Promise.resolve(7), 'open')
    expect(shown()).toEqual(['error a', 'error errors.file.full'])
    await useNotices().attempt(() => Promise.resolve(7), 'save')
    expect(shown()).toEqual(['error a'])
  })

  test('that is refused quotes a name with invisible characters made visible, and a number as it is', async () => {
    await useNotices().attempt(() => Promise.reject(new LabError('file.missing', 'no', { file: 'a\u202egpj.exe', found: 3 })))
    const [{ parameters }] = useNotices().notices as [typeof useNotices extends () => infer S ? S extends { notices: (infer N)[] } ? N : never : never]
    expect(parameters['found']).toBe(3)
    expect(parameters['file']).toMatch(/^a<.*202E.*>gpj\.exe$/)
  })

  test('that is refused is reported with its code and details', async () => {
    const complained = vi.spyOn(console, 'error').mockReturnValue()
    expect(await useNotices().attempt(() => Promise.reject(new LabError('file.full', 'the disk is full', { file: 'a' })))).toBeUndefined()
    expect(useNotices().notices).toMatchObject([{ kind: 'error', key: 'errors.file.full', parameters: { file: 'a' } }])
    expect(complained).not.toHaveBeenCalled()
  })

  test('that is repeated replaces its earlier message, refused or not; cancelling changes nothing', async () => {
    const refused = (file: string) => () => Promise.reject(new LabError('file.missing', file, { file }))
    const { attempt } = useNotices()
    await attempt(refused('other.json'))
    await attempt(refused('a.safetensors'), 'open')
    await attempt(() => Promise.reject(new LabError('file.full', 'full', { file: 'b' })), 'open')
    expect(shown()).toEqual(['error errors.file.missing', 'error errors.file.full'].slice(1)) // a key is announced once; b replaced a
    await attempt(() => Promise.resolve(null), 'open')
    expect(shown()).toEqual(['error errors.file.full'])
    await attempt(() => Promise.resolve({}), 'open')
    expect(shown()).toEqual([])
  })

  test('that fails unexpectedly is reported as well, and logged in the console for developers', async () => {
    const complained = vi.spyOn(console, 'error').mockReturnValue()
    const fault = new TypeError('oh')
    expect(await useNotices().attempt(() => Promise.reject(fault))).toBeUndefined()
    expect(useNotices().notices).toHaveLength(1)
    expect(complained).toHaveBeenCalledWith(fault)
  })
})

test('that runs made room is no error', () => {
  const notices = useNotices()
  notices.warn({ code: 'run.thinned', message: '', details: { n: 2, max: 4 } })
  notices.warn({ code: 'file.full', message: '', details: { file: 'run.json' } })
  expect(notices.notices.map(({ kind, key }) => [kind, key])).toEqual([['note', 'errors.run.thinned'], ['error', 'errors.file.full']])
})
