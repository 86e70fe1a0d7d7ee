import { defaultProgress, type Locale, locales, translate } from '@contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { lessons } from '../../renderer/course/all'
import { answerKey, sameAnswer } from '../../renderer/course/answers'
import { hints } from '../../renderer/course/hints'
import { offered } from '../../renderer/course/shuffle'
import type { Answer, Posed, Question } from '../../renderer/course/types'
import { cutTexts } from './cut-texts'
import { keepPicture, type Lab, launchLab } from './helpers'
import { rawTexts } from './raw-texts'

/** Every lesson in the real app, by keyboard only: one wrong and one right answer to a question. */

const maxTabs = 40
const names: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus', '0': 'zero' }

/** Presses Tab until the element is focused, as a user without a mouse does. */
async function tabTo(page: Page, place: Locator): Promise<void> {
  for (let i = 0; i < maxTabs; i++) {
    if (await place.evaluate(element => element.contains(document.activeElement))) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${place}`)
}

/** A wrong answer and the expected response: the hint of a known mistake where one exists. */
function mistakeOf(question: Question, posed: Posed, locale: Locale): { readonly answer: Answer, readonly hint: string | null } {
  const { answer, tolerance, mistakes } = posed
  const known = mistakes.find(mistake => !sameAnswer(mistake.answer, answer, tolerance))
  if (known) return { answer: known.answer, hint: hints[locale][known.hint] }
  if (question.kind === 'why') return { answer: offered(question, 0, posed).find(key => key !== answer)!, hint: '' } // each wrong reason has an explanation of its own
  if (question.kind === 'order') return { answer: (answer as readonly string[]).toReversed(), hint: null }
  if (question.kind === 'line') return { answer: answer === 0 ? 1 : 0, hint: null }
  if (question.kind === 'picture') return { answer: answer === 0 ? 1 : 0, hint: null }
  if (typeof answer === 'number') return { answer: 3 * answer + 1, hint: null }
  return { answer: typeof answer === 'string' ? (answer === '+' ? '0' : '+') : [...answer as readonly number[], 7], hint: null }
}

async function give(page: Page, card: Locator, question: Question, answer: Answer, t: (key: string) => string): Promise<void> {
  const { kind } = question
  const posed = question.pose(0)
  if (kind === 'sign') await tabTo(page, card.getByRole('button', { name: t(`course.question.${names[String(answer)]}`), exact: true }))
  else if (kind === 'order') {
    for (const [i, key] of (answer as readonly string[]).entries()) {
      await card.locator(`.order li[data-step=${key}] button`).first().focus()
      await page.keyboard.press(String(i + 1)) // the number of its place
    }
    await tabTo(page, card.locator('.order .check'))
  }
  else if (kind === 'line' || kind === 'picture' || kind === 'why') {
    await tabTo(page, card.locator('.choices'))
    return page.keyboard.press(String(kind === 'line' ? Number(answer) + 1 : offered(question, 0, posed).indexOf(answerKey(posed, answer)) + 1))
  }
  else if (kind === 'point') {
    const point = page.locator('.picture [role=slider]')
    await tabTo(page, point)
    const steps = Math.round((Number(answer) - Number(await point.getAttribute('aria-valuenow'))) / 0.1)
    for (let i = 0; i < Math.abs(steps); i++) await page.keyboard.press(steps < 0 ? 'ArrowLeft' : 'ArrowRight')
    await tabTo(page, card.getByRole('button', { name: t('course.question.check'), exact: true }))
  }
  else {
    await tabTo(page, card.getByRole('textbox'))
    await page.keyboard.press('Control+A')
    await page.keyboard.type(typeof answer === 'number' ? String(answer) : (answer as readonly number[]).join(', '))
  }
  await page.keyboard.press('Enter')
}

/** The beginning of a text as displayed: without markup, up to its first formula or number */
const words = (text: string): string => text.split(/\$|\[\[/)[0]!.replace(/[*`]/g, '').slice(0, 40)

