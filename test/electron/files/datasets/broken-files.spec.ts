import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { datasetLimits, FormatError } from '@core'
import { expect, test } from 'vitest'
import { unpackIdx } from '../../../../electron/files/datasets/sources/idx'

/** As in test/core/formats/broken-files.spec.ts, of the files that the disk's own reader unpacks. */
interface Case { readonly file: string, readonly reader: string, readonly rule: string, readonly code?: string, readonly details?: object }

const folder = join(import.meta.dirname, '../../../fixtures/broken')
const cases = (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as readonly Case[]).filter(({ reader }) => reader === 'idx-file')

test.each(cases.map(given => [given.file, given.rule, given] as const))('%s: %s', async (file, _, { code, details = {} }) => {
  const reading = unpackIdx({ path: join(folder, file), name: file }, 'trainImages', datasetLimits.bytes)
  if (code === undefined) return void await expect(reading).resolves.toMatchObject({ length: 28, damage: null })
  const error: unknown = await reading.catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(FormatError)
  expect(error).toMatchObject({ code, details: { file, ...details } })
})
