import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz } from '../../fixtures/fuzz/fuzz'
import { fuzzedReaders } from '../../fixtures/fuzz/readers'

// The same cases each time: `npm run fuzz` and the long tests try new ones.

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'backprop-lab-fuzz-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(Object.keys(fuzzedReaders))('%s: any changed file is read or refused with a specific error', async (name) => {
  const { cases, accepted } = await fuzz(fuzzedReaders[name]!, { seconds: 20, cases: 60, seed: 1, folder: join(folder, 'case') })
  expect(cases).toBe(60)
  expect(accepted).toBeLessThan(cases) // the changes do damage
})
