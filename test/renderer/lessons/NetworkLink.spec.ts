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
    const view = await show(NetworkLink, { to: { room: 'train', block } })
    useChosenBlock().choose('affine2')
    await view.get('button').trigger('click')
    expect([useRoom().current, useChosenBlock().name]).toEqual(['train', name])
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

  test('leads only to blocks that the network of the course has', () => {
    const kinds = lessons.flatMap(({ cards }) => cards.flatMap(card => card.kind === 'try' && card.network?.room === 'train' ? card.network.block ?? [] : []))
    expect(kinds.filter(kind => !['affine', 'relu', 'loss'].includes(kind))).toEqual([])
  })
})
