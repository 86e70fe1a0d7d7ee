import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { getActivePinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { lessons } from '../../../renderer/course/all'
import type { Lesson } from '../../../renderer/course'
import { deckOf } from '../../../renderer/course/scenes'
import LearnRoom from '../../../renderer/rooms/LearnRoom.vue'
import { useCell } from '../../../renderer/stores/graph/cell'
import { useCards } from '../../../renderer/stores/course/cards'
import { useCourse } from '../../../renderer/stores/course/course'
import { useGraph } from '../../../renderer/stores/graph/graph'
import { useSetting } from '../../../renderer/stores/useSetting'
import { fakeMain, settings, show } from '../lab'
import { numbersIn, rulesHiddenIn, secretsOf } from './secrets'

let copied: string[] = []
let shown: VueWrapper | null = null
beforeEach(() => {
  copied = []
  fakeMain({ 'settings:write': patch => ({ ...settings, ...patch }), 'progress:write': () => null, 'graph:remember': () => null })
  vi.spyOn(console, 'warn').mockImplementation(() => undefined) // Vue Flow needs style sheets, which are missing here
  vi.stubGlobal('DOMMatrixReadOnly', class { m22 = 1 })
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: () => undefined, removeEventListener: () => undefined }))
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => { copied.push(text) })
})
afterEach(() => {
  shown?.unmount()
  shown = null
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  document.body.replaceChildren()
})

/** Attributes that place or style an element; every other attribute can be read out or shown. */
const silent = new Set(['style', 'class', 'id', 'for', 'd', 'transform', 'viewBox', 'points', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'rx', 'width', 'height', 'dx', 'dy', 'offset', 'stroke-width', 'min', 'max', 'step'])

/** All texts, attributes and fields of the window, each with the place where it stands. */
function everything(): readonly (readonly [where: string, text: string])[] {
  const found: (readonly [string, string])[] = copied.map(text => ['copied', text] as const)
  for (const element of document.body.querySelectorAll('*')) {
    // The parts of .katex-html are single digits; .katex-mathml has the whole numbers. A section of the book is no number.
    if (element.closest('.katex-html, .speed, .section')) continue
    const where = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`
    for (const node of element.childNodes) if (node.nodeType === 3 && node.textContent!.trim()) found.push([where, node.textContent!])
    for (const { name, value } of element.attributes) if (!silent.has(name) && /\d/.test(value)) found.push([`${where}[${name}]`, value])
    if ('value' in element) found.push([`${where}.value`, String(element.value)])
  }
  return found
}

/** What of the secrets is visible. */
const leaks = (secrets: ReadonlySet<string>): string[] => [...new Set(everything().flatMap(([where, text]) => numbersIn(text).filter(number => secrets.has(number)).map(number => `${number} in ${where}: ${text.slice(0, 90)}`)))]

async function open(lesson: Lesson): Promise<VueWrapper> {
  const pinia = getActivePinia()!
  const view = shown = await show(LearnRoom)
  await useCourse(pinia).load()
  useCourse(pinia).go(lesson.id)
  await vi.dynamicImportSettled()
  await flushPromises()
  setActivePinia(pinia)
  return view
}

/** Presses a button by its words, if it is there. @returns whether it was */
async function press(view: VueWrapper, name: string): Promise<boolean> {
  const button = view.findAll('button').find(button => button.text() === name || button.attributes('aria-label')?.startsWith(name))
  await button?.trigger('click')
  await flushPromises()
  return button !== undefined
}

/** All 27 take a minute: `npm run test:long` sets LAB_EVERY_LESSON. Otherwise two whose graphs have an update. */
const chosen = process.env.LAB_EVERY_LESSON ? lessons : lessons.filter(({ number }) => [18, 24].includes(number))

describe('no hidden answer is in the window before it was answered', () => {
  test.each(chosen.map(lesson => [lesson.id, lesson] as const))('%s: every card, every control, there and back', async (_, lesson) => {
    const view = await open(lesson)
    const [graph, course, cards, cells, panel] = [useGraph(), useCourse(), useCards(), useCell(), useSetting('graphPanel')]
    const found = new Map<string, string>()
    for (let at = 0; at < deckOf(lesson).length; at++) {
      cards.go(at)
      await flushPromises()
      if (cards.scene?.kind !== 'question') continue
      const { question } = cards.scene
      const secrets = secretsOf(lesson, question)
      const look = async (act: string) => {
        await nextTick()
        const rules = rulesHiddenIn(graph.trace, graph.hidden).filter(rule => document.body.textContent.includes(rule))
        const programs = graph.hidden.size > 0 ? [...document.body.querySelectorAll('.code pre')].map(({ textContent }) => textContent) : []
        for (const leak of [...leaks(secrets), ...rules, ...programs]) if (!found.has(leak)) found.set(leak, `${question.key}, ${act}`)
      }
      await look('at first')
      panel.value = 'step'
      graph.restart()
      while (!graph.atEnd) { graph.next(); await look(`step ${graph.position}`) }
      for (const name of graph.trace.graph.inputs) if (graph.hidden.has(`gradient:${name}`)) graph.setParameter(name, true)
      await look('with what is asked as a parameter')
      graph.toEnd()
      await look('its end')
      for (const round of [1, 2]) {
        await press(view, 'Next round')
        graph.toEnd(); graph.toEnd()
        await look(`round ${round}`)
      }
      panel.value = 'cell'
      await vi.dynamicImportSettled()
      for (const { id } of graph.trace.graph.nodes) for (const of of ['value', 'gradient'] as const) {
        const size = Math.min(process.env.LAB_EVERY_LESSON ? 3 : 1, graph.trace.forward.values.get(id)?.data.length ?? 0)
        for (let cell = 0; cell < size; cell++) { cells.go({ node: id, cell, of }); await look(`cell ${of} ${id} ${cell}`) }
      }
      panel.value = 'nudge'
      await vi.dynamicImportSettled()
      for (const name of graph.trace.graph.inputs) { graph.select(name); await look(`nudge ${name}`) }
      panel.value = 'code'
      await vi.dynamicImportSettled()
      await look('code')
      for (const language of ['Backprop in 100 lines', 'NumPy', 'PyTorch', 'TypeScript', 'LaTeX']) {
        const choice = view.findAll('.code input').find(input => input.element.parentElement?.textContent?.trim() === language)
        await choice?.setValue(true)
        await press(view, 'Copy')
        await look(language)
      }
      graph.undo(); await look('undone')
      graph.redo(); await look('redone')
      course.go('playground'); await flushPromises(); course.go(lesson.id); await flushPromises()
      await look('after the playground')
    }
    expect(Object.fromEntries(found)).toEqual({})
  }, 180_000)
})
