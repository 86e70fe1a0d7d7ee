import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz } from '../fixtures/fuzz/fuzz'
import { fuzzedReaders } from '../fixtures/fuzz/readers'

// Malformed files for ten minutes, new ones each time. `npm run fuzz -- --seconds N` runs this file alone.

const names = Object.keys(fuzzedReaders)
/** Seconds in all */
const seconds = Number(process.env['LAB_FUZZ_SECONDS'] ?? 600)

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'backprop-lab-fuzz-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(names)('%s: any file is read or refused with a specific error', async (name) => {
  const seed = Date.now() // reported on failure
  const { cases, accepted } = await fuzz(fuzzedReaders[name]!, { seconds: seconds / names.length, seed, folder: join(folder, 'case') })
  console.log(`${name}: ${cases} cases, ${accepted} accepted`)
  expect(cases).toBeGreaterThan(0)
})
