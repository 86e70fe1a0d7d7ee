import { translate } from '@contract'
import { LabError } from '@core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Shutdown, type ClosingMessage } from '../../../electron/main/shutdown'

let log: ReturnType<typeof vi.spyOn>
beforeEach(() => { log = vi.spyOn(console, 'error').mockImplementation(() => undefined) })
afterEach(() => { vi.useRealTimers(); log.mockRestore() })

/** An ending that records the order of its steps. */
function given({ ask = () => Promise.resolve(true), save = () => Promise.resolve(true), settle = () => Promise.resolve(), boundMs: timeoutMs = 1_000 }: { ask?: () => Promise<boolean>, save?: () => Promise<boolean>, settle?: () => Promise<void>, boundMs?: number } = {}) {
  const steps: string[] = []
  const reported: ClosingMessage[] = []
  let press = (): void => undefined
  const ending = new Shutdown({
    mayQuit: ask,
    save: async () => {
      steps.push('save')
      return await save()
    },
    finishWrites: async () => {
      steps.push('settle')
      return await settle()
    },
    showMessage: (words) => {
      steps.push('tell')
      reported.push(words)
      return new Promise((done) => { press = done })
    },
    quit: () => { steps.push('quit') }, exit: (code) => { steps.push(`exit ${code}`) },
    locale: () => 'en', timeoutMs,
  })
  return { ending, steps, told: reported, press: () => press(), event: { preventDefault: vi.fn() } }
}
const settled = () => new Promise(done => setTimeout(done, 5))
const t = (key: string, parameters = {}) => translate('en', key, parameters)

test('quitting waits for saving, and asks nothing', async () => {
  const { ending, steps, event } = given()
  ending.beforeQuit(event)
  expect(event.preventDefault).toHaveBeenCalledTimes(1)
  await settled()
  expect(steps).toEqual(['save', 'quit'])
  ending.beforeQuit(event) // Electron asks again and may now continue
  expect(event.preventDefault).toHaveBeenCalledTimes(1)
})

describe('a run that cannot be saved', () => {
  test('is asked about once; the lab stays where the user wants it to, and asks at the next quitting again', async () => {
    const answers: ((quits: boolean) => void)[] = []
    const { ending, steps, event } = given({ ask: () => new Promise((done) => { answers.push(done) }) })
    ending.beforeQuit(event)
    ending.beforeQuit(event)
    await settled()
    expect([answers.length, steps, event.preventDefault.mock.calls.length]).toEqual([1, [], 2])
    answers[0]!(false)
    await settled()
    expect(steps).toEqual([])
    ending.beforeQuit(event)
    await settled()
    answers[1]!(true)
    await settled()
    expect(steps).toEqual(['save', 'quit'])
  })

  test('has no time limit for the answer', async () => {
    vi.useFakeTimers()
    const { ending, steps, event } = given({ ask: () => new Promise(() => undefined) })
    ending.beforeQuit(event)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(steps).toEqual([])
  })

  test('does not keep the lab open when the question fails', async () => {
    const { ending, steps, event } = given({ ask: () => Promise.reject(new Error('no display')) })
    ending.beforeQuit(event)
    await settled()
    expect([steps, log.mock.calls.length]).toEqual([['save', 'quit'], 1])
  })

  test('is not asked about after a fault: the report says what was lost', async () => {
    const ask = vi.fn(() => Promise.resolve(true))
    const { ending, steps, event } = given({ ask, save: () => Promise.resolve(false) })
    void ending.windowKeepsCrashing()
    await settled()
    ending.beforeQuit(event)
    await settled()
    expect([ask.mock.calls.length, steps]).toEqual([0, ['save', 'tell', 'exit 1']])
  })
})

test('quitting twice saves once', async () => {
  const { ending, steps, event } = given()
  ending.beforeQuit(event)
  ending.beforeQuit(event)
  await settled()
  expect(event.preventDefault).toHaveBeenCalledTimes(2)
  expect(steps.filter(step => step === 'save')).toHaveLength(1)
})

test.each<[string, () => Promise<boolean>]>([
  ['a disk that answers no more', () => new Promise(() => undefined)],
  ['a disk that fails', () => Promise.reject(new Error('full'))],
])('%s does not keep the lab open', async (_, save) => {
  const { ending, steps, event } = given({ save, boundMs: 20 })
  ending.beforeQuit(event)
  await vi.waitFor(() => expect(steps).toEqual(['save', 'quit']), 10_000)
})

test('the windows’ final messages are on the disk before the lab ends', async () => {
  let written = (): void => undefined
  const { ending, steps, event } = given({ settle: () => new Promise((done) => { written = done }) })
  ending.willQuit(event)
  ending.willQuit(event)
  await settled()
  expect([event.preventDefault.mock.calls.length, steps.includes('quit')]).toEqual([2, false])
  written()
  await settled()
  ending.willQuit(event)
  expect(event.preventDefault).toHaveBeenCalledTimes(2)
  expect(steps).toContain('quit')
})

