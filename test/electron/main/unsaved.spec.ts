import { LabError } from '@core'
import { expect, test } from 'vitest'
import { mayEnd, type UnsavedAnswer } from '../../../electron/main/unsaved'

const full = new LabError('run.diskFull', 'no space', {})

/** Asks, with these answers in turn, and saves with these results. */
async function asked(answers: readonly UnsavedAnswer[], saves: readonly (object | null | LabError)[] = []) {
  const [left, results] = [[...answers], [...saves]]
  const reasons: (string | null)[] = []
  const saved: string[] = []
  const ends = await mayEnd('lab', full, () => Promise.resolve({ step: 7 }), {
    ask: (end, reason) => { reasons.push(`${end} ${reason?.code}`); return Promise.resolve(left.shift()!) },
    save: async ({ weights }) => {
      const result = results.shift()!
      if (result instanceof LabError) throw result
      saved.push(`step ${(await weights()).step}`)
      return result
    },
  })
  return { ends, reasons, saved, unasked: left }
}

test.each<[UnsavedAnswer, boolean]>([['without', true], ['stay', false]])('“%s” saves nothing', async (answer, ends) => {
  expect(await asked([answer])).toEqual({ ends, reasons: ['lab run.diskFull'], saved: [], unasked: [] })
})

test('a run of which the weights were saved may end', async () => {
  expect(await asked(['save'], [{}])).toMatchObject({ ends: true, saved: ['step 7'] })
})

test('a cancelled dialog for the file asks again', async () => {
  expect(await asked(['save', 'stay'], [null])).toMatchObject({ ends: false, reasons: ['lab run.diskFull', 'lab run.diskFull'], unasked: [] })
})

test('weights that could not be saved are not lost: it says why, and asks again', async () => {
  expect(await asked(['save', 'save'], [new LabError('file.denied', 'no', { file: 'a' }), {}])).toEqual({ ends: true, reasons: ['lab run.diskFull', 'lab file.denied'], saved: ['step 7'], unasked: [] })
})
