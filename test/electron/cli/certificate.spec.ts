import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fast, LabBundle } from './bundle'

const lab = new LabBundle()
beforeAll(() => lab.make())
afterAll(() => lab.remove())

interface Printed { numbers: number, agree: number, disagree: number, notRecomputed: number, backend: string, threads: number, entries: { lesson: number, name: string, printed: string, value: number | null, digits: number | null, agrees: boolean | null }[] }

test('certificate --quick recomputes all but the long lessons, as one JSON value', async () => {
  const { code, stdout, stderr } = await lab.run(['certificate', '--quick', '--json'])
  expect([code, stderr]).toEqual([0, ''])
  const { entries, backend, threads, ...counts } = JSON.parse(stdout) as Printed
  expect([backend, threads]).toEqual([fast, 1])
  expect(counts.disagree).toBe(0)
  expect(counts.agree + counts.notRecomputed).toBe(counts.numbers)
  expect([...new Set(entries.filter(({ agrees }) => agrees === null).map(({ lesson }) => lesson))]).toEqual([24, 25])
  expect(entries.find(({ lesson, name }) => lesson === 10 && name === '∂tax')).toMatchObject({ printed: '650', agrees: true })
})

test('certificate is a table in the chosen language', async () => {
  const { code, stdout } = await lab.run(['certificate', '--quick', '--lang', 'ko'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/강의 +수 +글의 값/)
  expect(stdout).toContain('0.31682708')
})

test('certificate ends with 130 on Ctrl-C, without a result', async () => {
  // A bar is drawn only in a terminal; a plain line follows after ten seconds, so the signal arrives while the work is certainly running.
  const { code, stdout, stderr } = await lab.run(['certificate', '--json'], { onStart: child => void wait(3000).then(() => child.kill('SIGINT')) })
  expect([code, stdout]).toEqual([130, ''])
  expect(stderr).toContain('Interrupted')
})