/** Every lesson in English, and a third of them in each other language, in the smallest window: there the least fits. */
const walks = [...locales].sort((a, b) => Number(b === 'en') - Number(a === 'en')).map((locale, third) => ({
  locale, lessons: locale === 'en' ? lessons : lessons.filter(({ number }) => number % 3 === third % 3), size: locale === 'en' ? [1280, 800] : [1024, 640],
}))

let lab: Lab
beforeAll(async () => {
  lab = await launchLab({ lang: 'en' })
  await lab.window.locator('aside h1').waitFor({ timeout: 20_000 })
})
afterAll(() => lab?.close())

/** What is wrong with the screen: texts that are cut off, or that nobody wrote so, heat maps that do not fill their frame, and a card that is wider than its place. */
const faults = (page: Page): Promise<unknown> => page.evaluate(`(async () => {
  const cutTexts = ${cutTexts}, rawTexts = ${rawTexts}
  const flat = () => [...document.querySelectorAll('.graph-canvas .grid > .sheet')].filter(map => map.clientHeight < map.parentElement.clientHeight - 2).map(map => map.parentElement.ariaLabel)
  const look = () => ({ cut: cutTexts(), raw: rawTexts(), flat: flat(), wide: [...document.querySelectorAll('article')].some(card => card.scrollWidth > card.clientWidth) })
  let seen = look()
  // a picture takes its size in the next frames, or is still being loaded
  for (let frame = 0; frame < 30 && (seen.cut.length || seen.raw.length || seen.flat.length || seen.wide); frame++) {
    await new Promise(done => requestAnimationFrame(done))
    seen = look()
  }
  return seen
})()`)
const sound = { cut: [], raw: [], flat: [], wide: false }

