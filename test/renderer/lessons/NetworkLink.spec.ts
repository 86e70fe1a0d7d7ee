import { blockDefinition } from '@core'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { lessons } from '../../../renderer/course/all'
import BackToLesson from '../../../renderer/lessons/BackToLesson.vue'
import NetworkLink from '../../../renderer/lessons/NetworkLink.vue'
import { useCourse } from '../../../renderer/stores/course/course'
import { useChosenBlock } from '../../../renderer/stores/chosen-block'
import { useRoom } from '../../../renderer/stores/room'
import { useRun } from '../../../renderer/stores/run'
import { fakeMain, runState, show, soFar } from '../lab'

beforeEach(async () => {
  fakeMain({ 'run:read': () => soFar(runState()) })
  await useRun().load()
})

describe('the way from a lesson to the network in training', () => {
  test.each([['relu', 'relu1'], ['loss', 'softmaxWithLoss'], ['affine', 'affine1']] as const)('opens Train with the first block of kind %s', async (block, name) => {
    const view = await show(NetworkLink, { to: { room: 'train', show: { block, view: 'activation' } } })
    useChosenBlock().choose('affine2')
    await view.get('button').trigger('click')
    expect([useRoom().current, useChosenBlock().name, useChosenBlock().view]).toEqual(['train', name, 'activation'])
  })

  test('finds the block also when the network becomes known only afterwards', async () => {
    setActivePinia(createPinia())
    const view = await show(NetworkLink, { to: { room: 'train', show: { block: 'relu', view: 'activation' } } })
    await view.get('button').trigger('click')
    await useRun().load()
    expect(useChosenBlock().name).toBe('relu1')
  })

  test('opens Draw, and offers the way back until another room is opened', async () => {
    await useCourse().load()
    useCourse().go('relu')
    const back = await show(BackToLesson)
    expect(back.find('button').exists()).toBe(false)
    const view = await show(NetworkLink, { to: { room: 'draw' } })
    await view.get('button').trigger('click')
    expect(useRoom().current).toBe('draw')
    await nextTick()
    expect(back.get('button').text()).toBe('Back to lesson 12')
    await back.get('button').trigger('click')
    expect([useRoom().current, back.find('button').exists()]).toEqual(['learn', false])
  })

  test('shows what the card quotes from Train: a formula of the block, or the share of zeros that left it', () => {
    const formulas: string[] = []
    for (const { cards, texts } of lessons) {
      for (const card of cards) {
        if (card.kind !== 'try' || card.network?.room !== 'train' || !card.network.show) continue
        const { block, view } = card.network.show
        const said = texts.en.cards[card.key]!.tries!.at(-1)!
        const quoted = Array.from(said.matchAll(/`(d\w+ = .+?)`/g), ([, formula]) => formula!)
        formulas.push(...quoted)
        const shown = view === 'weight' || block === 'loss' ? [] : blockDefinition(block).formula[view].split(/\n| {3}/)
        expect(quoted.filter(formula => !shown.includes(formula))).toEqual([])
        if (said.includes('“Zeros”')) expect([block, view]).toEqual(['relu', 'activation'])
      }
    }
    expect(formulas).toEqual(['dx = dout · Wᵀ', 'db = Σ dout', 'dW = xᵀ · dout'])
  })
})
