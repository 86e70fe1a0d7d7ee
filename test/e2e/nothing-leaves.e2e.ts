import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { locales } from '@contract'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type Lab, launchLab, newUserData } from './helpers'
import { readNetLog } from './net-log'
import { tour } from './tour'

/** Chromium's own log shows that using the lab contacts no other computer. */

let lab: Lab | undefined
const userData = newUserData()
afterAll(() => { rmSync(userData, { recursive: true, force: true, maxRetries: 5 }) })
afterEach(async () => { await lab?.close() })

/** Final requests to a closed port of this computer: when they appear, the log is complete up to there. It is written a few events at a time. */
const last = 'http://127.0.0.1:9/the-log-goes-up-to-here'

// All starts share one folder: the second and third find the data of the first, including a cache.
test.each(locales)('in %s, a walk through every room contacts no other computer', async (lang) => {
  const log = join(userData, `net-log-${lang}.json`)
  lab = await launchLab({ lang, userData, args: [`--log-net-log=${log}`, '--net-log-capture-mode=Everything'] })
  await tour(lab.window, lang)
  expect(lab.errors).toEqual([])
  await lab.app.evaluate(async ({ net }, url) => { for (let i = 0; i < 10; i++) await net.fetch(url).catch(() => undefined) }, last)
  await lab.close()
  expect(readNetLog(log)).toEqual({ requests: [last], lookups: [], connections: [] })
}, 120_000)
