import { type CommandId, graphPanels, type Locale, locales, translate } from '@contract'
import { describe, expect, test } from 'vitest'
import { lessons } from '../../../renderer/course/all'
import { type GraphTool, graphTools } from '../../../renderer/course/types'
import { cardsOf } from './wanted-by'

/** A tab as the lessons of each language name it */
const tabIn: Readonly<Record<Locale, (name: string) => string>> = { ko: name => `‘${name}’ 탭`, en: name => `the ${name} tab`, ja: name => `「${name}」タブ` }
/** The line above the graph as the lessons name it */
const lineIn: Readonly<Record<Locale, RegExp>> = { ko: /그래프 위의 줄/, en: /the line above/, ja: /グラフの上の行/ }
/** Commands whose buttons join with a tool */
const toolOf: Readonly<Partial<Record<CommandId, GraphTool>>> = {
  'learn.stepForward': 'passes', 'learn.stepBackward': 'passes', 'learn.play': 'player', 'learn.restart': 'player', 'learn.toEnd': 'player', 'learn.faster': 'player', 'learn.slower': 'player', 'learn.expression': 'expression',
}

/** Shown beside what the text names: zoom beside the graph, the chart in the tab Nudge */
const unnamed = new Set<GraphTool>(['view', 'slopeErrors'])

const tries = (number: number, locale: Locale) => cardsOf(lessons[number]!.texts[locale]).join('\n')

/** The tools that the text of a lesson sends the learner to */
function toolsNamed(number: number, locale: Locale): readonly GraphTool[] {
  const text = tries(number, locale)
  const tabs = graphPanels.filter(panel => panel !== 'step' && text.toLowerCase().includes(tabIn[locale](translate(locale, `graph.panel.${panel}`)).toLowerCase())) as GraphTool[]
  const keys = Object.entries(toolOf).filter(([id]) => text.includes(`[[${id}]]`)).map(([, tool]) => tool)
  return [...new Set([...tabs, ...keys, ...lineIn[locale].test(text) ? ['expression' as const] : []])]
}
const shownIn = (number: number): readonly GraphTool[] => lessons.slice(0, number + 1).flatMap(({ teaches }) => teaches ?? [])

describe.each(locales)('in %s', (locale) => {
  test.each(lessons.map(({ number }) => number))('lesson %i shows every tool that it tells the learner to use', (number) => {
    expect(shownIn(number)).toEqual(expect.arrayContaining([...toolsNamed(number, locale)]))
  })

  test('a tool joins in a lesson that tells what it is for', () => {
    const joined = lessons.flatMap(({ number, teaches }) => (teaches ?? []).filter(tool => !unnamed.has(tool)).map(tool => [tool, toolsNamed(number, locale).includes(tool)]))
    expect(joined).toEqual(joined.map(([tool]) => [tool, true]))
  })
})

test('each tool joins once, none of them in lesson 0, and the last lesson has all', () => {
  expect([shownIn(0), [...shownIn(26)].sort()]).toEqual([[], [...graphTools].sort()])
})
