import { describe, expect, test } from 'vitest'
import { countImages, type ReadBy, selectImages } from '../../../../renderer/files/browse/selection'
import { imageAt, placeOf } from '../../../../renderer/stores/browse'

// training images 0 to 5, test images 6 to 8
const labels = { train: Uint16Array.of(2, 0, 1, 2, 0, 2), test: Uint16Array.of(1, 2, 0) }
const read = { train: Uint16Array.of(2, 1, 1, 0, 0, 1), test: Uint16Array.of(1, 2, 2) }
const nothingRead: ReadBy = { train: null, test: null }
const all = { split: 'all', label: null, read: 'any' } as const
const select = (filter: object, order: 'index' | 'class' = 'index', by: ReadBy = read) => [...selectImages(labels, { ...all, ...filter }, order, by)]

test('places count through training and test images', () => {
  expect([imageAt(5, labels), imageAt(6, labels)]).toEqual([{ split: 'train', index: 5 }, { split: 'test', index: 0 }])
  expect(Array.from({ length: 9 }, (_, place) => placeOf(imageAt(place, labels), labels))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

describe('the images that are shown', () => {
  test.each([
    [{}, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [{ split: 'train' }, [0, 1, 2, 3, 4, 5]],
    [{ split: 'test' }, [6, 7, 8]],
    [{ label: 2 }, [0, 3, 5, 7]],
    [{ label: 2, split: 'test' }, [7]],
    [{ label: 9 }, []],
    [{ read: 'wrong' }, [1, 3, 5, 8]],
    [{ read: 'right' }, [0, 2, 4, 6, 7]],
    [{ read: 'wrong', label: 2 }, [3, 5]],
    [{ read: 1 }, [1, 5]],
    [{ read: 1, label: 2 }, [5]],
    [{ read: 1, label: 1 }, [2, 6]],
  ])('%j', (filter, places) => { expect(select(filter)).toEqual(places) })

  test('by class, and within a class by their index', () => {
    expect(select({}, 'class')).toEqual([1, 4, 8, 2, 6, 0, 3, 5, 7])
    expect(select({ read: 'wrong' }, 'class')).toEqual([1, 8, 3, 5])
    expect(select({ label: 0 }, 'class')).toEqual([1, 4, 8])
  })

  test('none by answers that are not known', () => {
    expect(select({ read: 'wrong' }, 'index', nothingRead)).toEqual([])
    expect(select({}, 'index', nothingRead)).toHaveLength(9)
  })
})

test('each class is counted whatever class is shown', () => {
  const count = (filter: object) => [...countImages(labels, { ...all, ...filter }, read, 4)]
  expect(count({})).toEqual([3, 2, 4, 0])
  expect(count({ label: 1, split: 'test' })).toEqual([1, 1, 1, 0])
  expect(count({ read: 'wrong', label: 0 })).toEqual([2, 0, 2, 0])
  expect(count({ read: 1 })).toEqual([1, 0, 1, 0])
})
