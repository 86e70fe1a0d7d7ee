import { afterEach, expect, test, vi } from 'vitest'
import { useChosenBlock } from '../../../renderer/stores/chosen-block'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, soFar } from '../lab'

afterEach(() => { vi.unstubAllGlobals() })

test('the input is a place of its own in the chain, and shows the loss block with the images of the mini-batch', async () => {
  fakeMain({ 'run:read': () => soFar(runState()) })
  await useRun().load()
  const chosen = useChosenBlock()
  chosen.openTab('mistakes')
  chosen.choose('input')
  expect([chosen.place, chosen.name, chosen.tab]).toEqual(['input', 'softmaxWithLoss', 'block'])
  chosen.choose('relu1')
  expect([chosen.place, chosen.name]).toEqual(['relu1', 'relu1'])
})
