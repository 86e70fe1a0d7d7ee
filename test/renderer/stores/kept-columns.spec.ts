import { expect, test } from 'vitest'
import { keptColumns } from '../../../renderer/stores/kept-columns'

const steps = (from: number, to: number, every = 1) => Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => ({ step: from + i * every }))
const stepsOf = (columns: readonly { readonly step: number }[]) => columns.map(({ step }) => step)

test('few columns all stay', () => {
  expect(keptColumns(steps(1, 9), undefined, 9)).toEqual(steps(1, 9))
})

test('the first and the latest columns stay, and the early ones before later ones', () => {
  const kept = stepsOf(keptColumns(steps(1, 1000), undefined, 100))
  expect(kept).toHaveLength(100)
  expect(kept.slice(0, 10)).toEqual(stepsOf(steps(1, 10)))
  expect(kept.at(-1)).toBe(1000)
})

test('a run that is watched for long keeps both axes filled', () => {
  let kept: readonly { readonly step: number }[] = []
  for (let step = 1; step <= 3000; step++) kept = keptColumns([...kept, { step: step * 10 }], undefined, 200)
  const all = stepsOf(kept)
  expect([all.length, all[0], all.at(-1)]).toEqual([200, 10, 30_000])
  const widest = (place: (step: number) => number) => Math.max(...all.slice(1).map((step, i) => place(step) - place(all[i]!))) / (place(30_000) - place(10))
  // 100 columns for each axis would be 1/100 apart; the neighbours of the first ones are log(2) / log(3000) apart
  expect([widest(step => step) < 0.03, all.slice(0, 8)]).toEqual([true, [10, 20, 30, 40, 50, 60, 70, 80]])
})

test('columns that are looked at in detail stay as long as others can go', () => {
  const kept = stepsOf(keptColumns(steps(1, 1000), ({ step }) => step >= 900 && step < 950, 100))
  expect(kept.filter(step => step >= 900 && step < 950)).toHaveLength(50)
  expect(keptColumns(steps(1, 100), () => true, 10)).toHaveLength(10)
})
