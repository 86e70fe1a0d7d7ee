import { type Block, locales, translate } from '@contract'
import { layerDefinition, layerKinds } from '@core'
import { beforeEach, describe, expect, test } from 'vitest'
import BlockTab from '../../../renderer/inspector/BlockTab.vue'
import { useChosenBlock } from '../../../renderer/stores/chosen-block'
import { useRun } from '../../../renderer/stores/run'
import { recordCanvases } from '../canvas'
import { fakeMain, runState, show, soFar } from '../lab'
import { probeFrame } from '../probe'

beforeEach(() => { recordCanvases() })

/** The formula of a block's gradients. */
async function formula(block: Block, first: boolean): Promise<string> {
  fakeMain({ 'run:read': () => soFar(runState({ step: 1, loss: 2, blocks: [block] })) })
  await useRun().load()
  useChosenBlock().chooseView('gradient')
  return (await show(BlockTab, { block, frame: probeFrame(), refused: null, first })).get('.formula').text()
}

describe('the formula of the gradients', () => {
  const affine: Block = { name: 'affine1', kind: 'affine', inputs: 12, outputs: 4 }

  // Cause: it was printed for the first layer like for the others.
  test('says of the first layer that dx is not computed', async () => {
    expect(await formula(affine, true)).toMatch(/dx = dout · Wᵀ\s+Not computed: no layer before it needs it\.$/)
    expect(await formula({ ...affine, name: 'affine2' }, false)).toMatch(/dx = dout · Wᵀ$/)
  })

  // The note stands behind it.
  test.each([...layerKinds.keys()])('of %s ends with dx', (kind) => {
    expect(layerDefinition(kind).formula.gradient.split('\n').at(-1)).toMatch(/^dx = /)
  })

  test('has the note in every language', () => {
    expect(new Set(locales.map(locale => translate(locale, 'xray.notComputed'))).size).toBe(locales.length)
  })
})
