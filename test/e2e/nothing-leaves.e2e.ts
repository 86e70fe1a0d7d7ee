import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { locales } from '@contract'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { readNetLog } from './net-log'
import { tour } from './tour'

/** By Chromium's own log: what a person does in the lab reaches no other computer. */

let lab: Lab | undefined
const userData = newUserData()
afterAll(() => { rmSync(userData, { recursive: true, force: true, maxRetries: 5 }) })
afterEach(async () => { await lab?.close() })

/** Requests at the end, to this computer, where nobody answers: the log has everything up to there. It is written a few events at a time. */
const last = 'http://127.0.0.1:9/the-log-goes-up-to-here'

// One folder for all: the second and third start find what the first has left, a cache among it.
test.each(locales)('in %s, a walk through every room asks nobody else for anything', async (lang) => {
  const log = join(userData, `net-log-${lang}.json`)
  lab = await launchLab({ lang, userData, args: [`--log-net-log=${log}`, '--net-log-capture-mode=Everything'] })
  await tour(lab.window, lang)
  expect(lab.errors).toEqual([])
  await lab.app.evaluate(async ({ net }, url) => { for (let i = 0; i < 10; i++) await net.fetch(url).catch(() => undefined) }, last)
  await lab.close()
  expect(readNetLog(log)).toEqual({ requests: [last], lookups: [], connections: [] })
}, 120_000)