describe.each(walks)('every lesson of the walk in $locale', ({ locale, lessons: walked, size }) => {
  const t = (key: string, parameters = {}) => translate(locale, key, parameters)
  // a learner who has answered nothing yet
  beforeAll(async () => {
    const { app, window: page } = lab
    await app.evaluate(({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]!.setContentSize(width!, height!), size)
    if (locale === 'en') return
    await page.evaluate(async ([settings, progress]) => {
      await window.lab.invoke('settings:write', settings)
      await window.lab.invoke('progress:write', progress)
    }, [{ locale }, { ...defaultProgress, firstScene: true }] as const)
    await page.reload()
    await page.locator('aside h1').getByText(lessons[0]!.texts[locale].title, { exact: true }).waitFor()
  })

  test.each(walked.map(lesson => [`${lesson.number} ${lesson.texts[locale].title}`, lesson] as const))('%s: is read, tried and answered by keyboard', async (_, lesson) => {
    const { window: page } = lab
    const { title, figures, cards, questions } = lesson.texts[locale]
    const heading = page.locator('aside h1')
    for (let i = 0; i < lessons.length + 5 && await heading.innerText() !== title; i++) await page.keyboard.press('Alt+ArrowRight')
    expect(await heading.innerText()).toBe(title)
    const article = page.locator('article')
    let asked = 0
    for (const [at, card] of lesson.cards.entries()) {
      if (at) await page.keyboard.press('PageDown')
      await expect.poll(() => article.getAttribute('aria-label')).toBe(t('course.card.place', { n: at + 1, all: lesson.cards.length }))
      expect.soft(await faults(page), `card ${at + 1}`).toEqual(sound)
      if (card.kind === 'predict') {
        const question = lesson.questions.find(({ key }) => key === card.question)!
        const posed = question.pose(0)
        expect(await article.innerText()).toContain(words(questions[question.key]!.prompt))
        // the first is answered wrong: its hint appears, and the answer stays covered
        if (asked++ === 0) {
          const mistake = mistakeOf(question, posed, locale)
          await give(page, article, question, mistake.answer, t)
          const hint = article.locator('.hint')
          await hint.waitFor()
          expect(await hint.innerText()).toContain(words(mistake.hint ?? questions[question.key]!.hint))
          expect(await article.locator('.reveal').count()).toBe(0)
          continue
        }
        // the others right: the answer is revealed and gets the focus
        await give(page, article, question, posed.answer, t)
        const reveal = article.locator('.reveal')
        await reveal.waitFor()
        expect(await reveal.innerText()).toContain(t('course.question.right'))
        expect(await reveal.evaluate(element => element === document.activeElement)).toBe(true)
        if (asked === 2 && locale === 'en') await keepPicture(page, `lesson-${String(lesson.number).padStart(2, '0')}`)
        expect.soft(await faults(page), `card ${at + 1}, answered`).toEqual(sound)
      }
      else {
        expect(await article.innerText()).toContain(words([...cards[card.key]!.text ?? [], ...cards[card.key]!.tries ?? []][0]!))
        // a digit key selects each figure
        if (Array.isArray(card.figure)) for (const [i, name] of (card.figure as readonly string[]).entries()) {
          await page.keyboard.press(String(i + 1))
          expect(await page.locator('.tabs [aria-pressed=true]').first().innerText()).toBe(figures[name])
          if (lesson.figures.find(({ key }) => key === name)!.kind === 'network') await page.locator('.graph-canvas .grid > .sheet').first().waitFor() // the mini-batch comes from the training thread
          if (i) expect.soft(await faults(page), `card ${at + 1}, ${figures[name]}`).toEqual(sound)
        }
      }
    }
  }, 20_000)
})

describe('a lesson', () => {
  test('leads from its last card to more questions, one after the other, and back', async () => {
    const { window: page } = lab
    const { locale, lessons: walked } = walks.at(-1)!
    const t = (key: string, parameters = {}) => translate(locale, key, parameters)
    const lesson = walked.at(-1)!
    const question = lesson.questions.find(({ key }) => key === 'direction')!
    const article = page.locator('article')
    const last = t('course.card.place', { n: lesson.cards.length, all: lesson.cards.length })
    await tabTo(page, page.locator('aside .practice'))
    await page.keyboard.press('Enter')
    await expect.poll(() => article.getAttribute('aria-label')).toBe(t('course.practice.place', { n: 1, all: 1 }))
    expect.soft(await faults(page)).toEqual(sound)
    await give(page, article, question, question.pose(0).answer, t)
    await article.locator('.reveal').getByText(t('course.question.right')).waitFor()
    await page.keyboard.press('PageDown')
    await expect.poll(() => article.getAttribute('aria-label')).toBe(last)
    expect(await page.locator('aside .practice .known').count()).toBe(1)
    expect.soft(await faults(page)).toEqual(sound)
  })

  test('formulas use their own fonts, loaded from the app itself', async () => {
    const fonts = await lab.window.evaluate(() => [...document.fonts].map(({ family, status }) => `${family.replaceAll('"', '')}: ${status}`))
    expect(fonts).toContain('KaTeX_Main: loaded')
    expect(fonts).toContain('KaTeX_Math: loaded')
    expect(fonts.filter(font => font.endsWith('error'))).toEqual([])
  })

  test('a lesson is presented to a group: magnified, led by keys, and left', async () => {
    const { window: page } = lab
    await page.keyboard.press('Alt+ArrowLeft')
    await page.keyboard.press('p')
    const presenter = page.locator('.presenter')
    await presenter.waitFor()
    // in 960×540 pixels of the page, so that 12 px of it are 24 at 1920×1080
    await expect.poll(() => page.evaluate(() => Math.min(innerWidth / 960, innerHeight / 540))).toBeCloseTo(1, 1)
    const sizes = await presenter.locator('.words, .keys').evaluateAll(parts => parts.flatMap(part => [...part.querySelectorAll('p, h1, li')].map(text => parseFloat(getComputedStyle(text).fontSize))))
    expect(sizes.length).toBeGreaterThan(2)
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12)
    await page.keyboard.press('Escape')
    await page.locator('aside h1').waitFor()
    await expect.poll(() => page.evaluate(() => innerWidth)).toBeGreaterThan(960)
  })

  test('nothing was blocked or thrown in the window', () => {
    expect(lab.errors).toEqual([])
  })
})
