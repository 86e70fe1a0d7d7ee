import { describe, expect, test } from 'vitest'
import { loadLessons, type Lesson } from '../../../renderer/course'
import { lessonsOf, minutesOf, partNumber, partOfPage, partPage } from '../../../renderer/course/parts'
import { findLessons } from '../../../renderer/course/search'
import { partIds } from '../../../renderer/course/types'

const lessons = await loadLessons()
const found = (query: string) => findLessons(lessons, query).map(({ number }) => number)

describe('a part', () => {
  test('has a page of its own, and no other page is a part', () => {
    expect(partIds.map(part => partOfPage(partPage(part)))).toEqual(partIds)
    expect(['quiz', 'graph', 'part-', 'part-x', ''].map(partOfPage)).toEqual([null, null, null, null, null])
    expect(lessons.filter(({ id }) => partOfPage(id) !== null)).toEqual([])
    expect(partIds.map(partNumber)).toEqual([1, 2, 3, 4, 5])
  })

  test('takes its words at 120 a minute and a minute and a half for a question, rounded up to five minutes', () => {
    const texts = { ...lessons[0]!.texts.en, title: 'word '.repeat(100), summary: '', cards: { say: { text: ['word '.repeat(120)] }, try: { tries: ['word '.repeat(20)] } }, figures: {}, questions: {} }
    const lesson: Lesson = { ...lessons[0]!, questions: lessons[0]!.questions.slice(0, 2), texts: { ...lessons[0]!.texts, en: texts } }
    expect(minutesOf([lesson])).toBe(5) // 240 words in 2 minutes, and 3 for the questions
    expect(minutesOf([lesson, lesson])).toBe(10)
    expect(minutesOf([{ ...lesson, questions: [...lesson.questions, lesson.questions[0]!] }])).toBe(10) // 6.5
  })

  test('takes half an hour to an hour and a half, and the course three to six hours', () => {
    const minutes = partIds.map(part => minutesOf(lessonsOf(lessons, part)))
    expect(minutes.filter(part => part < 25 || part > 90)).toEqual([])
    expect(minutesOf(lessons)).toBeGreaterThanOrEqual(180)
    expect(minutesOf(lessons)).toBeLessThanOrEqual(360)
  })
})

describe('the search in the list of lessons', () => {
  test('finds sections of the book, whole or begun, with their sign or word', () => {
    expect(found('5.3')).toEqual([7, 8, 10])
    expect(found('5.3.2')).toEqual([8])
    expect(found('5.3.')).toEqual([7, 8, 10])
    for (const written of ['§5.3.2', '5.3.2절', '5.3.2節', '５．３．２', ' 5.3.2 ']) expect(found(written)).toEqual([8])
    expect(found('5.')).toEqual(lessons.filter(({ section }) => section?.startsWith('5.')).map(({ number }) => number))
    expect(found('5.33')).toEqual([])
  })

  test('finds numbers of lessons', () => {
    expect(found('7')).toEqual([7])
    expect(found('26')).toEqual([26])
    expect(found('27')).toEqual([])
  })

  test('finds words of titles in every language, whatever the window’s is', () => {
    for (const query of ['연쇄', '連鎖律', 'chain', 'CHAIN rule', 'rule chain', '연쇄 chain', '連鎖 법칙']) expect(found(query)).toEqual([6])
    for (const query of ['relu', 'ＲｅＬＵ', '스위치', 'スイッチ', 'ｽｲｯﾁ']) expect(found(query)).toEqual([12])
    expect(found('덧셈')).toEqual([7])
    expect(found('덧셈'.normalize('NFD'))).toEqual([7])
  })

  test('finds words of the lines under the titles where no title has them', () => {
    const { number, texts } = lessons[8]!
    const [word] = texts.ko.summary.split(' ').filter(word => word.length > 2 && !lessons.some(({ texts }) => Object.values(texts).some(({ title }) => title.includes(word))))
    expect(found(word!)).toContain(number)
    expect(found('덧셈')).toEqual([7]) // in a title: summaries are not looked at
  })

  test('needs every word, and shows all lessons for none', () => {
    expect(found('chain 5.2')).toEqual([6])
    expect(found('chain 5.3')).toEqual([])
    expect(found('  ')).toEqual(lessons.map(({ number }) => number))
    expect(found('pineapple')).toEqual([])
  })
})
