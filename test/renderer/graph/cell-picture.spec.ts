import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, test } from 'vitest'
import CellPicture from '../../../renderer/graph/CellPicture.vue'
import { i18n } from '../../../renderer/i18n'

// 2 rows of 3 cells:  0 1 2
//                     3 4 5
const value = { shape: [2, 3], data: [1, -2, 3, -4, 5, -6] }
const chosenFrom = async (cell: number, key: string, held: object = {}): Promise<unknown> => {
  const picture = mount(CellPicture, { props: { value, cell, name: 'X' }, global: { plugins: [createPinia(), i18n] } })
  await picture.get('canvas').trigger('keydown', { key, ...held })
  return picture.emitted('choose')?.flat() ?? null
}

describe('a key in the picture of a tensor', () => {
  test.each([
    ['ArrowRight', 0, 1], ['ArrowRight', 4, 5], ['ArrowLeft', 2, 1], ['ArrowLeft', 5, 4],
    ['ArrowDown', 0, 3], ['ArrowDown', 2, 5], ['ArrowUp', 3, 0], ['ArrowUp', 5, 2],
  ])('%s goes from cell %i to its neighbour %i', async (key, from, to) => {
    expect(await chosenFrom(from, key)).toEqual([to])
  })

  test.each([
    ['ArrowRight', 2], ['ArrowRight', 5], ['ArrowLeft', 0], ['ArrowLeft', 3], ['ArrowUp', 0], ['ArrowUp', 2], ['ArrowDown', 3], ['ArrowDown', 5],
  ])('%s stays where it is in cell %i, at the edge', async (key, from) => {
    expect(await chosenFrom(from, key)).toBeNull()
  })

  test.each([{ ctrlKey: true }, { metaKey: true }, { altKey: true }])('chooses nothing with %j', async (held) => {
    expect(await chosenFrom(0, 'ArrowRight', held)).toBeNull()
  })

  test('that is no arrow chooses nothing', async () => {
    expect(await chosenFrom(0, 'Home')).toBeNull()
  })
})