test.each<[string, () => Promise<void>]>([
  ['that are never written', () => new Promise(() => undefined)], ['that fail', () => Promise.reject(new Error('full'))],
])('final messages %s do not keep it open', async (_, settle) => {
  const { ending, steps, event } = given({ settle, boundMs: 20 })
  ending.willQuit(event)
  await vi.waitFor(() => expect(steps).toEqual(['settle', 'quit']), 10_000)
})

// Cause: a synchronous box was shown before saving and blocked main's event loop.
test('when the window crashes repeatedly, the run is saved first, then the crash is reported, and the exit code after that is 1', async () => {
  const { ending, steps, told, press } = given()
  void ending.windowKeepsCrashing()
  await settled()
  expect(steps).toEqual(['save', 'tell'])
  expect(told).toEqual([{ message: t('dialog.windowGone'), detail: t('dialog.saved') }])
  press()
  await settled()
  expect(steps).toEqual(['save', 'tell', 'settle', 'exit 1'])
})

test('a failure to save is reported', async () => {
  const { ending, told } = given({ save: () => Promise.resolve(false) })
  void ending.windowKeepsCrashing()
  await settled()
  expect(told[0]?.detail).toBe(t('dialog.unsaved'))
})

test.each<[string, unknown, string]>([
  ['an exception', new TypeError('oh'), t('dialog.fault', { found: 'oh' })],
  ['something thrown that is no error', 'oh', t('dialog.fault', { found: 'oh' })],
  ['an error of the lab\'s own', new LabError('folder.none', 'neither', { file: '/a', found: '/b' }), t('errors.folder.none', { file: '/a', found: '/b' })],
])('%s is logged, followed by saving and a report', async (_, cause, message) => {
  const { ending, steps, told } = given()
  void ending.fail(cause)
  await settled()
  expect(log).toHaveBeenCalledWith(cause)
  expect(steps).toEqual(['save', 'tell'])
  expect(told[0]?.message).toBe(message)
})

test('a second fault during the report of the first is only logged', async () => {
  const { ending, steps, press } = given()
  void ending.fail(new Error('one'))
  void ending.fail(new Error('two'))
  void ending.windowKeepsCrashing()
  await settled()
  press()
  await settled()
  expect(log).toHaveBeenCalledTimes(2)
  expect(steps).toEqual(['save', 'tell', 'settle', 'exit 1'])
})

test('a fault while the lab ends is not reported, and the exit code is 1', async () => {
  let done: (saved: boolean) => void = () => undefined
  const { ending, steps, event } = given({ save: () => new Promise((resolve) => { done = resolve }) })
  ending.beforeQuit(event)
  void ending.fail(new Error('late'))
  done(true)
  await settled()
  expect(steps).not.toContain('tell')
  expect(steps).not.toContain('quit')
  expect(steps).toContain('exit 1')
})

test('quitting while the report is shown ends the lab, with 1', async () => {
  const { ending, steps, event } = given()
  void ending.fail(new Error('oh'))
  await settled()
  ending.beforeQuit(event)
  await settled()
  expect(steps).toEqual(['save', 'tell', 'exit 1'])
})

test('a box that cannot be shown does not keep the lab open', async () => {
  const exit = vi.fn()
  const ending = new Shutdown({ save: () => Promise.resolve(true), finishWrites: () => Promise.resolve(), showMessage: () => Promise.reject(new Error('no display')), quit: vi.fn(), exit, locale: () => 'en' })
  await ending.windowKeepsCrashing()
  expect(exit.mock.calls).toEqual([[1]])
})

// Saving the training thread alone may take four seconds; users do not wait much longer for a program to close.
test('an unresponsive disk delays the end for five to ten seconds; at most twice', async () => {
  vi.useFakeTimers()
  const [quit, never] = [vi.fn(), () => new Promise<never>(() => undefined)]
  const ending = new Shutdown({ save: never, finishWrites: never, showMessage: never, quit, exit: vi.fn(), locale: () => 'en' })
  for (const [leave, times] of [[() => { ending.beforeQuit({ preventDefault: () => undefined }) }, 1], [() => { ending.willQuit({ preventDefault: () => undefined }) }, 2]] as const) {
    leave()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(quit).toHaveBeenCalledTimes(times - 1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(quit).toHaveBeenCalledTimes(times)
  }
})

test('the reason why the final messages could not be written is logged', async () => {
  const { ending, steps, event } = given({ settle: () => Promise.reject(new Error('full')) })
  ending.willQuit(event)
  await settled()
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ message: 'full' }))
  expect(steps).toEqual(['settle', 'quit'])
})

test('no timer is left once everything is saved', async () => {
  vi.useFakeTimers()
  const ending = new Shutdown({ save: () => Promise.resolve(true), finishWrites: () => Promise.resolve(), showMessage: () => Promise.resolve(), quit: vi.fn(), exit: vi.fn(), locale: () => 'en' })
  ending.beforeQuit({ preventDefault: () => undefined })
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
})
