import { describe, expect, test } from 'vitest'
import { type Meant, meantBy } from '../../../../renderer/files/browse/search'

const digits = { classes: [...'0123456789'], counts: { train: 60_000, test: 10_000 }, isRead: true }
const animals = { classes: ['cat', 'truck', 'fire truck', '강아지', '犬', 'Ωmega'], counts: { train: 30, test: 5 }, isRead: true }
const short = (meant: Meant) => meant.kind === 'image' ? `${meant.split} ${meant.index}` : `${meant.label ?? '*'}→${meant.read}`
const found = (text: string, set = digits) => meantBy(text, set).map(short)

describe('a number', () => {
  test('is an image of each split that has it', () => {
    expect(found('247')).toEqual(['test 247', 'train 247'])
    expect(found('10000')).toEqual(['train 10000'])
    expect(found('59,999')).toEqual(['train 59999'])
    expect(found('60000')).toEqual([])
  })

  test('that is also the name of a class means the class first', () => {
    expect(found('7')).toEqual(['7→any', '7→wrong', '*→7', 'test 7', 'train 7'])
    expect(found('#7')).toEqual(['test 7', 'train 7'])
    expect(found('７')).toEqual(found('7')) // full width, as input methods write it
  })
})

describe('two classes', () => {
  test.each(['7 2', '7 read as 2', '7→2', '7->2', '7, 2', '7을 2로', '7 を 2 と'])('%s are the images of one that are read as the other', (text) => {
    expect(found(text)[0]).toBe('7→2')
  })

  test('may have names of several words, of which one contains the other', () => {
    expect(found('fire truck read as truck', animals)[0]).toBe('2→1')
    expect(found('truck as fire truck', animals)[0]).toBe('1→2')
    expect(found('강아지를 cat으로', animals)[0]).toBe('3→0')
    expect(found('犬→ωmega', animals)[0]).toBe('4→5')
  })

  test('mean nothing without a network that reads the images', () => {
    expect(found('7 2', { ...digits, isRead: false })).toEqual([])
    expect(found('7', { ...digits, isRead: false })).toEqual(['7→any', 'test 7', 'train 7'])
  })

  test('are not parts of words or numbers', () => {
    expect(found('72')).toEqual(['test 72', 'train 72'])
    expect(found('cats trucks', animals)).toEqual([])
  })
})

describe('a name', () => {
  test('is found whatever its case, the whole one first, then those that begin with it', () => {
    expect(found('TRUCK', animals)).toEqual(['1→any', '1→wrong', '*→1', '2→any'])
    expect(found('t', animals)).toEqual(['1→any', '0→any', '2→any'])
    expect(found('ωM', animals)).toEqual(['5→any'])
  })

  test('of a thousand classes gives a few proposals only', () => {
    const many = { ...digits, classes: Array.from({ length: 1000 }, (_, i) => `class ${i}`) }
    expect(found('class', many)).toHaveLength(8)
    expect(found('class 999', many)[0]).toBe('999→any')
    expect(found('class 12 class 340', many)[0]).toBe('12→340')
  })

  test.each(['', '   ', 'zebra', '1e3', '-5', '3.5'])('that nothing has finds nothing: %j', (text) => { expect(found(text, { ...animals, classes: ['cat'] })).toEqual([]) })
})
